/**
 * The cache of list pages, keyed by the versions of the data that they show. A caller reads the
 * versions before it looks a page up, so a cached page is never older than that.
 */
import { type Platform, perProcess } from '../../platform/platform.ts';
import { MINUTE } from '../../platform/time.ts';
import type { Context, Viewer } from '../../schema-builder/context.ts';
import { type KindVersions, kindVersions } from '../../schema-builder/kind-versions.ts';

/** About 20,000 rows, each with its organization. */
const MAX_CONTACTS_BYTES = 32 * 1_048_576;
const MAX_ORGANIZATIONS_BYTES = 16 * 1_048_576;

interface CachedList {
  rows: readonly unknown[];
  /** Set for counts, which have no rows. */
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

/** Whose lists are read, and at which versions. */
export interface ListScope {
  platform: Platform;
  viewer: Viewer;
  versions: KindVersions;
}

/** The scope of a request's lists. One statement, for the first list of the request. */
export async function listScope(context: Context): Promise<ListScope> {
  const { platform, viewer } = context;
  return { platform, viewer, versions: await kindVersions(context) };
}

/**
 * The cached rows of a list, or what `read` returns. `key` holds everything that the rows depend on
 * besides the data: filter, order, page and columns.
 */
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

/** The cached total of a list, or what `count` returns; `key` is the filter. */
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
  const organizations = versions.of('ORGANIZATIONS');
  const version =
    list === 'contacts' ? `${versions.of('CONTACTS')}.${organizations}` : `${organizations}`;
  return `${viewer.tenantId}:${version}:${JSON.stringify(key)}`;
}
