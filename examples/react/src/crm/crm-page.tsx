import { When } from '../shared/dates.tsx';
import { useNotify } from '../shared/notices.tsx';
import { Empty, ErrorNotice, Loading } from '../shared/states.tsx';
import { useViewer } from '../shared/viewer.ts';
import { ConnectForm } from './connect-form.tsx';
import type { ConnectedCrm, CrmSync } from './documents.ts';
import { changedNothing, isActive, type StartSync, useCrm, useStartSync } from './hooks.ts';
import { SYNC_LABEL, SYNC_TONE } from './labels.ts';
import { SyncCard } from './sync-card.tsx';

export function CrmPage() {
  const notify = useNotify();
  const { crm, syncs, error, retry } = useCrm({
    onSyncEnd: (sync) =>
      sync.status === 'COMPLETED'
        ? notify(`The sync is done. ${resultOf(sync)}.`)
        : notify('The sync failed.', 'bad'),
  });
  return (
    <div className="page">
      <title>CRM · Sheaf</title>
      <div className="page-head">
        <h1>CRM</h1>
      </div>
      {error && crm === undefined && <ErrorNotice error={error} onRetry={retry} />}
      {!error && crm === undefined && <Loading label="Loading the CRM" rows={2} rowHeight="8rem" />}
      {crm === null && <NotConnected />}
      {crm && <Connected crm={crm} syncs={syncs} />}
      {syncs.length > 1 && <EarlierSyncs syncs={syncs.slice(1)} />}
    </div>
  );
}

function NotConnected() {
  const viewer = useViewer();
  if (viewer?.role === 'OWNER') return <ConnectForm />;
  return (
    <Empty title="No CRM is connected">
      An owner of {viewer?.tenant.name ?? 'the agency'} can connect one.
    </Empty>
  );
}

interface ConnectedProps {
  crm: ConnectedCrm;
  syncs: readonly CrmSync[];
}

function Connected({ crm, syncs }: ConnectedProps) {
  const starting = useStartSync();
  const [newest, ...earlier] = syncs;
  const isBusy = newest !== undefined && isActive(newest);
  return (
    <>
      <section className="card stack" aria-label="Connection">
        <div className="actions">
          <div className="crm-connection">
            <h2>
              Pipedrive{' '}
              <span className="badge" data-tone="good">
                Connected
              </span>
            </h2>
            <p className="muted">
              {crm.apiUrl}, by {crm.connectedBy?.name ?? 'a former user'} on{' '}
              <When at={crm.connectedAt} />
            </p>
          </div>
          <button
            type="button"
            disabled={isBusy || starting.isStarting}
            onClick={() => starting.start(true)}
          >
            Sync everything
          </button>
          <button
            type="button"
            className="primary"
            disabled={isBusy || starting.isStarting}
            onClick={() => starting.start(false)}
          >
            Sync now
          </button>
        </div>
        <StartProblem starting={starting} isBusy={isBusy} />
      </section>
      {newest ? (
        <SyncCard sync={newest} earlier={earlier} />
      ) : (
        <Empty title="Nothing is synced yet">
          The first sync reads all organizations, persons, deals and activities.
        </Empty>
      )}
    </>
  );
}

function StartProblem({
  starting: { isTaken, problem },
  isBusy,
}: {
  starting: StartSync;
  isBusy: boolean;
}) {
  const isTold = problem !== undefined || (isTaken && isBusy);
  return (
    <div role="status" className="start-problem">
      {isTold && (
        <p className={`notice${problem ? ' bad' : ''}`}>
          {problem ??
            'A sync was under way already, so no other was started. Its progress is below.'}
        </p>
      )}
    </div>
  );
}

function EarlierSyncs({ syncs }: { syncs: readonly CrmSync[] }) {
  return (
    <section className="stack" aria-labelledby="earlier-syncs">
      <h2 id="earlier-syncs">Earlier syncs</h2>
      <ul className="card rows">
        {syncs.map((sync) => (
          <li key={sync.id} className="sync-row">
            <span className="number">
              {sync.startedAt ? <When at={sync.startedAt} show="date and time" /> : 'Not begun'}
            </span>
            <span className="muted">{sync.full ? 'Everything' : 'Changes'}</span>
            <span className="muted number sync-result">{sync.errorMessage ?? resultOf(sync)}</span>
            <span className="badge" data-tone={SYNC_TONE[sync.status]}>
              {SYNC_LABEL[sync.status]}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function resultOf(sync: CrmSync): string {
  const { created, updated, failed } = sync;
  if (changedNothing(sync)) return 'Nothing had changed';
  const parts = [`${created.toLocaleString()} new`, `${updated.toLocaleString()} changed`];
  return [...parts, ...(failed > 0 ? [`${failed.toLocaleString()} failed`] : [])].join(', ');
}
