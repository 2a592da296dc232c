import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useQuery } from 'urql';
import type { Role } from '../generated/graphql.ts';
import { useNotify } from '../shared/notices.tsx';
import { ROLE_LABEL } from '../shared/tenants.ts';
import { useDebounced } from '../shared/use-debounced.ts';
import { useSave } from '../shared/use-save.ts';
import { messageAt } from '../shared/user-errors.ts';
import { CONTACT_CHOICE, CREATE_USER } from './documents.ts';
import { Field } from './field.tsx';

const ROLE_MEANING: Record<Role, string> = {
  MEMBER: 'Sees and changes everything but users and settings.',
  OWNER: 'Sees and changes everything, users and settings too.',
  CLIENT: 'Sees the packages, questions and packets of one contact, and nothing else.',
};
const ROLES: readonly Role[] = ['MEMBER', 'OWNER', 'CLIENT'];
const WAIT_MS = 250;

export function NewUserDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="card" aria-labelledby="new-user" onClose={onClose}>
      <NewUserForm onEnd={() => dialog.current?.close()} />
    </dialog>
  );
}

function NewUserForm({ onEnd }: { onEnd: () => void }) {
  const notify = useNotify();
  const { save, isSaving, errors, problem } = useSave(CREATE_USER);
  const [role, setRole] = useState<Role>('MEMBER');
  const [email, setEmail] = useState('');
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '');
    const input = {
      name: text('name'),
      email,
      role,
      ...(role === 'CLIENT' && { contactId: text('contactId') }),
    };
    if (!(await save({ input }))) return;
    notify(`${input.name} may sign in now.`);
    onEnd();
  };
  const atField = ['name', 'email', 'contactId'].map((field) => messageAt(errors, field));
  return (
    <form className="stack" onSubmit={submit}>
      <h2 id="new-user">New user</h2>
      <Field id="user-name" label="Name" error={atField[0]}>
        {(attributes) => (
          <input {...attributes} name="name" required maxLength={200} autoComplete="off" />
        )}
      </Field>
      <Field
        id="user-email"
        label="E-mail address"
        hint="The one that the person signs in with."
        error={atField[1]}
      >
        {(attributes) => (
          <input
            {...attributes}
            type="email"
            required
            maxLength={254}
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.target.value.trim())}
          />
        )}
      </Field>
      <Field id="user-role" label="Role" hint={ROLE_MEANING[role]} error={undefined}>
        {(attributes) => (
          <select
            {...attributes}
            value={role}
            onChange={(event) => setRole(event.target.value as Role)}
          >
            {ROLES.map((one) => (
              <option key={one} value={one}>
                {ROLE_LABEL[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {role === 'CLIENT' && <ContactChoice email={email} error={atField[2]} />}
      {problem && atField.every((message) => message === undefined) && (
        <p className="error" role="alert">
          {problem}
        </p>
      )}
      <div className="actions">
        <button type="button" onClick={onEnd}>
          Cancel
        </button>
        <button type="submit" className="primary" disabled={isSaving}>
          Add
        </button>
      </div>
    </form>
  );
}

/** Which of the contacts the person is, found by the address. */
function ContactChoice({ email, error }: { email: string; error: string | undefined }) {
  const search = useDebounced(email, WAIT_MS);
  const [{ data, fetching }] = useQuery({
    query: CONTACT_CHOICE,
    variables: { search },
    pause: search === '',
  });
  const found = search === '' ? [] : (data?.contacts.nodes ?? []);
  return (
    <Field
      id="user-contact"
      label="Contact"
      hint={hintOf({ isAsked: search !== '', isFound: found.length > 0 || fetching })}
      error={error}
    >
      {(attributes) => (
        <select {...attributes} name="contactId" required disabled={found.length === 0}>
          {found.map((contact) => (
            <option key={contact.id} value={contact.id}>
              {contact.name}
              {contact.email && `, ${contact.email}`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function hintOf({ isAsked, isFound }: { isAsked: boolean; isFound: boolean }): string {
  if (!isAsked) return 'Who it is among your contacts, once the e-mail address is there.';
  if (isFound) return 'Whose packages and packets the person sees.';
  return 'No contact has this e-mail address. Add it to one first.';
}
