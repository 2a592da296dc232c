/**
 * Computing the figures of many contacts anew, a batch in a transaction, so that nobody waits long
 * and readers never.
 */
import { sql } from 'kysely';
import { listsChanged } from '../../platform/database/list-versions.ts';
import type { TenantDatabase } from '../../platform/database/tenant-database.ts';
import { prepare } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { MINUTE } from '../../platform/time.ts';
import { findStale, lockContacts, refreshFigures } from './kept-figures.ts';

const BATCH = 1_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

export interface RecomputeOptions {
  /** The moment to compute for; the database's own time when absent. */
  now?: Date;
  /** Contacts of a transaction. */
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
 * Computes the contacts of every tenant that time has changed, at most `limit` of them; resolves to
 * their number.
 */
export async function recomputeDueWarmness(
  platform: Platform,
  { limit = 100_000, ...options }: RecomputeOptions & { limit?: number } = {},
): Promise<number> {
  const now = options.now?.toISOString() ?? null;
  // Who is due says the database's clock; this process's own may go wrong by so much.
  const lte = options.now ?? new Date(Date.now() + 15 * MINUTE);
  const due = await platform.database.prisma.contact.groupBy({
    by: ['tenantId'],
    where: { warmnessNextChangeAt: { lte } },
    orderBy: { tenantId: 'asc' },
  });
  let done = 0;
  // A batch of each tenant in turn, so that one with very many leaves none of the others to a later
  // time.
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
 * Computes every contact of one tenant, or of all; resolves to how many were not as they should be.
 * 100,000 that all change take 20 s.
 */
export async function recomputeAllWarmness(
  platform: Platform,
  { tenantId, ...options }: RecomputeOptions & { tenantId?: string } = {},
): Promise<number> {
  const tenants = await platform.database.prisma.tenant.findMany({
    where: { id: tenantId },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  let changed = 0;
  for (const tenant of tenants)
    changed += await recomputeTenant(platform.database.forTenant({ tenantId: tenant.id }), options);
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
    listsChanged(tx, 'CONTACT', 'ORGANIZATION');
  });
}
