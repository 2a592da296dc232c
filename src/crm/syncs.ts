/**
 * Syncs with a tenant's CRM: QUEUED → RUNNING → COMPLETED or FAILED. A tenant has at most one that
 * is queued or running. What a sync does is in run-sync.ts, how it ends in sync-ends.ts.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { CrmProvider } from '../../generated/kysely.ts';
import { anyOf } from '../platform/database/arrays.ts';
import { columnsOf, type RowOf } from '../platform/database/columns.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../platform/database/ordering.ts';
import { prepare } from '../platform/database/prepared.ts';
import { violates } from '../platform/database/sql-errors.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { userError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { provider } from './provider.ts';
import { SYNC_CRM } from './sync-job.ts';

/** The input of `startCrmSync`. */
export const StartCrmSync = z
  .object({
    provider,
    full: z
      .boolean()
      .default(false)
      .describe(
        'True reads everything again; false reads only what has changed since the last completed sync. The first sync of a connection always reads everything.',
      ),
  })
  .describe('Which CRM to sync with, and how much to read.');

/** The columns of a sync that the API reads. */
const CRM_SYNC_COLUMNS = columnsOf('crm_sync', ['cursorState', 'startedBy']);
/** A row of crm_sync with the columns that the API reads. */
export type CrmSyncRow = RowOf<'crm_sync', 'cursorState' | 'startedBy'>;

/** Syncs by id. */
export const syncsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('crm_sync').select(CRM_SYNC_COLUMNS).where('id', '=', anyOf(p.ids)),
);
/** The versions of syncs, for live topics. */
export const syncVersionsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('crm_sync').select(['id', 'version']).where('id', '=', anyOf(p.ids)),
);

const lastCompleted = prepare((p: { provider: CrmProvider }) =>
  query
    .selectFrom('crm_sync')
    .select(CRM_SYNC_COLUMNS)
    .where('provider', '=', p.provider)
    .where('status', '=', 'COMPLETED')
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1),
);

/** The newest completed sync, or null. */
export async function lastCompletedSync(
  platform: Platform,
  viewer: Viewer,
  provider: CrmProvider,
): Promise<CrmSyncRow | null> {
  const [row] = await platform.database.forTenant(viewer).runPrepared(lastCompleted, { provider });
  return row ?? null;
}

/** A page of the tenant's syncs, newest first. */
export async function listCrmSyncs(platform: Platform, viewer: Viewer, args: PageArguments) {
  const page = parsePage(args, NEWEST_FIRST);
  const database = platform.database.forTenant(viewer);
  const matching = query.selectFrom('crm_sync');
  return {
    ...toPage(
      await database.run(applyPage(matching.select(CRM_SYNC_COLUMNS), 'crm_sync', page)),
      page,
    ),
    count: () => countRows(database, matching),
  };
}

/**
 * Queues a sync. Throws CONFLICT while another is queued or running, NOT_FOUND if no CRM is
 * connected.
 */
export async function startCrmSync(
  platform: Platform,
  viewer: Viewer,
  { provider, full }: z.output<typeof StartCrmSync>,
) {
  try {
    return {
      sync: await platform.database
        .forTenant(viewer)
        .change(['CRM connection', provider], (tx) =>
          queueSync(platform, tx, { provider, full, startedBy: viewer.userId }),
        ),
    };
  } catch (error) {
    if (violates(error, 'crm_sync_active_key'))
      throw userError('CONFLICT', ['provider'], 'A sync is already queued or running.');
    throw error;
  }
}

interface NewSync {
  provider: CrmProvider;
  full: boolean;
  startedBy: string | null;
}

const connectedAtOf = prepare((p: { provider: CrmProvider }) =>
  query
    .selectFrom('crm_connection')
    .select('connectedAt')
    .where('provider', '=', p.provider)
    .forShare(),
);

/**
 * Adds a sync with its job. The first sync of a connection is always a full one. Throws NOT_FOUND
 * if no CRM is connected.
 */
export async function queueSync(
  platform: Platform,
  tx: TenantTransaction,
  { provider, full, startedBy }: NewSync,
): Promise<CrmSyncRow | undefined> {
  const [connection] = await tx.runPrepared(connectedAtOf, { provider });
  if (!connection)
    throw userError(
      'NOT_FOUND',
      ['provider'],
      'No CRM is connected. An owner can connect one with connectCrm.',
    );
  const baseline = full ? null : await baselineOf(tx, provider, connection.connectedAt);
  const row = {
    id: uuidv7(),
    provider,
    full: baseline === null,
    startedBy,
    cursorState: baseline === null ? null : JSON.stringify({ since: baseline }),
  };
  const [sync] = await tx.run(query.insertInto('crm_sync').values(row).returning(CRM_SYNC_COLUMNS));
  await platform.jobs.enqueue(tx, SYNC_CRM, [{ payload: { syncId: row.id } }]);
  return sync;
}

/**
 * The latest change of each kind that the last completed sync of this connection has seen; null if
 * there is no such sync.
 */
async function baselineOf(
  tx: TenantTransaction,
  provider: CrmProvider,
  connectedAt: string,
): Promise<object | null> {
  const [last] = await tx.run(
    query
      .selectFrom('crm_sync')
      .select(sql<object | null>`"cursorState" -> 'newest'`.as('newest'))
      .where('provider', '=', provider)
      .where('status', '=', 'COMPLETED')
      .where(sql<boolean>`"createdAt" >= ${connectedAt}::timestamptz`)
      .orderBy('createdAt', 'desc')
      .limit(1),
  );
  return last?.newest ?? null;
}

const firstFailures = prepare((p: { ids: string[]; firsts: number[] }) =>
  query
    .selectFrom('crm_sync_failure')
    .innerJoin(
      sql<{
        id: string;
        first: number;
      }>`unnest(${p.ids}::uuid[], ${p.firsts}::int[])`.as<'asked'>(sql`asked(id, first)`),
      (join) =>
        join
          .onRef('asked.id', '=', 'crm_sync_failure.syncId')
          .onRef('crm_sync_failure.position', '<', 'asked.first'),
    )
    .select([
      'crm_sync_failure.externalId',
      'crm_sync_failure.message',
      sql<string>`asked.first || '/' || asked.id`.as('key'),
    ])
    .orderBy('crm_sync_failure.position'),
);

/**
 * The first failures of syncs, in the order in which they occurred, by keys of the form `<how
 * many>/<id of the sync>`. One statement for any number of keys.
 */
export function failuresOf(platform: Platform, viewer: Viewer, keys: readonly string[]) {
  const asked = keys.map((key) => key.split('/'));
  const [firsts, ids] = [asked.map(([first]) => Number(first)), asked.map(([, id]) => id ?? '')];
  return platform.database.forTenant(viewer).runPrepared(firstFailures, { ids, firsts });
}
