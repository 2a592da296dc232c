/**
 * One sync with Pipedrive: organizations, persons, deals, activities, page by page. A page is one
 * transaction with what it changed, the figures that follow, the counts and the place to go on
 * from; so a killed sync goes on after its last page.
 *
 * Syncs share few slots: after a while one hands over to a job that goes on from its last page,
 * behind the syncs that wait.
 *
 * Each list is read by the time of change, and for each kind the greatest one seen is kept: the
 * next incremental sync asks for what changed since. One moment for all kinds would miss what
 * changed in one list while another one was read.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { prepare } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { RunningJob } from '../platform/jobs/definition.ts';
import type { Platform } from '../platform/platform.ts';
import { SecretError } from '../platform/secrets.ts';
import { SECOND } from '../platform/time.ts';
import { readTenant } from '../tenancy/index.ts';
import { type OpenConnection, openCrm } from './connections.ts';
import { applyActivities } from './pages/activities.ts';
import { applyDeals } from './pages/deals.ts';
import { applyOrganizations } from './pages/organizations.ts';
import type { PageOutcome, SyncSurroundings } from './pages/page.ts';
import { applyPersons } from './pages/persons.ts';
import type { PipedrivePage, PipedriveUser } from './pipedrive/client.ts';
import { PipedriveError } from './pipedrive/errors.ts';
import { PIPEDRIVE_KINDS, type PipedriveKind, type PipedriveRecords } from './pipedrive/records.ts';
import { SYNC_CRM } from './sync-job.ts';
import { completeSync, failSync } from './syncs.ts';
import { publishCrmSyncChanged } from './topics.ts';

/** Of one sync; more of them tell nobody anything. */
const MAX_STORED_FAILURES = 10_000;

const Moments = z.partialRecord(z.enum(PIPEDRIVE_KINDS), z.string());
/** Where a sync is: `kind` and `cursor` of the page that comes next. */
const State = z.object({
  kind: z.enum([...PIPEDRIVE_KINDS, 'done']).default('organizations'),
  cursor: z.string().nullable().default(null),
  /** What changed since these moments is asked for; all of a kind that is missing. */
  since: Moments.default({}),
  /** The greatest moments of change seen, those of earlier syncs included. */
  newest: Moments.default({}),
});
type State = z.output<typeof State>;

/**
 * The sync ended while a page was read (the CRM was disconnected), or goes on in another job.
 * Nothing is left to do.
 */
class SyncEndedError extends Error {}

/** After so long a job hands over to the next. */
const SLICE_MS = 30 * SECOND;

type SyncJob = Pick<
  RunningJob<{ syncId: string }>,
  'tenantId' | 'payload' | 'signal' | 'hold' | 'complete'
>;

interface Run extends SyncSurroundings {
  platform: Platform;
  job: SyncJob;
  client: OpenConnection['client'];
  /** When the job is to hand over, as performance.now(). */
  sliceEndsAt: number;
}

/**
 * Runs a sync to its end, from where an earlier attempt left it. Ends it as FAILED with a message
 * where the CRM can't be read.
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
      ...(await surroundings(platform, job, connection)),
    };
    await readAll(run, State.parse(begun.state ?? {}));
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

/** Makes the sync RUNNING; null when it has ended. */
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
      .returning(['provider', 'cursorState as state']),
  );
  if (sync) publishCrmSyncChanged(platform, tx, syncId);
  else await job.complete(tx);
  return sync;
}

const usersByEmail = prepare((p: { emails: string[] }) =>
  query
    .selectFrom('user')
    .select(['id', 'email'])
    .where(sql<boolean>`lower("user"."email") = any(${p.emails}::text[])`)
    .where('role', '<>', 'CLIENT')
    .where('active', '=', true),
);

async function surroundings(
  platform: Platform,
  job: SyncJob,
  { client, connectedBy }: OpenConnection,
): Promise<SyncSurroundings> {
  const owners: PipedriveUser[] = await client.users(job.signal);
  const users = await platform.database
    .forTenant(job)
    .runPrepared(usersByEmail, { emails: owners.map(({ email }) => email) });
  const byEmail = new Map(users.map(({ id, email }) => [email.toLowerCase(), id]));
  const ownerIds = new Map(
    owners.flatMap(({ id, email }) => (byEmail.has(email) ? [[id, byEmail.get(email) ?? '']] : [])),
  );
  const { country } = await readTenant(platform, job);
  return { ownerIds, connectedBy, country };
}

async function readAll(run: Run, from: State): Promise<void> {
  for (let state = from; state.kind !== 'done'; ) state = await readKind(run, state.kind, state);
}

/**
 * Reads a list to its end; from its beginning once more when Pipedrive has forgotten where an
 * earlier attempt was.
 */
async function readKind<Kind extends PipedriveKind>(
  run: Run,
  kind: Kind,
  from: State,
): Promise<State> {
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
  from: State,
): Promise<State> {
  const { client, job, platform } = run;
  let state = from;
  const pages = client.pages(kind, {
    cursor: state.cursor,
    updatedSince: state.since[kind] ?? null,
    signal: job.signal,
  });
  for await (const page of pages) {
    const after: State = {
      ...state,
      cursor: page.nextCursor,
      newest: { ...state.newest, ...newestOf(kind, state, page) },
    };
    state =
      page.nextCursor === null
        ? { ...after, kind: PIPEDRIVE_KINDS[PIPEDRIVE_KINDS.indexOf(kind) + 1] ?? 'done' }
        : after;
    const isOver = state.kind !== 'done' && performance.now() >= run.sliceEndsAt;
    await platform.database.forTenant(job).transaction(async (tx) => {
      await writePage(run, tx, { kind, page, state });
      if (isOver) await handOver(run, tx);
    });
    if (isOver) throw new SyncEndedError();
  }
  return state;
}

async function handOver({ platform, job }: Run, tx: TenantTransaction): Promise<void> {
  await platform.jobs.enqueue(tx, SYNC_CRM, [{ payload: job.payload }]);
  await job.complete(tx);
}

function newestOf<Kind extends PipedriveKind>(
  kind: Kind,
  state: State,
  page: PipedrivePage<PipedriveRecords[Kind]>,
): State['newest'] {
  const moments = [
    state.newest[kind],
    state.since[kind],
    ...page.records.map(({ updateTime }) => updateTime),
  ].filter((moment) => moment != null);
  const newest = moments.reduce((greatest, moment) => (moment > greatest ? moment : greatest), '');
  return newest === '' ? {} : { [kind]: newest };
}

interface PageWriting<Kind extends PipedriveKind> {
  kind: Kind;
  page: PipedrivePage<PipedriveRecords[Kind]>;
  /** Where the sync is after the page. */
  state: State;
}

async function writePage<Kind extends PipedriveKind>(
  run: Run,
  tx: TenantTransaction,
  { kind, page, state }: PageWriting<Kind>,
): Promise<void> {
  const { platform, job } = run;
  const { syncId } = job.payload;
  await job.hold(tx);
  const outcome = await APPLY[kind](tx, page.records, run);
  const failures = [...page.failures, ...outcome.failures];
  const [sync] = await tx.run(
    progress(syncId, { fetched: page.fetched, failed: failures.length, state, ...outcome }),
  );
  if (!sync) throw new SyncEndedError();
  const first = sync.failed - failures.length;
  const stored = failures
    .slice(0, Math.max(0, MAX_STORED_FAILURES - first))
    .map((failure, index) => ({ ...failure, syncId, position: first + index }));
  if (stored.length > 0) await tx.run(query.insertInto('crm_sync_failure').values(stored));
  publishCrmSyncChanged(platform, tx, syncId);
}

type Apply<Kind extends PipedriveKind> = (
  tx: TenantTransaction,
  page: readonly PipedriveRecords[Kind][],
  surroundings: SyncSurroundings,
) => Promise<PageOutcome>;
const APPLY: { [Kind in PipedriveKind]: Apply<Kind> } = {
  organizations: applyOrganizations,
  persons: applyPersons,
  deals: applyDeals,
  activities: applyActivities,
};

interface Progress extends Pick<PageOutcome, 'created' | 'updated' | 'unchanged'> {
  fetched: number;
  failed: number;
  state: State;
}

/** Adds the counts of a page; finds no row once the sync has ended. */
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
