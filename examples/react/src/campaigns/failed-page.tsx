/** Why messages of a campaign failed, and for whom: by reason, the most frequent first. */
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { contactSearchPath } from '../contacts/contact-path.ts';
import type { CampaignFailuresQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { LiveMark } from '../shared/live-mark.tsx';
import { Empty, ErrorNotice, isMalformedId, Loading, NotFound } from '../shared/states.tsx';
import { useKept } from '../shared/use-kept.ts';
import { useLiveQuery } from '../shared/use-live.ts';
import { campaignPath } from './campaign-path.ts';

const CAMPAIGN_FAILURES = graphql(`
  query CampaignFailures($id: ID!) @live {
    campaign(id: $id) {
      id
      name
      messages(first: 500, status: FAILED) {
        totalCount
        nodes {
          id
          phone
          templateName
          errorMessage
          contact {
            id
            name
          }
        }
      }
    }
  }
`);

type Campaign = NonNullable<CampaignFailuresQuery['campaign']>;
type FailedMessage = Campaign['messages']['nodes'][number];

/** People are named up to this many at first; more when they are asked for. */
const NAMED = 10;

export function FailedPage() {
  const { campaignId = '' } = useParams();
  const { data, error, retry } = useLiveQuery({
    query: CAMPAIGN_FAILURES,
    variables: { id: campaignId },
  });
  const campaign = useKept(campaignId, { value: data?.campaign, error });
  const isUnknown = error ? isMalformedId(error) : campaign === null;
  return (
    <div className="page">
      {campaign && <Failures campaign={campaign} />}
      {isUnknown && <NotFound what="campaign" />}
      {error && !isUnknown && !campaign && <ErrorNotice error={error} onRetry={retry} />}
      {!error && campaign === undefined && (
        <Loading label="Loading what failed" rows={3} rowHeight="8rem" />
      )}
    </div>
  );
}

function Failures({ campaign: { id, name, messages } }: { campaign: Campaign }) {
  const { totalCount, nodes } = messages;
  const reasons = [...byReason(nodes)];
  return (
    <>
      <title>{`What failed in ${name} · Sheaf`}</title>
      <div className="page-head">
        <div>
          <h1>
            {totalCount.toLocaleString()} {totalCount === 1 ? 'message' : 'messages'} failed
          </h1>
          <p>
            <Link to={campaignPath(id)}>{name}</Link>
          </p>
        </div>
        <LiveMark />
      </div>
      {nodes.length < totalCount && (
        <p className="notice">The first {nodes.length.toLocaleString()} of them are shown.</p>
      )}
      {totalCount === 0 && <Empty title="No message failed" />}
      {reasons
        .sort(([, one], [, other]) => other.length - one.length)
        .map(([reason, failed]) => (
          <Reason key={reason} reason={reason} failed={failed} />
        ))}
    </>
  );
}

function byReason(messages: readonly FailedMessage[]): Map<string, FailedMessage[]> {
  const reasons = new Map<string, FailedMessage[]>();
  for (const message of messages) {
    const reason = message.errorMessage ?? 'Nobody knows why';
    reasons.set(reason, [...(reasons.get(reason) ?? []), message]);
  }
  return reasons;
}

/** WhatsApp begins with the number of its error, by which its own help is found: that goes last. */
function inPlainWords(reason: string): string {
  return reason.replace(/^\(#(\d+)\) (.*?)\.?$/s, '$2 (WhatsApp error $1)');
}

function Reason({ reason, failed }: { reason: string; failed: FailedMessage[] }) {
  const [isOpen, setIsOpen] = useState(false);
  const shown = isOpen ? failed : failed.slice(0, NAMED);
  return (
    <section className="card stack" aria-label={inPlainWords(reason)}>
      <div className="card-head">
        <h2>{inPlainWords(reason)}</h2>
        <span className="badge" data-tone="bad">
          {failed.length.toLocaleString()} {failed.length === 1 ? 'person' : 'people'}
        </span>
      </div>
      <ul className="failed-people" aria-label={`People: ${inPlainWords(reason)}`}>
        {shown.map(({ id, contact, phone, templateName }) => (
          <li key={id}>
            {contact ? (
              <Link to={contactSearchPath(contact.name)}>{contact.name}</Link>
            ) : (
              <span className="muted">A former contact</span>
            )}
            <span className="muted number">{phone ?? 'No usable phone number'}</span>
            <span className="muted">{templateName}</span>
          </li>
        ))}
      </ul>
      {shown.length < failed.length && (
        <div>
          <button type="button" onClick={() => setIsOpen(true)}>
            Show all {failed.length.toLocaleString()}
          </button>
        </div>
      )}
    </section>
  );
}
