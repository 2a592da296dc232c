/**
 * Stored definitions. Saving makes a new version; a version never changes, so that executions which
 * began with it end with it. The newest version of each key is cached, and dropped in every process
 * when a workflow is saved.
 */
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { noticedCache } from '../../platform/cache/noticed-cache.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import {
  applyPage,
  countRows,
  NEWEST_FIRST,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import {
  prepare,
  type TenantQueries,
  type TenantTransaction,
} from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { UserInputError } from '../../platform/errors.ts';
import { name, parseInput, wholeNumber } from '../../platform/input.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import type { Timestamp } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { NOW } from '../execution/rows.ts';
import { publishWorkflowSaved, WORKFLOW_SAVED } from '../topics.ts';
import { type Definition, isObject, type Step } from './definition.ts';
import { jsonProblem } from './json.ts';
import { type Plan, planOf } from './plan.ts';
import { type GivenStep, stepProblems, structureProblems } from './step-problems.ts';

/** A version of a workflow as it is read. */
export interface DefinitionRow {
  /** The workflow's. */
  id: string;
  versionId: string;
  key: string;
  version: number;
  name: string;
  steps: unknown;
  rateLimitPoints: number | null;
  rateLimitWindowSeconds: number | null;
  createdAt: Timestamp;
}

const COLUMNS = [
  'workflow.id',
  'workflow_version.id as versionId',
  'workflow.key',
  'workflow_version.version',
  'workflow_version.name',
  'workflow_version.steps',
  'workflow_version.rateLimitPoints',
  'workflow_version.rateLimitWindowSeconds',
  'workflow.createdAt',
] as const;

function newestVersions() {
  return query
    .selectFrom('workflow')
    .innerJoin('workflow_version', (join) =>
      join
        .onRef('workflow_version.workflowId', '=', 'workflow.id')
        .onRef('workflow_version.version', '=', 'workflow.version'),
    );
}

const newestByKey = prepare((p: { key: string }) =>
  newestVersions().select(COLUMNS).where('workflow.key', '=', p.key),
);
const newestById = prepare((p: { ids: string[] }) =>
  newestVersions().select(COLUMNS).where('workflow.id', '=', anyOf(p.ids)),
);
const firstByKey = prepare((p: { limit: number }) =>
  newestVersions()
    .select([
      'workflow.id',
      'workflow.key',
      'workflow_version.rateLimitPoints',
      'workflow_version.rateLimitWindowSeconds',
    ])
    .orderBy('workflow.key')
    .limit(p.limit),
);
const versionsById = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('workflow_version')
    .innerJoin('workflow', 'workflow.id', 'workflow_version.workflowId')
    .select(COLUMNS)
    .where('workflow_version.id', '=', anyOf(p.ids)),
);

function definitionOf(row: DefinitionRow): Definition {
  const { id, versionId, key, version, name: title } = row;
  // Only saveWorkflow writes steps, in this shape.
  return {
    workflowId: id,
    versionId,
    key,
    version,
    name: title,
    steps: row.steps as readonly Step[],
    rateLimit: ownLimit(row),
  };
}

function ownLimit({
  rateLimitPoints: points,
  rateLimitWindowSeconds: windowSeconds,
}: Pick<DefinitionRow, 'rateLimitPoints' | 'rateLimitWindowSeconds'>) {
  return points === null || windowSeconds === null ? null : { points, windowSeconds };
}

const MAX_CACHED_BYTES = 32 * 1_048_576;

/**
 * By `tenant:key` the newest version, by `tenant#versionId` that version. Without notices it could
 * start what was replaced elsewhere.
 */
const definitions = perProcess((platform) => {
  const { WORKFLOW_CACHE_ENABLED, WORKFLOW_CACHE_TTL_MS } = platform.config;
  return noticedCache<Definition>(platform, {
    name: 'workflows',
    ttlMs: WORKFLOW_CACHE_ENABLED ? WORKFLOW_CACHE_TTL_MS : 0,
    maxBytes: MAX_CACHED_BYTES,
    topic: WORKFLOW_SAVED,
    keyOf: ({ tenantId, id }) => `${tenantId}:${id}`,
  });
});

/** The newest version of a workflow, or null; without a statement where it is known. */
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
 * A version that an execution has. Versions never change, so what is cached holds whatever is
 * missed.
 */
export async function definitionOfVersion(
  platform: Platform,
  database: TenantQueries,
  versionId: string,
): Promise<Definition> {
  const { cache } = definitions(platform);
  const cacheKey = `${database.tenantId}#${versionId}`;
  // The second counts the miss.
  const known = cache.peek(cacheKey) ?? (await cache.fetch(cacheKey));
  if (known !== null) return known;
  const [row] = await database.runPrepared(versionsById, { ids: [versionId] });
  if (!row) throw new Error('An execution points at a version that is not there.');
  const definition = definitionOf(row);
  cache.set(cacheKey, definition);
  return definition;
}

/** Workflows in their newest versions. */
export async function readWorkflows(
  platform: Platform,
  viewer: Viewer,
  ids: string[],
): Promise<Definition[]> {
  return (await platform.database.forTenant(viewer).runPrepared(newestById, { ids })).map(
    definitionOf,
  );
}

/** The first workflows of a tenant by key, with the limits that they have of their own. */
export async function firstWorkflows(
  platform: Platform,
  viewer: { tenantId: string },
  limit: number,
) {
  const rows = await platform.database.forTenant(viewer).runPrepared(firstByKey, { limit });
  return rows.map((row) => ({ workflowId: row.id, key: row.key, rateLimit: ownLimit(row) }));
}

/** Workflows as the executions with these versions see them. */
export async function readVersions(
  platform: Platform,
  viewer: Viewer,
  ids: string[],
): Promise<Definition[]> {
  const { cache } = definitions(platform);
  const known = ids.flatMap((id) => cache.peek(`${viewer.tenantId}#${id}`) ?? []);
  const missing = ids.filter((id) => !known.some(({ versionId }) => versionId === id));
  if (missing.length === 0) return known;
  const read = (
    await platform.database.forTenant(viewer).runPrepared(versionsById, { ids: missing })
  ).map(definitionOf);
  for (const definition of read)
    cache.set(`${viewer.tenantId}#${definition.versionId}`, definition);
  return [...known, ...read];
}

/** A row of the list, in the place that its workflow has in it. */
export interface ListedDefinition extends Definition {
  id: string;
  createdAt: Timestamp;
}

/** A page of the tenant's workflows, newest first. */
export async function listWorkflows(platform: Platform, viewer: Viewer, args: PageArguments) {
  const page = parsePage(args, NEWEST_FIRST);
  const database = platform.database.forTenant(viewer);
  const rows = await database.run(applyPage(newestVersions().select(COLUMNS), 'workflow', page));
  const listed = rows.map(
    (row): ListedDefinition => ({ ...definitionOf(row), id: row.id, createdAt: row.createdAt }),
  );
  return {
    ...toPage(listed, page),
    count: () => countRows(database, query.selectFrom('workflow')),
  };
}

const MAX_RATE_LIMIT = 1_000_000;
const MAX_WINDOW_SECONDS = 86_400;

const SaveWorkflow = z.object({
  key: name(),
  name: name(),
  rateLimit: z
    .object({
      points: wholeNumber(1, MAX_RATE_LIMIT),
      windowSeconds: wholeNumber(1, MAX_WINDOW_SECONDS),
    })
    .nullish(),
});

export interface SaveWorkflowInput extends z.input<typeof SaveWorkflow> {
  steps: readonly GivenStep[];
}

/** Stores a definition as the next version of its key. */
export async function saveWorkflow(
  platform: Platform,
  viewer: Viewer,
  { steps: given, ...input }: SaveWorkflowInput,
) {
  const values = parseInput(SaveWorkflow, input);
  const problems = [...unstorable(given), ...stepProblems(given)];
  if (problems.length > 0) throw new UserInputError(problems.slice(0, 50));
  const version = { ...values, steps: given.map(storedStep) };
  const definition = await platform.database
    .forTenant(viewer)
    .change(['workflow', version.key], async (tx) => {
      const saved = await insertVersion(tx, version);
      publishWorkflowSaved(platform, tx, saved.key);
      return saved;
    });
  return { workflow: definition };
}

function unstorable(steps: readonly GivenStep[]) {
  return steps.flatMap((step, index) => {
    const message = jsonProblem([step.input ?? null, step.when ?? null, step.dependsOn, step.id]);
    return message === null
      ? []
      : [{ code: 'INVALID' as const, field: ['steps', String(index)], message }];
  });
}

function storedStep({
  id,
  type,
  dependsOn,
  input,
  when,
  parallel,
  timeoutSeconds,
}: GivenStep): Step {
  return {
    id,
    type,
    dependsOn: [...new Set(dependsOn)],
    input: isObject(input) ? input : {},
    when: when?.trim() || null,
    parallel,
    timeoutSeconds,
  };
}

/** A version to be: checked before. */
export interface NewVersion {
  key: string;
  name: string;
  steps: readonly Step[];
  rateLimit?: { points: number; windowSeconds: number } | null | undefined;
}

/** Two that save one key at once get two versions: the second waits for the first one's commit. */
export async function insertVersion(
  tx: TenantTransaction,
  { key, name: title, steps, rateLimit = null }: NewVersion,
): Promise<Definition> {
  const [workflow] = await tx.run(
    query
      .insertInto('workflow')
      .values({ id: uuidv7(), key, version: 1 })
      .onConflict((conflict) =>
        conflict
          .columns(['tenantId', 'key'])
          .doUpdateSet((eb) => ({ version: eb('workflow.version', '+', 1), updatedAt: NOW })),
      )
      .returning(['id', 'version']),
  );
  if (!workflow) throw new Error('An insert answers its row.');
  const versionId = uuidv7();
  await tx.run(
    query.insertInto('workflow_version').values({
      id: versionId,
      workflowId: workflow.id,
      version: workflow.version,
      name: title,
      steps: JSON.stringify(steps),
      rateLimitPoints: rateLimit?.points ?? null,
      rateLimitWindowSeconds: rateLimit?.windowSeconds ?? null,
    }),
  );
  return {
    workflowId: workflow.id,
    versionId,
    key,
    version: workflow.version,
    name: title,
    steps,
    rateLimit,
  };
}

/** The plan of steps that are not stored, or why there is none. */
export function planWorkflow(steps: readonly GivenStep[]): { plan: Plan } {
  const problems = structureProblems(steps);
  if (problems.length > 0) throw new UserInputError(problems.slice(0, 50));
  return { plan: planOf(steps) };
}
