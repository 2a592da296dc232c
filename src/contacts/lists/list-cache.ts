/**
 * Pages of lists, cached by the versions of what they show: whoever reads a page has read the
 * versions first.
 */
import type { ListVersions } from '../../platform/database/list-versions.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import { MINUTE } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';

/** About 20,000 rows, each with its organization. */
const MAX_CONTACTS_BYTES = 32 * 1_048_576;
const MAX_ORGANIZATIONS_BYTES = 16 * 1_048_576;

interface CachedList {
  rows: readonly unknown[];
  /** Of a count, which has no rows. */
  count?: number;
}

const caches = perProcess(({ caches: all }) => {
  const revive = (json: unknown) => json as CachedList;
  return {
    contacts: all.create<CachedList>({
      name: 'contact-lists',
      ttlMs: 5 * MINUTE,
      maxBytes: MAX_CONTACTS_BYTES,
      revive,
    }),
    organizations: all.create<CachedList>({
      name: 'organization-lists',
      ttlMs: 30 * MINUTE,
      maxBytes: MAX_ORGANIZATIONS_BYTES,
      revive,
    }),
  };
});

/** What lists are cached by, and for whom. */
export interface ListScope {
  platform: Platform;
  viewer: Viewer;
  versions: ListVersions;
}

/** The rows of a list of which `key` says everything that they depend on beside the data. */
export async function cachedRows<Row>(
  list: 'contacts' | 'organizations',
  scope: ListScope & { key: unknown },
  read: () => Promise<Row[]>,
): Promise<Row[]> {
  const cached = await caches(scope.platform)[list].get(keyOf(list, scope), async () => ({
    rows: await read(),
  }));
  return (cached?.rows ?? []) as Row[];
}

/** A number that belongs to a list. */
export async function cachedCount(
  list: 'contacts' | 'organizations',
  scope: ListScope & { key: unknown },
  count: () => Promise<number>,
): Promise<number> {
  const cached = await caches(scope.platform)[list].get(
    `count ${keyOf(list, scope)}`,
    async () => ({ rows: [], count: await count() }),
  );
  return cached?.count ?? 0;
}

function keyOf(
  list: 'contacts' | 'organizations',
  { viewer, versions, key }: ListScope & { key: unknown },
): string {
  const version =
    list === 'contacts'
      ? `${versions.CONTACT}.${versions.ORGANIZATION}`
      : `${versions.ORGANIZATION}`;
  return `${viewer.tenantId}:${version}:${JSON.stringify(key)}`;
}
