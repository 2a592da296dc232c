/**
 * The versions of lists: one counter for each tenant and type, which every transaction that changes
 * what such lists show raises once, as its last statement. A page cached under the versions that it
 * was read at can never be stale.
 */
import { sql } from 'kysely';
import { prepare } from './prepared.ts';
import type { TenantQueries, TenantTransaction } from './tenant-database.ts';
import { query } from './tenant-scope.ts';

/** Lists that have a version in common. */
export interface ListType {
  /** As stored. */
  readonly name: string;
}

/** Declares a type of list; the domain whose objects such lists show does so once. */
export function listType(name: string): ListType {
  return { name };
}

/** The versions of one tenant's lists. */
export interface ListVersions {
  /** The version of this type, which only ever rises; 0 where nothing has changed yet. */
  of(type: ListType): number;
}

const pending = new WeakMap<TenantTransaction, Set<string>>();

/**
 * Records that the transaction changes what lists of these types show; the versions rise just
 * before the commit.
 */
export function listsChanged(tx: TenantTransaction, ...types: ListType[]): void {
  const known = pending.get(tx);
  const changed = known ?? new Set<string>();
  if (known === undefined) {
    pending.set(tx, changed);
    tx.beforeCommit(() => raise(tx, [...changed].sort()));
  }
  for (const { name } of types) changed.add(name);
}

async function raise(tx: TenantTransaction, types: string[]): Promise<void> {
  const version = sql<number>`"list_version"."version" + 1`;
  await tx.run(
    query
      .insertInto('list_version')
      .values(types.map((type) => ({ type })))
      .onConflict((conflict) => conflict.columns(['tenantId', 'type']).doUpdateSet({ version })),
  );
}

const allVersions = prepare(() => query.selectFrom('list_version').select(['type', 'version']));

/** The versions of all types. One statement. */
export async function readListVersions(database: TenantQueries): Promise<ListVersions> {
  const rows = await database.runPrepared(allVersions, {});
  const versions = new Map(rows.map(({ type, version }) => [type, version]));
  return { of: ({ name }) => versions.get(name) ?? 0 };
}
