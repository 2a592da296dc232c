import type { Role } from '../generated/graphql.ts';
import { ROLE_LABEL } from '../shared/tenants.ts';
import { useSave } from '../shared/use-save.ts';
import { useViewer } from '../shared/viewer.ts';
import { type ListedUser, UPDATE_USER } from './documents.ts';

const AGENCY_ROLES: readonly Role[] = ['OWNER', 'MEMBER'];

/** Somebody who may sign in, or no longer. One's own role and access are for others to change. */
export function UserRow({ user: { id, name, email, role, active } }: { user: ListedUser }) {
  const { save, isSaving, problem } = useSave(UPDATE_USER);
  const isSelf = useViewer()?.user.id === id;
  return (
    <li className="user-row">
      <div>
        <strong>{name}</strong>
        {isSelf && <span className="muted"> (you)</span>}
        <p className="detail muted">{problem ? <span className="error">{problem}</span> : email}</p>
      </div>
      {isSelf || role === 'CLIENT' ? (
        <span>{ROLE_LABEL[role]}</span>
      ) : (
        <select
          aria-label={`Role of ${name}`}
          value={role}
          disabled={isSaving}
          onChange={(event) => save({ input: { id, role: event.target.value as Role } })}
        >
          {AGENCY_ROLES.map((one) => (
            <option key={one} value={one}>
              {ROLE_LABEL[one]}
            </option>
          ))}
        </select>
      )}
      <span className="badge" data-tone={active ? 'good' : 'muted'}>
        {active ? 'May sign in' : 'Locked out'}
      </span>
      {isSelf ? (
        <span />
      ) : (
        <button
          type="button"
          disabled={isSaving}
          onClick={() => save({ input: { id, active: !active } })}
        >
          {active ? 'Lock out' : 'Let in'} <span className="visually-hidden">{name}</span>
        </button>
      )}
    </li>
  );
}
