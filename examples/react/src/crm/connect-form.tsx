import type { FormEvent } from 'react';
import { useMutation } from 'urql';
import { describeError } from '../shared/states.tsx';
import { messageAt } from '../shared/user-errors.ts';
import { CONNECT_CRM } from './documents.ts';

export function ConnectForm() {
  const [{ fetching, data, error }, connect] = useMutation(CONNECT_CRM);
  const errors = data?.connectCrm.userErrors ?? [];
  const problem = error
    ? describeError(error)
    : (messageAt(errors, 'apiToken') ?? errors[0]?.message);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    await connect({ apiToken: String(new FormData(event.currentTarget).get('apiToken')) });
  };
  return (
    <form className="card stack connect-form" onSubmit={submit}>
      <h2>Connect Pipedrive</h2>
      <div className="field">
        <label htmlFor="api-token">API token</label>
        <input
          id="api-token"
          name="apiToken"
          type="password"
          required
          maxLength={500}
          autoComplete="off"
          aria-invalid={problem !== undefined}
          aria-describedby="api-token-hint api-token-error"
        />
        <p className="hint" id="api-token-hint">
          In Pipedrive: Personal preferences, API. It is stored encrypted, and never shown again.
        </p>
        <p className="error" id="api-token-error" role="alert">
          {problem}
        </p>
      </div>
      <div className="actions">
        <button type="submit" className="primary" disabled={fetching}>
          Connect
        </button>
      </div>
    </form>
  );
}
