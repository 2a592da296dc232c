/** Pages of lists, cached by the versions of what they show: whoever reads a page has read the versions first. */
import type { ListVersions } from '../platform/database/list-versions.ts';
import { type Platform, perProcess } from '../platform/platform.ts';
import { MINUTE } from '../platform/time.ts';
import type { Viewer } from '../schema-builder/context.ts';

/** A row with its organization takes about 1 KB. */
const MAX_CACHED_ROWS = 20_000;

interface CachedList {
  rows: readonly unknown[];
  /** Of a count, which has no rows. */
  count?: number;
}

const caches = perProcess(({ caches: all }) => {
  const create = (name: string, ttlMs: number) =>
    all.create<CachedList>({ name, ttlMs, maxSize: MAX_CACHED_ROWS, sizeOf: ({ rows }) => rows.length + 1, revive: (json) => json as CachedList });
  return { contacts: create('contact-lists', 5 * MINUTE), organizations: create('organization-lists', 30 * MINUTE) };
});

/** What lists are cached by, and for whom. */
export interface ListScope {
  platform: Platform;
  viewer: Viewer;
  versions: ListVersions;
}

/** The rows of a list of which `key` says everything that they depend on beside the data. */
export async function cachedRows<Row>(list: 'contacts' | 'organizations', scope: ListScope & { key: unknown }, read: () => Promise<Row[]>): Promise<Row[]> {
  const cached = await caches(scope.platform)[list].get(keyOf(list, scope), async () => ({ rows: await read() }));
  return (cached?.rows ?? []) as Row[];
}

/** A number that belongs to a list. */
export async function cachedCount(list: 'contacts' | 'organizations', scope: ListScope & { key: unknown }, count: () => Promise<number>): Promise<number> {
  const cached = await caches(scope.platform)[list].get(`count ${keyOf(list, scope)}`, async () => ({ rows: [], count: await count() }));
  return cached?.count ?? 0;
}

function keyOf(list: 'contacts' | 'organizations', { viewer, versions, key }: ListScope & { key: unknown }): string {
  const version = list === 'contacts' ? `${versions.CONTACT}.${versions.ORGANIZATION}` : `${versions.ORGANIZATION}`;
  return `${viewer.tenantId}:${version}:${JSON.stringify(key)}`;
}
