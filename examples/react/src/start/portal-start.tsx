import { Link } from 'react-router';
import { clientPath } from '../clients/client-path.ts';
import { packetTitle } from '../packets/labels.ts';
import { Day, When } from '../shared/dates.tsx';
import { LiveMark } from '../shared/live-mark.tsx';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { Empty, ErrorNotice, Loading } from '../shared/states.tsx';
import { useKept } from '../shared/use-kept.ts';
import { useLiveQuery } from '../shared/use-live.ts';
import type { Viewer } from '../shared/viewer.ts';
import { TIMELINE_LABEL, TIMELINE_TONE } from '../work-packages/labels.ts';
import { packagePath } from '../work-packages/package-path.ts';
import { PackageRow, StandingBadge } from '../work-packages/package-row.tsx';
import { PORTAL_START, type PortalData } from './documents.ts';

export function PortalStart({ viewer }: { viewer: Viewer }) {
  const { data: answered, error, retry } = useLiveQuery({ query: PORTAL_START, variables: {} });
  const data = useKept('', { value: answered, error });
  return (
    <div className="page">
      <title>Welcome · Sheaf</title>
      <div className="page-head">
        <div>
          <h1>Welcome, {viewer.user.name}</h1>
          <p className="muted">Your work with {viewer.tenant.name}</p>
        </div>
        <LiveMark />
      </div>
      {error && !data && <ErrorNotice error={error} onRetry={retry} />}
      {!error && !data && <Loading label="Loading your work" rows={3} rowHeight="9rem" />}
      {data && <Portal data={data} />}
    </div>
  );
}

function Portal({ data: { portalDashboard, clients, packets } }: { data: PortalData }) {
  const { workPackage, workPackages } = portalDashboard;
  const others = workPackages.filter(({ id }) => id !== workPackage?.id);
  return (
    <>
      {clients.nodes.map((client) => (
        <Questionnaire key={client.id} client={client} />
      ))}
      {workPackage ? (
        <MainPackage workPackage={workPackage} />
      ) : (
        <div className="card">
          <Empty title="Your work is being prepared">It appears here as soon as it begins.</Empty>
        </div>
      )}
      {packets.nodes.length > 0 && <Packets packets={packets} />}
      {others.length > 0 && (
        <section className="stack" aria-labelledby="other-packages">
          <h2 id="other-packages">More of your work</h2>
          <ul className="card rows" aria-labelledby="other-packages">
            {others.map((one) => (
              <PackageRow key={one.id} workPackage={one} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** What the agency waits for, first; then what is made of the answers. */
function Questionnaire({ client }: { client: PortalData['clients']['nodes'][number] }) {
  const { id, name, intakeCompletedAt, intake, packetSummary } = client;
  if (intakeCompletedAt === null)
    return (
      <section className="card stack" aria-labelledby={`questions-${id}`}>
        <div className="card-head">
          <h2 id={`questions-${id}`}>Your questionnaire</h2>
          <Link to={clientPath(id, 'intake')}>{intake ? 'Go on with it' : 'Begin'}</Link>
        </div>
        <ProgressBar label={`Questionnaire of ${name}`} percent={intake?.percent ?? 0} />
      </section>
    );
  if (packetSummary.done || packetSummary.total === 0) return null;
  return (
    <p className="notice" role="status">
      <span>
        <span className="spinner" aria-hidden="true" /> Your packets are being made:{' '}
        {packetSummary.completed} of {packetSummary.total} are ready.
      </span>
      <Link to={clientPath(id, 'packets')}>Watch</Link>
    </p>
  );
}

function MainPackage({
  workPackage,
}: {
  workPackage: NonNullable<PortalData['portalDashboard']['workPackage']>;
}) {
  const { id, title, progress, timelineStatus, expectedEndDate, phases } = workPackage;
  return (
    <section className="card stack" aria-labelledby="main-package">
      <div className="card-head">
        <h2 id="main-package">
          <Link to={packagePath(id)}>{title}</Link>
        </h2>
        <span className="muted">
          {expectedEndDate && (
            <>
              Due <Day on={expectedEndDate} />{' '}
            </>
          )}
          <StandingBadge workPackage={workPackage} />
        </span>
      </div>
      <ProgressBar
        label={`Progress of ${title}`}
        percent={progress}
        tone={TIMELINE_TONE[timelineStatus]}
      />
      <ol className="portal-phases" aria-label="Phases">
        {phases.map((phase) => (
          <li key={phase.id}>
            <span>{phase.name}</span>
            <ProgressBar
              label={`Progress of ${phase.name}`}
              percent={phase.progress}
              tone={TIMELINE_TONE[phase.timelineStatus]}
            />
            <span className="badge" data-tone={TIMELINE_TONE[phase.timelineStatus]}>
              {TIMELINE_LABEL[phase.timelineStatus]}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Packets({ packets: { nodes, totalCount } }: { packets: PortalData['packets'] }) {
  return (
    <section className="card start-section" aria-labelledby="packets">
      <div className="card-head">
        <h2 id="packets">Your packets</h2>
        {nodes[0] && totalCount > nodes.length && (
          <Link to={clientPath(nodes[0].clientId, 'packets')}>Show all</Link>
        )}
      </div>
      <ul className="start-list" aria-labelledby="packets">
        {nodes.map((packet) => (
          <li key={packet.id}>
            <Link
              to={`${clientPath(packet.clientId, 'packets')}/${encodeURIComponent(packet.id)}`}
              className="row-link"
            >
              {packetTitle(packet)}
            </Link>
            <span className="muted number">
              {packet.completedAt && <When at={packet.completedAt} />}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
