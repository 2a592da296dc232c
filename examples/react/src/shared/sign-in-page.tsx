import { type FormEvent, useState } from 'react';
import { Mark } from './mark.tsx';

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
