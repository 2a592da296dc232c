import { Link } from 'react-router';
import { useMutation } from 'urql';
import { campaignPath, failedPath } from '../campaigns/campaign-path.ts';
import { CAMPAIGN_LABEL, CAMPAIGN_TONE } from '../campaigns/labels.ts';
import { clientPath } from '../clients/client-path.ts';
import { packetTitle } from '../packets/labels.ts';
import { Day, When } from '../shared/dates.tsx';
import { LiveMark } from '../shared/live-mark.tsx';
import { formatPercent } from '../shared/progress-bar.tsx';
import { ErrorNotice, Loading } from '../shared/states.tsx';
import { useKept } from '../shared/use-kept.ts';
import { useLiveQuery } from '../shared/use-live.ts';
import type { Viewer } from '../shared/viewer.ts';
import type { ListedPackage } from '../work-packages/documents.ts';
import { packagePath, packagesPath } from '../work-packages/package-path.ts';
import { forWhom } from '../work-packages/package-row.tsx';
import { executionPath } from '../workflows/workflow-path.ts';
import { DASHBOARD, type DashboardCampaign, type DashboardData, MARK_READ } from './documents.ts';
import { Section } from './section.tsx';

const TODAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });

export function Dashboard({ viewer }: { viewer: Viewer }) {
  const { data: answered, error, retry } = useLiveQuery({ query: DASHBOARD, variables: {} });
  const data = useKept('', { value: answered, error });
  return (
    <div className="page">
      <title>Today · Sheaf</title>
      <div className="page-head">
        <div>
          <h1>Today at {viewer.tenant.name}</h1>
          <p className="muted">{TODAY.format(new Date())}</p>
        </div>
        <LiveMark />
      </div>
      {error && !data && <ErrorNotice error={error} onRetry={retry} />}
      {!error && !data && <Loading label="Loading what needs you" rows={4} rowHeight="9rem" />}
      {data && <Sections data={data} />}
    </div>
  );
}

function Sections({ data }: { data: DashboardData }) {
  return (
    <>
      <Summary data={data} />
      <News notifications={data.notifications} />
      <div className="start-grid">
        <Packages
          id="overdue"
          title="Overdue packages"
          none="Nothing is overdue."
          show="OVERDUE"
          found={data.overdue}
        />
        <Packages
          id="at-risk"
          title="Packages at risk"
          none="Nothing is behind its plan."
          show="AT_RISK"
          found={data.atRisk}
        />
        <FailedPackets found={data.failedPackets} />
        <FailedExecutions found={data.failedExecutions} />
        <Sending found={data.sending} />
        <Replies found={data.sent} />
        <Requests found={data.openRequests} />
      </div>
    </>
  );
}

/** The whole page in a sentence, read out whenever it becomes another one. */
function Summary({ data }: { data: DashboardData }) {
  const { overdue, atRisk, failedPackets, failedExecutions, openRequests } = data;
  const parts = [
    amount(overdue.totalCount, 'package is overdue', 'packages are overdue'),
    amount(atRisk.totalCount, 'is at risk', 'are at risk'),
    amount(failedPackets.totalCount, 'packet failed', 'packets failed'),
    amount(failedExecutions.totalCount, 'workflow stopped', 'workflows stopped'),
    amount(
      openRequests.totalCount,
      'request waits for a technician',
      'requests wait for a technician',
    ),
  ].filter((part) => part !== null);
  return (
    <p className="start-summary" role="status">
      {parts.length === 0 ? 'Nothing needs you right now.' : `${parts.join(', ')}.`}
    </p>
  );
}

function amount(count: number, one: string, many: string): string | null {
  return count === 0 ? null : `${count.toLocaleString()} ${count === 1 ? one : many}`;
}

/** What Sheaf has told this person; nothing is there when all of it is read. */
function News({
  notifications: { nodes, totalCount },
}: {
  notifications: DashboardData['notifications'];
}) {
  const [{ fetching }, markRead] = useMutation(MARK_READ);
  if (nodes.length === 0) return null;
  return (
    <section className="card start-section" aria-labelledby="news">
      <div className="card-head">
        <h2 id="news">
          New for you{' '}
          <span className="badge" data-tone="accent">
            {totalCount.toLocaleString()}
          </span>
        </h2>
        <button
          type="button"
          className="quiet"
          disabled={fetching}
          onClick={() => markRead({ ids: nodes.map(({ id }) => id) })}
        >
          Mark as read
        </button>
      </div>
      <ul className="start-list" aria-labelledby="news">
        {nodes.map(({ id, title, body, createdAt }) => (
          <li key={id}>
            <div>
              <strong>{title}</strong>
              <p className="detail muted">{body}</p>
            </div>
            <span className="muted number">
              <When at={createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface PackagesProps {
  id: string;
  title: string;
  none: string;
  show: 'OVERDUE' | 'AT_RISK';
  found: { totalCount: number; nodes: readonly ListedPackage[] };
}

function Packages({ id, title, none, show, found: { totalCount, nodes } }: PackagesProps) {
  return (
    <Section
      id={id}
      title={title}
      count={totalCount}
      listed={nodes.length}
      allPath={packagesPath(show)}
      none={none}
    >
      {nodes.map((one) => (
        <li key={one.id}>
          <div>
            <Link to={packagePath(one.id)} className="row-link">
              {one.title}
            </Link>
            <p className="detail muted">{forWhom(one) ?? 'For nobody yet'}</p>
          </div>
          <span className="start-figure number">
            {formatPercent(one.progress)}
            <span className="detail muted">
              {one.expectedEndDate && (
                <>
                  due <Day on={one.expectedEndDate} />
                </>
              )}
            </span>
          </span>
        </li>
      ))}
    </Section>
  );
}

function FailedPackets({
  found: { totalCount, nodes },
}: {
  found: DashboardData['failedPackets'];
}) {
  return (
    <Section
      id="failed-packets"
      title="Packets that failed"
      count={totalCount}
      listed={nodes.length}
      none="Every packet was made."
    >
      {nodes.map((packet) => (
        <li key={packet.id}>
          <div>
            <Link to={clientPath(packet.clientId, 'packets')} className="row-link">
              {packetTitle(packet)} for {packet.client.name}
            </Link>
            <p className="detail muted">{packet.errorMessage ?? 'It could not be made.'}</p>
          </div>
        </li>
      ))}
    </Section>
  );
}

function FailedExecutions({
  found: { totalCount, nodes },
}: {
  found: DashboardData['failedExecutions'];
}) {
  return (
    <Section
      id="failed-executions"
      title="Workflows that stopped"
      count={totalCount}
      listed={nodes.length}
      allPath="/workflows"
      none="Every workflow went through."
    >
      {nodes.map(({ id, workflow, errorMessage, finishedAt }) => (
        <li key={id}>
          <div>
            <Link to={executionPath(id)} className="row-link">
              {workflow.name}
            </Link>
            <p className="detail muted">{errorMessage ?? 'A step of it failed.'}</p>
          </div>
          <span className="muted number">{finishedAt && <When at={finishedAt} />}</span>
        </li>
      ))}
    </Section>
  );
}

function Sending({ found: { totalCount, nodes } }: { found: DashboardData['sending'] }) {
  return (
    <Section
      id="sending"
      title="Campaigns under way"
      count={totalCount}
      listed={nodes.length}
      allPath="/campaigns"
      none="No campaign is being sent or scheduled."
      tone="accent"
    >
      {nodes.map((campaign) => (
        <CampaignLine key={campaign.id} campaign={campaign}>
          {campaign.status === 'SCHEDULED' && campaign.scheduledAt ? (
            <>
              starts <When at={campaign.scheduledAt} show="date and time" />
            </>
          ) : (
            `${campaign.stats.totals.sent.toLocaleString()} of ${campaign.stats.totals.total.toLocaleString()} sent`
          )}
        </CampaignLine>
      ))}
    </Section>
  );
}

function Replies({ found: { totalCount, nodes } }: { found: DashboardData['sent'] }) {
  return (
    <Section
      id="replies"
      title="Replies to the last campaigns"
      count={nodes.reduce((sum, { stats }) => sum + stats.totals.replied, 0)}
      listed={totalCount}
      none="Nobody has replied yet."
      tone="accent"
    >
      {nodes.map((campaign) => (
        <CampaignLine key={campaign.id} campaign={campaign}>
          {campaign.stats.totals.replied.toLocaleString()}{' '}
          {campaign.stats.totals.replied === 1 ? 'reply' : 'replies'}
        </CampaignLine>
      ))}
    </Section>
  );
}

function CampaignLine({
  campaign: { id, name, status, statusReason, stats },
  children,
}: {
  campaign: DashboardCampaign;
  children: React.ReactNode;
}) {
  const { failed } = stats.totals;
  return (
    <li>
      <div>
        <Link to={campaignPath(id)} className="row-link">
          {name}
        </Link>
        <p className="detail muted">
          {statusReason ?? (
            <>
              {children}
              {failed > 0 && (
                <>
                  ,{' '}
                  <Link to={failedPath(id)} className="error">
                    {failed.toLocaleString()} failed
                  </Link>
                </>
              )}
            </>
          )}
        </p>
      </div>
      <span className="badge" data-tone={CAMPAIGN_TONE[status]}>
        {CAMPAIGN_LABEL[status]}
      </span>
    </li>
  );
}

function Requests({ found: { totalCount, nodes } }: { found: DashboardData['openRequests'] }) {
  return (
    <Section
      id="requests"
      title="Requests without a technician"
      count={totalCount}
      listed={nodes.length}
      none="Every request has its technician."
    >
      {nodes.map(({ id, title, property, createdAt }) => (
        <li key={id}>
          <div>
            <strong>{title}</strong>
            <p className="detail muted">{property.name}</p>
          </div>
          <span className="muted number">
            <When at={createdAt} />
          </span>
        </li>
      ))}
    </Section>
  );
}
