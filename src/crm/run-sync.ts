/**
 * Runs a sync with Pipedrive: organizations, persons, deals, activities, page by page. Each page is
 * written in one transaction, with the figures that follow from it, the counts, and the place where
 * the next page begins. So a sync that is killed continues after its last page, and nothing is lost
 * or written twice.
 *
 * There are few slots for syncs. After a while, a sync hands over to another job, which continues
 * behind the syncs that are waiting.
 *
 * Lists are read in the order of changes, and the latest change seen of each kind is kept: the next
 * incremental sync asks for what has changed since. A single moment for all kinds would miss what
 * changed in one list while another was read.
 */
import { sql } from 'kysely';
import { prepare } from '../platform/database/prepared.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { RunningJob } from '../platform/jobs/definition.ts';
import type { Platform } from '../platform/platform.ts';
import { SecretError } from '../platform/secrets.ts';
import { SECOND } from '../platform/time.ts';
import { type OpenConnection, openCrm } from './connections.ts';
import type { PageOutcome, SyncContext } from './pages/page.ts';
import { markSeen } from './pages/said.ts';
import type { PipedrivePage } from './pipedrive/client.ts';
import { PipedriveError } from './pipedrive/errors.ts';
import type { PipedriveKind, PipedriveRecords } from './pipedrive/records.ts';
import { type InTransaction, settle } from './settle.ts';
import { syncContext } from './sync-context.ts';
import { completeSync, failSync } from './sync-ends.ts';
import { SYNC_CRM } from './sync-job.ts';
import { SyncState, stateAfter } from './sync-state.ts';
import { takeOver } from './take-over.ts';
import { CRM_SYNC_CHANGED } from './topics.ts';

/** At most this many failures of a sync are stored; nobody reads more. */
const MAX_STORED_FAILURES = 10_000;

/**
 * There is nothing left to do: the sync ended while a page was being read, because the CRM was
 * disconnected, or it continues in another job.
 */
class SyncEndedError extends Error {}

/** How long a job runs before it hands over to the next. */
const SLICE_MS = 30 * SECOND;

type SyncJob = Pick<
  RunningJob<{ syncId: string }>,
  'tenantId' | 'payload' | 'signal' | 'hold' | 'complete'
>;

interface Run extends SyncContext {
  platform: Platform;
  job: SyncJob;
  client: OpenConnection['client'];
  /** When the job hands over, as performance.now(). */
  sliceEndsAt: number;
}

/**
 * Runs a sync from where an earlier attempt left it, and completes the job. If the CRM can't be
 * read, the sync ends as FAILED with a message. After `sliceMs` another job continues.
 */
export async function runCrmSync(
  platform: Platform,
  job: SyncJob,
  sliceMs: number = SLICE_MS,
): Promise<void> {
  const database = platform.database.forTenant(job);
  const begun = await database.transaction((tx) => begin(platform, tx, job));
  if (!begun) return;
  const fail = (message: string) =>
    database.transaction(async (tx) => {
      await failSync(platform, tx, { id: job.payload.syncId, message });
      await job.complete(tx);
    });
  try {
    const connection = await openCrm(platform, job.tenantId, begun.provider);
    if (!connection) return await fail('The CRM is no longer connected.');
    const sliceEndsAt = performance.now() + sliceMs;
    const run: Run = {
      platform,
      job,
      client: connection.client,
      sliceEndsAt,
      ...(await syncContext(platform, job, connection)),
    };
    await readAll(run, SyncState.parse(begun.state ?? {}));
    await settleRun(run, begun.full);
    await database.transaction(async (tx) => {
      await job.complete(tx);
      await completeSync(platform, tx, job.payload.syncId);
    });
  } catch (error) {
    if (error instanceof SyncEndedError) return;
    if (!(error instanceof PipedriveError || error instanceof SecretError)) throw error;
    platform.log.warn(
      { sync: job.payload.syncId, tenant: job.tenantId, reason: error.message },
      'a CRM sync failed',
    );
    await fail(error.message);
  }
}

/** Makes the sync RUNNING; resolves to nothing, the job completed, if it has ended already. */
async function begin(platform: Platform, tx: TenantTransaction, job: SyncJob) {
  await job.hold(tx);
  const { syncId } = job.payload;
  const [sync] = await tx.run(
    query
      .updateTable('crm_sync')
      .set({
        status: 'RUNNING',
        startedAt: sql<Date>`coalesce("startedAt", statement_timestamp())`,
        version: sql<number>`version + 1`,
      })
      .where('id', '=', syncId)
      .where('status', 'in', ['QUEUED', 'RUNNING'])
      .returning(['provider', 'full', 'cursorState as state']),
  );
  if (sync) CRM_SYNC_CHANGED.publishAfterCommit(platform, tx, [syncId]);
  else await job.complete(tx);
  return sync;
}

async function readAll(run: Run, from: SyncState): Promise<void> {
  for (let state = from; state.kind !== 'done'; ) state = await readKind(run, state.kind, state);
}

/**
 * Reads a list to its end. Starts again at its beginning if Pipedrive no longer knows where an
 * earlier attempt stopped.
 */
async function readKind<Kind extends PipedriveKind>(
  run: Run,
  kind: Kind,
  from: SyncState,
): Promise<SyncState> {
  try {
    return await readPages(run, kind, from);
  } catch (error) {
    if (
      from.cursor === null ||
      !(error instanceof PipedriveError) ||
      error.reason !== 'CURSOR_REFUSED'
    )
      throw error;
    return readPages(run, kind, { ...from, cursor: null });
  }
}

async function readPages<Kind extends PipedriveKind>(
  run: Run,
  kind: Kind,
  from: SyncState,
): Promise<SyncState> {
  const { client, job, platform } = run;
  let state = from;
  const pages = client.pages(kind, {
    cursor: state.cursor,
    updatedSince: state.since[kind] ?? null,
    signal: job.signal,
  });
  for await (const page of pages) {
    state = stateAfter(state, kind, page);
    const handsOver = state.kind !== 'done' && performance.now() >= run.sliceEndsAt;
    await platform.database.forTenant(job).transaction(async (tx) => {
      await writePage(run, tx, { kind, page, state });
      if (handsOver) await handOver(run, tx);
    });
    if (handsOver) throw new SyncEndedError();
  }
  return state;
}

/** After the lists: pages too, each of which finds this run still holding the job. */
function settleRun(run: Run, full: boolean): Promise<void> {
  const { platform, job } = run;
  const { syncId } = job.payload;
  const inTransaction: InTransaction = (work) => {
    job.signal.throwIfAborted();
    return platform.database.forTenant(job).transaction(async (tx) => {
      await job.hold(tx);
      const [sync] = await tx.runPrepared(statusOf, { id: syncId });
      if (sync?.status !== 'RUNNING') throw new SyncEndedError();
      return work(tx);
    });
  };
  return settle({
    syncId,
    full,
    context: run,
    existing: (kind, ids) => run.client.existing(kind, ids, job.signal),
    inTransaction,
  });
}

const statusOf = prepare((p: { id: string }) =>
  query.selectFrom('crm_sync').select('status').where('id', '=', p.id),
);

async function handOver({ platform, job }: Run, tx: TenantTransaction): Promise<void> {
  await platform.jobs.enqueue(tx, SYNC_CRM, [{ payload: job.payload }]);
  await job.complete(tx);
}

interface PageWriting<Kind extends PipedriveKind> {
  kind: Kind;
  page: PipedrivePage<PipedriveRecords[Kind]>;
  /** Where the sync is after the page. */
  state: SyncState;
}

async function writePage<Kind extends PipedriveKind>(
  run: Run,
  tx: TenantTransaction,
  { kind, page, state }: PageWriting<Kind>,
): Promise<void> {
  const { platform, job } = run;
  const { syncId } = job.payload;
  await job.hold(tx);
  const outcome = await takeOver(tx, { kind, records: page.records, syncId }, run);
  const externalIds = page.failures.map(({ externalId }) => externalId);
  await markSeen(tx, kind, { syncId, externalIds });
  const failed = page.failures.length + outcome.failures.length;
  const [sync] = await tx.run(
    progress(syncId, { fetched: page.fetched, failed, state, ...outcome }),
  );
  if (!sync) throw new SyncEndedError();
  const remarks = [...page.failures, ...outcome.failures, ...page.notes];
  const first = sync.failed + state.notes - remarks.length;
  const stored = remarks
    .slice(0, Math.max(0, MAX_STORED_FAILURES - first))
    .map((failure, index) => ({ ...failure, syncId, position: first + index }));
  if (stored.length > 0) await tx.run(query.insertInto('crm_sync_failure').values(stored));
  CRM_SYNC_CHANGED.publishAfterCommit(platform, tx, [syncId]);
}

interface Progress extends Pick<PageOutcome, 'created' | 'updated' | 'unchanged'> {
  fetched: number;
  failed: number;
  state: SyncState;
}

/** Adds the counts of a page to the sync; matches no row once the sync has ended. */
function progress(
  syncId: string,
  { state, fetched, created, updated, unchanged, failed }: Progress,
) {
  const plus = (column: string, count: number) =>
    sql<number>`${sql.ref(`crm_sync.${column}`)} + ${count}`;
  return query
    .updateTable('crm_sync')
    .set({
      fetched: plus('fetched', fetched),
      created: plus('created', created),
      updated: plus('updated', updated),
      unchanged: plus('unchanged', unchanged),
      failed: plus('failed', failed),
      version: plus('version', 1),
      cursorState: JSON.stringify(state),
    })
    .where('id', '=', syncId)
    .where('status', '=', 'RUNNING')
    .returning('failed');
}
