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
  const [asked, setAsked] = useState<'launch' | 'cancel' | null>(null);
  const { status } = campaign;
  const isOver = status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELLED';
  return (
    <>
      <div className="actions">
        {!isOver && (
          <button type="button" disabled={isChanging} onClick={() => setAsked('cancel')}>
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
        {status === 'PAUSED' && (
          <button
            type="button"
            className="primary"
            disabled={isChanging}
            onClick={() => change(LAUNCH_CAMPAIGN)}
          >
            Resume
          </button>
        )}
        {status === 'DRAFT' && (
          <button
            type="button"
            className="primary"
            disabled={isChanging}
            onClick={() => setAsked('launch')}
          >
            Launch
          </button>
        )}
      </div>
      {problem && (
        <p className="notice bad" role="alert">
          {problem}
        </p>
      )}
      {asked === 'launch' && (
        <ConfirmDialog
          title={`Launch ${campaign.name}?`}
          confirm={`Send to ${people(campaign.contactCount - campaign.optedOutCount)}`}
          dismiss="Not yet"
          onConfirm={() => change(LAUNCH_CAMPAIGN)}
          onClose={() => setAsked(null)}
        >
          {campaign.optedOutCount > 0 &&
            `${people(campaign.optedOutCount)} of the ${campaign.contactCount.toLocaleString()} in it want no campaign messages and get none. `}
          What is sent can't be taken back; a campaign that runs can be paused.
        </ConfirmDialog>
      )}
      {asked === 'cancel' && (
        <ConfirmDialog
          title={`Cancel ${campaign.name}?`}
          confirm="Cancel the campaign"
          dismiss="Keep it"
          onConfirm={() => change(CANCEL_CAMPAIGN)}
          onClose={() => setAsked(null)}
        >
          What is not sent yet never will be. This can't be undone.
        </ConfirmDialog>
      )}
    </>
  );
}

function people(count: number): string {
  return count === 1 ? '1 contact' : `${count.toLocaleString()} contacts`;
}
