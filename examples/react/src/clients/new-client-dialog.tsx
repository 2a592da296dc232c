import { type FormEvent, useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { useMutation } from 'urql';
import type { ClientType } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { describeError } from '../shared/states.tsx';
import { messageAt } from '../shared/user-errors.ts';
import { clientPath } from './client-path.ts';
import { CLIENT_TYPE_LABEL, CLIENT_TYPES } from './client-types.ts';

const CREATE_CLIENT = graphql(`
  mutation CreateClient($input: CreateClientInput!) {
    createClient(input: $input) {
      client {
        id
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export function NewClientDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="card" aria-labelledby="new-client-title" onClose={onClose}>
      <NewClientForm onCancel={() => dialog.current?.close()} />
    </dialog>
  );
}

function NewClientForm({ onCancel }: { onCancel: () => void }) {
  const navigate = useNavigate();
  const [{ fetching, data, error }, createClient] = useMutation(CREATE_CLIENT);
  const errors = data?.createClient.userErrors ?? [];
  const nameError = messageAt(errors, 'name');
  const otherError = error
    ? describeError(error)
    : errors.find((one) => one.field[0] !== 'name')?.message;

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const input = {
      name: String(form.get('name')),
      clientType: form.get('clientType') as ClientType,
    };
    const created = (await createClient({ input })).data?.createClient.client;
    if (created) await navigate(clientPath(created.id, 'intake'));
  };
  return (
    <form className="stack" onSubmit={submit}>
      <h2 id="new-client-title">New client</h2>
      <div className="field">
        <label htmlFor="client-name">Name</label>
        <input
          id="client-name"
          name="name"
          required
          maxLength={200}
          autoComplete="off"
          aria-invalid={nameError !== undefined}
          aria-describedby="client-name-error"
        />
        <p className="error" id="client-name-error" role="alert">
          {nameError}
        </p>
      </div>
      <div className="field">
        <label htmlFor="client-type">Type</label>
        <select id="client-type" name="clientType" defaultValue="INDIVIDUAL">
          {CLIENT_TYPES.map((type) => (
            <option key={type} value={type}>
              {CLIENT_TYPE_LABEL[type]}
            </option>
          ))}
        </select>
        <p className="hint">It decides which questions are asked and which packets are made.</p>
      </div>
      {otherError && (
        <p className="error" role="alert">
          {otherError}
        </p>
      )}
      <div className="actions">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="primary" disabled={fetching}>
          Create
        </button>
      </div>
    </form>
  );
}
