/**
 * The versions of lists: one counter for each tenant and type, which every transaction that changes
 * what such lists show raises once, as its last statement. A page cached under the versions that it
 * was read at can never be stale.
 */
import { sql } from 'kysely';
import { prepare, type TenantQueries, type TenantTransaction } from './tenant-database.ts';
import { query } from './tenant-scope.ts';

/** CONTACT stands for contacts and their activities. */
export type ListType = 'CONTACT' | 'ORGANIZATION' | 'USER';
/** The versions of one tenant; each only ever rises. */
export type ListVersions = Readonly<Record<ListType, number>>;

const pending = new WeakMap<TenantTransaction, Set<ListType>>();

/**
 * Records that the transaction changes what lists of these types show; the versions rise just
 * before the commit.
 */
export function listsChanged(tx: TenantTransaction, ...types: ListType[]): void {
  const known = pending.get(tx);
  const changed = known ?? new Set<ListType>();
  if (known === undefined) {
    pending.set(tx, changed);
    tx.beforeCommit(() => raise(tx, [...changed].sort()));
  }
  for (const type of types) changed.add(type);
}

async function raise(tx: TenantTransaction, types: ListType[]): Promise<void> {
  const version = sql<number>`"list_version"."version" + 1`;
  await tx.run(
    query
      .insertInto('list_version')
      .values(types.map((type) => ({ type })))
      .onConflict((conflict) => conflict.columns(['tenantId', 'type']).doUpdateSet({ version })),
  );
}

const allVersions = prepare(() => query.selectFrom('list_version').select(['type', 'version']));

/** The versions of all types; 0 where nothing has changed yet. One statement. */
export async function readListVersions(database: TenantQueries): Promise<ListVersions> {
  const versions: Record<ListType, number> = { CONTACT: 0, ORGANIZATION: 0, USER: 0 };
  for (const { type, version } of await database.runPrepared(allVersions, {}))
    versions[type as ListType] = version;
  return versions;
}
