import { useState } from 'react';
import { ConfirmDialog } from '../shared/confirm-dialog.tsx';
import { useChange } from '../shared/use-change.ts';
import {
  CANCEL_CAMPAIGN,
  type CampaignDetail,
  LAUNCH_CAMPAIGN,
  PAUSE_CAMPAIGN,
} from './documents.ts';

/** What may be done to a campaign in its state; the server has the last word. */
export function CampaignActions({
  campaign,
  refresh,
}: {
  campaign: CampaignDetail;
  refresh: () => void;
}) {
  const { change, isChanging, problem } = useChange(campaign.id, refresh);
  const [isCancelling, setIsCancelling] = useState(false);
  const { status } = campaign;
  const isLaunchable = status === 'DRAFT' || status === 'PAUSED';
  const isOver = status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELLED';
  return (
    <>
      <div className="actions">
        {!isOver && (
          <button type="button" disabled={isChanging} onClick={() => setIsCancelling(true)}>
            Cancel
          </button>
        )}
        {status === 'RUNNING' && (
          <button
            type="button"
            className="primary"
            disabled={isChanging}
            onClick={() => change(PAUSE_CAMPAIGN)}
          >
            Pause
          </button>
        )}
        {isLaunchable && (
          <button
            type="button"
            className="primary"
            disabled={isChanging}
            onClick={() => change(LAUNCH_CAMPAIGN)}
          >
            {status === 'PAUSED' ? 'Resume' : 'Launch'}
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
          title={`Cancel ${campaign.name}?`}
          confirm="Cancel the campaign"
          dismiss="Keep it"
          onConfirm={() => change(CANCEL_CAMPAIGN)}
          onClose={() => setIsCancelling(false)}
        >
          What is not sent yet never will be. This can't be undone.
        </ConfirmDialog>
      )}
    </>
  );
}
