import { Link } from 'react-router';
import { type CombinedError, useMutation } from 'urql';
import { clientPath } from '../clients/client-path.ts';
import { graphql } from '../generated/index.ts';
import { When } from '../shared/dates.tsx';
import { ProgressBar, type Tone } from '../shared/progress-bar.tsx';
import { describeError } from '../shared/states.tsx';
import type { UserError } from '../shared/user-errors.ts';
import { packetTitle, STATUS_LABEL } from './labels.ts';
import type { LivePacket } from './packet-progress.ts';

/** The new state comes by the subscription, like every other. */
const RETRY_PACKET = graphql(`
  mutation RetryPacket($id: ID!) {
    retryPacket(input: { id: $id }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

const CANCEL_PACKET = graphql(`
  mutation CancelPacket($id: ID!) {
    cancelPacket(input: { id: $id }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

const TONE: Record<LivePacket['status'], Tone> = {
  PENDING: 'muted',
  GENERATING: 'accent',
  COMPLETED: 'good',
  FAILED: 'bad',
  CANCELLED: 'muted',
};

interface PacketRowProps {
  packet: LivePacket;
  /** Clients may look, the agency may retry and cancel. */
  isAgency: boolean;
}

export function PacketRow({ packet, isAgency }: PacketRowProps) {
  const title = packetTitle(packet);
  const [retrying, retry] = useMutation(RETRY_PACKET);
  const [cancelling, cancel] = useMutation(CANCEL_PACKET);
  const problem =
    problemOf(retrying.error, retrying.data?.retryPacket.userErrors) ??
    problemOf(cancelling.error, cancelling.data?.cancelPacket.userErrors);
  const isOpen = packet.status === 'PENDING' || packet.status === 'GENERATING';
  return (
    <li className="packet-row" data-status={packet.status}>
      <div className="packet-name">
        {packet.status === 'COMPLETED' ? (
          <Link
            to={`${clientPath(packet.clientId, 'packets')}/${encodeURIComponent(packet.id)}`}
            className="row-link"
          >
            {title}
          </Link>
        ) : (
          <strong>{title}</strong>
        )}
        <p className="detail muted">
          {problem ? <span className="error">{problem}</span> : <Detail packet={packet} />}
        </p>
      </div>
      <ProgressBar label={title} percent={packet.progress} tone={TONE[packet.status]} />
      <span className="badge" data-tone={TONE[packet.status]}>
        {STATUS_LABEL[packet.status]}
      </span>
      <div className="actions">
        {packet.status === 'COMPLETED' && (
          <span className="open" aria-hidden="true">
            Open
          </span>
        )}
        {isAgency && packet.status === 'FAILED' && (
          <button
            type="button"
            disabled={retrying.fetching}
            aria-label={`Retry ${title}`}
            onClick={() => retry({ id: packet.id })}
          >
            Retry
          </button>
        )}
        {isAgency && isOpen && (
          <button
            type="button"
            className="quiet"
            disabled={cancelling.fetching}
            aria-label={`Cancel ${title}`}
            onClick={() => cancel({ id: packet.id })}
          >
            Cancel
          </button>
        )}
      </div>
    </li>
  );
}

function problemOf(
  error: CombinedError | undefined,
  userErrors: readonly UserError[] = [],
): string | undefined {
  return error ? describeError(error) : userErrors[0]?.message;
}

const NOTHING_YET: Record<LivePacket['status'], string> = {
  PENDING: 'In the queue',
  GENERATING: 'Being written',
  COMPLETED: 'Finished',
  FAILED: 'It could not be made',
  CANCELLED: 'Nothing was made',
};

/** One line, whatever the state, so that the row keeps its height. */
function Detail({ packet }: { packet: LivePacket }) {
  if (packet.completedAt && packet.status === 'COMPLETED') {
    return (
      <>
        Finished <When at={packet.completedAt} show="date and time" />
      </>
    );
  }
  if (packet.status === 'FAILED')
    return (
      <span title={packet.errorMessage ?? undefined}>
        {packet.errorMessage ?? NOTHING_YET.FAILED}
      </span>
    );
  if (packet.errorMessage && packet.nextAttemptAt) {
    return (
      <>
        Attempt {packet.attempts} of {packet.maxAttempts} failed, the next is at{' '}
        <When at={packet.nextAttemptAt} show="time" />
      </>
    );
  }
  if (packet.attempts > 1) return `Attempt ${packet.attempts} of ${packet.maxAttempts}`;
  return NOTHING_YET[packet.status];
}
