import { When } from '../shared/dates.tsx';
import { ProgressBar } from '../shared/progress-bar.tsx';
import type { CrmSync } from './documents.ts';
import { changedNothing, isActive, percentOf } from './hooks.ts';
import { SYNC_COUNTS, SYNC_TONE } from './labels.ts';

interface SyncCardProps {
  sync: CrmSync;
  /** Newest first. */
  earlier: readonly CrmSync[];
}

/** One sync, from waiting to its end; its room is the same all the while. */
export function SyncCard({ sync, earlier }: SyncCardProps) {
  return (
    <section className="card stack" aria-label="Newest sync" data-status={sync.status}>
      <div className="sync-head">
        <h2 aria-live="polite">{headline(sync)}</h2>
        <p className="muted number">
          {sync.full ? 'Everything' : 'Changes only'}
          {sync.startedAt && (
            <>
              {sync.finishedAt ? ', ended ' : ', begun '}
              <When at={sync.finishedAt ?? sync.startedAt} show="date and time" />
            </>
          )}
        </p>
      </div>
      <ProgressBar
        key={sync.id}
        label="Sync"
        percent={percentOf(sync, earlier)}
        tone={SYNC_TONE[sync.status]}
      />
      <dl className="counts">
        <Count label="records read" count={sync.fetched} />
        {SYNC_COUNTS.map((name) => (
          <Count key={name} label={name} count={sync[name]} />
        ))}
      </dl>
      {sync.status === 'FAILED' && sync.errorMessage && (
        <p className="notice bad">{sync.errorMessage}</p>
      )}
      {sync.failed > 0 && <Failures sync={sync} />}
    </section>
  );
}

function Count({ label, count }: { label: string; count: number }) {
  return (
    <div data-zero={count === 0}>
      <dt>{label}</dt>
      <dd className="number">{count.toLocaleString()}</dd>
    </div>
  );
}

function headline(sync: CrmSync): string {
  if (sync.status === 'QUEUED') return 'The sync begins in a moment';
  if (isActive(sync)) return 'Reading from Pipedrive';
  if (sync.status === 'FAILED') return 'The sync failed';
  if (changedNothing(sync)) return 'All is up to date';
  return sync.failed > 0 ? 'The sync is done, but for a few records' : 'The sync is done';
}

/** Records that could not be imported; all others were. */
function Failures({ sync: { failed, failures } }: { sync: CrmSync }) {
  return (
    <details className="failures" open>
      <summary>
        {failed.toLocaleString()} {failed === 1 ? 'record was' : 'records were'} left out
      </summary>
      <ul aria-label="Failures">
        {failures.map(({ externalId, message }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: records without an id are alike, and the list only grows at its end
          <li key={index}>
            <code>{externalId}</code> <span>{message}</span>
          </li>
        ))}
      </ul>
      {failed > failures.length && (
        <p className="muted">and {(failed - failures.length).toLocaleString()} more</p>
      )}
    </details>
  );
}
