import { Link, useLocation } from 'react-router';
import { useClientOfPage } from '../clients/client-layout.tsx';
import { clientPath } from '../clients/client-path.ts';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { Empty, ErrorNotice, Loading } from '../shared/states.tsx';
import { useViewer } from '../shared/viewer.ts';
import { usePacketStatus } from './hooks.ts';
import type { PacketSummary } from './packet-progress.ts';
import { PacketRow } from './packet-row.tsx';

export function PacketsPage() {
  const { client } = useClientOfPage();
  const { packets, summary, isLoading, error, retry } = usePacketStatus({ clientId: client.id });
  const viewer = useViewer();
  /** What the server answered to the questionnaire, when one comes from there. */
  const { message } = (useLocation().state ?? {}) as { message?: string };
  if (isLoading) return <Loading label="Loading packets" rows={5} rowHeight="4.5rem" />;
  const isAgency = viewer !== undefined && viewer.role !== 'CLIENT';
  return (
    <div className="stack">
      {error && <ErrorNotice error={error} onRetry={retry} />}
      {summary && summary.total > 0 && (
        <>
          <SummaryCard summary={summary} message={message} />
          <ul className="card rows" aria-label="Packets">
            {packets.map((packet) => (
              <PacketRow key={packet.id} packet={packet} isAgency={isAgency} />
            ))}
          </ul>
        </>
      )}
      {summary?.total === 0 && (
        <Empty title="No packets yet">
          <p>
            They are made from the answers, once the{' '}
            <Link to={clientPath(client.id, 'intake')}>questionnaire</Link> is submitted.
          </p>
        </Empty>
      )}
    </div>
  );
}

function SummaryCard({
  summary,
  message,
}: {
  summary: PacketSummary;
  message: string | undefined;
}) {
  const tone = !summary.done ? 'accent' : summary.failed > 0 ? 'bad' : 'good';
  const counts = [
    { label: 'waiting', count: summary.pending },
    { label: 'generating', count: summary.generating },
    { label: 'ready', count: summary.completed },
    { label: 'failed', count: summary.failed },
    { label: 'cancelled', count: summary.cancelled },
  ];
  return (
    <section className="card stack" aria-label="All packets">
      <h2 aria-live="polite">{!summary.done && message ? message : headline(summary)}</h2>
      <ProgressBar label="All packets" percent={summary.progress} tone={tone} />
      <dl className="counts">
        {counts.map(({ label, count }) => (
          <div key={label} data-zero={count === 0}>
            <dt>{label}</dt>
            <dd className="number">{count}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function headline({ done, failed, completed }: PacketSummary): string {
  if (!done) return 'The packets are being made';
  if (failed > 0) return failed === 1 ? 'One packet failed' : `${failed} packets failed`;
  return completed > 0 ? 'All packets are ready' : 'All packets are cancelled';
}
