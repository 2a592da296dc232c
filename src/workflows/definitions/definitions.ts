/**
 * Reads stored definitions, for the rest of the server: the newest version of a workflow by its key
 * or id, and the version that an execution started with. A version never changes once it is saved
 * (save.ts), so executions finish with the version they started with.
 *
 * Definitions are cached. A notice drops the newest version of a key in every process when a
 * workflow is saved.
 */
import { noticedCache } from '../../platform/cache/noticed-cache.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../../platform/database/ordering.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import type { Timestamp } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { WORKFLOW_SAVED } from '../topics.ts';
import type { Definition } from './definition.ts';
import {
  definitionOf,
  limitsByKey,
  newestById,
  newestByKey,
  newestVersions,
  ownLimit,
  VERSION_COLUMNS,
  versionsById,
} from './rows.ts';

const MAX_CACHED_BYTES = 32 * 1_048_576;

/** Keys: `tenant:key` for the newest version of a workflow, `tenant#versionId` for one version. */
const definitions = perProcess((platform) => {
  const { WORKFLOW_CACHE_ENABLED, WORKFLOW_CACHE_TTL_MS } = platform.config;
  return noticedCache<Definition>(platform, {
    name: 'workflows',
    kind: 'WORKFLOWS',
    ttlMs: WORKFLOW_CACHE_ENABLED ? WORKFLOW_CACHE_TTL_MS : 0,
    maxBytes: MAX_CACHED_BYTES,
    topic: WORKFLOW_SAVED,
    keyOf: ({ tenantId, id }) => `${tenantId}:${id}`,
  });
});

/** The newest version of a workflow, or null if there is none; no statement if it is cached. */
export async function readDefinition(
  platform: Platform,
  viewer: { tenantId: string },
  key: string,
): Promise<Definition | null> {
  const read = async () => {
    const [row] = await platform.database.forTenant(viewer).runPrepared(newestByKey, { key });
    return row === undefined ? null : definitionOf(row);
  };
  return definitions(platform).get(`${viewer.tenantId}:${key}`, read);
}

/**
 * The version that an execution started with; no statement if it is cached. Versions never change,
 * so a cached one is right even if notices were missed.
 */
export async function definitionOfVersion(
  platform: Platform,
  database: TenantQueries,
  versionId: string,
): Promise<Definition> {
  const { cache } = definitions(platform);
  const cacheKey = `${database.tenantId}#${versionId}`;
  // `fetch` counts the miss, `peek` does not.
  const known = cache.peek(cacheKey) ?? (await cache.fetch(cacheKey));
  if (known !== null) return known;
  const [row] = await database.runPrepared(versionsById, { ids: [versionId] });
  if (!row) throw new Error('The version of an execution does not exist.');
  const definition = definitionOf(row);
  cache.set(cacheKey, definition);
  return definition;
}

/** Workflows by id, in their newest versions; an id without a workflow is left out. */
export async function readWorkflows(
  platform: Platform,
  viewer: Viewer,
  ids: string[],
): Promise<Definition[]> {
  const rows = await platform.database.forTenant(viewer).runPrepared(newestById, { ids });
  return rows.map(definitionOf);
}

/** A tenant's first workflows in order of key, each with its own limit on starts. */
export async function firstWorkflows(
  platform: Platform,
  viewer: { tenantId: string },
  limit: number,
) {
  const rows = await platform.database.forTenant(viewer).runPrepared(limitsByKey, { limit });
  return rows.map((row) => ({ workflowId: row.id, key: row.key, rateLimit: ownLimit(row) }));
}

/** Definitions by the ids of their versions; one statement for those that are not cached. */
export async function readVersions(
  platform: Platform,
  viewer: Viewer,
  ids: string[],
): Promise<Definition[]> {
  const { cache } = definitions(platform);
  const known = ids.flatMap((id) => cache.peek(`${viewer.tenantId}#${id}`) ?? []);
  const missing = ids.filter((id) => !known.some(({ versionId }) => versionId === id));
  if (missing.length === 0) return known;
  const database = platform.database.forTenant(viewer);
  const read = (await database.runPrepared(versionsById, { ids: missing })).map(definitionOf);
  for (const definition of read)
    cache.set(`${viewer.tenantId}#${definition.versionId}`, definition);
  return [...known, ...read];
}

/** A definition with the workflow's columns that the list is ordered by. */
export interface ListedDefinition extends Definition {
  id: string;
  createdAt: Timestamp;
}

/** A page of the tenant's workflows in their newest versions, newest workflow first. */
export async function listWorkflows(platform: Platform, viewer: Viewer, args: PageArguments) {
  const page = parsePage(args, NEWEST_FIRST);
  const database = platform.database.forTenant(viewer);
  const rows = await database.run(
    applyPage(newestVersions().select(VERSION_COLUMNS), 'workflow', page),
  );
  const listed = rows.map(
    (row): ListedDefinition => ({ ...definitionOf(row), id: row.id, createdAt: row.createdAt }),
  );
  return {
    ...toPage(listed, page),
    count: () => countRows(database, query.selectFrom('workflow')),
  };
}
