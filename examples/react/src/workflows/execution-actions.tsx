import { useState } from 'react';
import { ConfirmDialog } from '../shared/confirm-dialog.tsx';
import { useChange } from '../shared/use-change.ts';
import { CANCEL_EXECUTION, type ExecutionDetail, RESUME_EXECUTION } from './documents.ts';

/** What may be done to an execution in its state; the server has the last word. */
export function ExecutionActions({
  execution: { id, status },
  refresh,
}: {
  execution: ExecutionDetail;
  refresh: () => void;
}) {
  const { change, isChanging, problem } = useChange(id, refresh);
  const [isCancelling, setIsCancelling] = useState(false);
  return (
    <>
      <div className="actions">
        {(status === 'QUEUED' || status === 'RUNNING') && (
          <button type="button" disabled={isChanging} onClick={() => setIsCancelling(true)}>
            Cancel
          </button>
        )}
        {status === 'FAILED' && (
          <button
            type="button"
            className="primary"
            disabled={isChanging}
            onClick={() => change(RESUME_EXECUTION)}
          >
            Resume
          </button>
        )}
      </div>
      {problem && (
        <p className="notice bad" role="alert">
          {problem}
        </p>
      )}
      {isCancelling && (
        <ConfirmDialog
          title="Cancel this execution?"
          confirm="Cancel the execution"
          dismiss="Keep it"
          onConfirm={() => change(CANCEL_EXECUTION)}
          onClose={() => setIsCancelling(false)}
        >
          Steps that run now end, and no other begins. This can't be undone.
        </ConfirmDialog>
      )}
    </>
  );
}
