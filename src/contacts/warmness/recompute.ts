/**
 * Recomputes the figures of many contacts, in batches with a transaction each, so that writers wait
 * only briefly and readers not at all.
 */
import { sql } from 'kysely';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantDatabase } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { MINUTE } from '../../platform/time.ts';
import { allTenants, tenantsWithDueWarmness } from '../../tenancy/index.ts';
import { lockContacts } from '../locks.ts';
import { findStale, refreshFigures } from './kept-figures.ts';

const BATCH = 1_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** When, how many at once, and until when to recompute. */
export interface RecomputeOptions {
  /** The moment to compute for; the database's own time by default. */
  now?: Date;
  /** How many contacts a transaction takes; 1,000 by default. */
  batch?: number;
  signal?: AbortSignal;
}

const dueContacts = prepare((p: { now: string | null; limit: number }) =>
  query
    .selectFrom('contact')
    .select('id')
    .where(
      'warmnessNextChangeAt',
      '<=',
      sql<string>`coalesce(${p.now}::timestamptz, statement_timestamp())`,
    )
    .orderBy('warmnessNextChangeAt')
    .limit(p.limit),
);
const contactsAfter = prepare((p: { after: string; limit: number }) =>
  query.selectFrom('contact').select('id').where('id', '>', p.after).orderBy('id').limit(p.limit),
);

/**
 * Recomputes the contacts of all tenants whose figures time has changed, at most `limit` (100,000 by
 * default). Resolves to their number once all are stored, or `signal` aborts.
 */
export async function recomputeDueWarmness(
  platform: Platform,
  { limit = 100_000, ...options }: RecomputeOptions & { limit?: number } = {},
): Promise<number> {
  const now = options.now?.toISOString() ?? null;
  // The database's clock decides what is due; this process's may be off by up to 15 minutes.
  const by = options.now ?? new Date(Date.now() + 15 * MINUTE);
  const due = await tenantsWithDueWarmness(platform.database, by);
  let done = 0;
  // Tenants take turns, a batch each, so that a large one does not use up the limit alone.
  const waiting = due.map((tenant) => platform.database.forTenant(tenant));
  for (
    let database = waiting.shift();
    database && done < limit && !options.signal?.aborted;
    database = waiting.shift()
  ) {
    const size = Math.min(options.batch ?? BATCH, limit - done);
    const ids = (await database.runPrepared(dueContacts, { now, limit: size })).map(({ id }) => id);
    if (ids.length > 0) await refreshLocked(database, ids, options.now);
    done += ids.length;
    if (ids.length === size) waiting.push(database);
  }
  return done;
}

/**
 * Recomputes every contact of one tenant, or of all. Resolves to how many had wrong figures. 100,000
 * contacts that all change take 20 s.
 */
export async function recomputeAllWarmness(
  platform: Platform,
  { tenantId, ...options }: RecomputeOptions & { tenantId?: string } = {},
): Promise<number> {
  const tenants = tenantId === undefined ? await allTenants(platform.database) : [{ tenantId }];
  let changed = 0;
  for (const tenant of tenants)
    changed += await recomputeTenant(platform.database.forTenant(tenant), options);
  return changed;
}

async function recomputeTenant(
  database: TenantDatabase,
  { now, batch: limit = BATCH, signal }: RecomputeOptions,
): Promise<number> {
  let changed = 0;
  for (let after = FIRST_ID; !signal?.aborted; ) {
    const ids = (await database.runPrepared(contactsAfter, { after, limit })).map(({ id }) => id);
    const stale = ids.length === 0 ? [] : await findStale(database, ids, now);
    if (stale.length > 0) await refreshLocked(database, stale, now);
    changed += stale.length;
    if (ids.length < limit) break;
    after = ids.at(-1) ?? after;
  }
  return changed;
}

function refreshLocked(
  database: TenantDatabase,
  ids: string[],
  now: Date | undefined,
): Promise<void> {
  return database.transaction(async (tx) => {
    await lockContacts(tx, ids);
    await refreshFigures(tx, ids, now);
  });
}
