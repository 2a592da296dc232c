/**
 * Choosing one of several agencies: a page of its own at sign-in, a button and a dialog in the
 * header from then on.
 */
import { useEffect, useId, useRef, useState } from 'react';
import { Mark } from './mark.tsx';
import { ROLE_LABEL, type TenantChoice } from './tenants.ts';

interface ChooseTenantPageProps {
  tenants: readonly TenantChoice[];
  onChoose: (tenantId: string) => void;
  onSignOut: () => void;
}

export function ChooseTenantPage({ tenants, onChoose, onSignOut }: ChooseTenantPageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // The page replaces what had the focus: screen readers read on from here, and the first choice is
  // one Tab away.
  useEffect(() => heading.current?.focus(), []);
  return (
    <main className="sign-in">
      <title>Choose an agency · Sheaf</title>
      <div className="card stack">
        <p className="brand">
          <Mark /> Sheaf
        </p>
        <div>
          <h1 ref={heading} tabIndex={-1}>
            Choose an agency
          </h1>
          <p className="muted">You can switch to another one at any time.</p>
        </div>
        <TenantList tenants={tenants} onChoose={onChoose} />
        <div className="actions">
          <button type="button" className="quiet" onClick={onSignOut}>
            Sign out
          </button>
        </div>
      </div>
    </main>
  );
}

interface TenantSwitchProps {
  current: { id: string; name: string };
  tenants: readonly TenantChoice[];
  onSwitch: (tenantId: string) => void;
}

/** The agency that everything on the page is of; pressed, it offers the others. */
export function TenantSwitch({ current, tenants, onSwitch }: TenantSwitchProps) {
  const [isChoosing, setIsChoosing] = useState(false);
  return (
    <>
      <button
        type="button"
        className="tenant-switch"
        aria-haspopup="dialog"
        title={current.name}
        onClick={() => setIsChoosing(true)}
      >
        <span className="visually-hidden">Switch agency, now </span>
        <span className="tenant-name">{current.name}</span>
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          <path d="M5 6.5 8 3.5l3 3M5 9.5l3 3 3-3" />
        </svg>
      </button>
      {isChoosing && (
        <SwitchDialog
          current={current}
          tenants={tenants}
          onSwitch={onSwitch}
          onClose={() => setIsChoosing(false)}
        />
      )}
    </>
  );
}

function SwitchDialog({
  current,
  tenants,
  onSwitch,
  onClose,
}: TenantSwitchProps & { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  const choose = (tenantId: string) => (tenantId === current.id ? close() : onSwitch(tenantId));
  return (
    <dialog ref={dialog} className="card" aria-labelledby={titleId} onClose={onClose}>
      <div className="stack">
        <h2 id={titleId}>Switch agency</h2>
        <TenantList tenants={tenants} current={current.id} onChoose={choose} />
        <div className="actions">
          <button type="button" onClick={close}>
            Cancel
          </button>
        </div>
      </div>
    </dialog>
  );
}

interface TenantListProps {
  tenants: readonly TenantChoice[];
  current?: string;
  onChoose: (tenantId: string) => void;
}

function TenantList({ tenants, current, onChoose }: TenantListProps) {
  return (
    <ul className="tenants" aria-label="Agencies">
      {tenants.map(({ id, name, role }) => (
        <li key={id}>
          <button type="button" aria-current={id === current} onClick={() => onChoose(id)}>
            <span>{name}</span>
            <span className="muted">
              {ROLE_LABEL[role]}
              {id === current && ', shown now'}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
