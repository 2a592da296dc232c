import { type FormEvent, useEffect, useState } from 'react';
import { type DemoUser, demoUsers } from './demo-users.ts';
import { Mark } from './mark.tsx';
import { ROLE_LABEL } from './tenants.ts';

interface SignInPageProps {
  /** The server did not accept the last token. */
  refused: boolean;
  onSignIn: (token: string) => void;
}

export function SignInPage({ refused, onSignIn }: SignInPageProps) {
  const [token, setToken] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSignIn(token.trim().replace(/^Bearer\s+/i, ''));
  };
  return (
    <main className="sign-in">
      <form className="card stack" onSubmit={submit}>
        <h1 className="brand">
          <Mark /> Sheaf
        </h1>
        <DemoUsers onSignIn={onSignIn} />
        <p className="muted">
          Paste a token. <code>npm start</code> prints those of the demo users;{' '}
          <code>npm run token -- EMAIL</code> makes one.
        </p>
        <div className="field">
          <label htmlFor="token">Token</label>
          <textarea
            id="token"
            className="mono"
            rows={4}
            required
            autoComplete="off"
            spellCheck={false}
            value={token}
            aria-invalid={refused}
            aria-describedby={refused ? 'token-error' : undefined}
            onChange={(event) => setToken(event.target.value)}
          />
          {refused && (
            <p className="error" id="token-error" role="alert">
              This token is not accepted, or no longer. Paste a new one.
            </p>
          )}
        </div>
        <button type="submit" className="primary">
          Sign in
        </button>
      </form>
    </main>
  );
}

/** One button for each person of the demo, where the server offers them. */
function DemoUsers({ onSignIn }: Pick<SignInPageProps, 'onSignIn'>) {
  const [users, setUsers] = useState<readonly DemoUser[]>([]);
  useEffect(() => {
    const ended = new AbortController();
    void demoUsers(ended.signal).then((found) => {
      if (!ended.signal.aborted) setUsers(found);
    });
    return () => ended.abort();
  }, []);
  if (users.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="demo-users">
      <h2 id="demo-users">Look around as</h2>
      <ul className="demo-users">
        {users.map(({ email, name, users: places, token }) => (
          <li key={email}>
            <button type="button" onClick={() => onSignIn(token)}>
              <strong>{name}</strong>
              <span className="muted">
                {places.map(({ role, tenant }) => `${ROLE_LABEL[role]}, ${tenant}`).join(' · ')}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
