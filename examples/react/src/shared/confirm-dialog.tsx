import { type ReactNode, useEffect, useId, useRef } from 'react';

interface ConfirmDialogProps {
  title: string;
  /** What it does that can't be undone. */
  children: ReactNode;
  /** The words on the buttons. */
  confirm: string;
  dismiss: string;
  onConfirm: () => void;
  onClose: () => void;
}

/**
 * Asks before something that can't be undone. Escape and the first button leave everything as it
 * is.
 */
export function ConfirmDialog({
  title,
  children,
  confirm,
  dismiss,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  return (
    <dialog ref={dialog} className="card" aria-labelledby={titleId} onClose={onClose}>
      <div className="stack">
        <h2 id={titleId}>{title}</h2>
        <p>{children}</p>
        <div className="actions">
          <button type="button" onClick={close}>
            {dismiss}
          </button>
          <button
            type="button"
            className="primary"
            onClick={() => {
              onConfirm();
              close();
            }}
          >
            {confirm}
          </button>
        </div>
      </div>
    </dialog>
  );
}
