/** Versions of workflows as PostgreSQL stores them, and the statements that read them. */
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Timestamp } from '../../platform/time.ts';
import { type Definition, isObject, type StartLimit, type Step } from './definition.ts';

/** A version of a workflow as it is read. */
interface VersionRow {
  /** The workflow's. */
  id: string;
  versionId: string;
  key: string;
  version: number;
  name: string;
  steps: unknown;
  inputSchema: unknown;
  rateLimitPoints: number | null;
  rateLimitWindowSeconds: number | null;
  createdAt: Timestamp;
}

/** What definitionOf reads of a workflow and one of its versions. */
export const VERSION_COLUMNS = [
  'workflow.id',
  'workflow_version.id as versionId',
  'workflow.key',
  'workflow_version.version',
  'workflow_version.name',
  'workflow_version.steps',
  'workflow_version.inputSchema',
  'workflow_version.rateLimitPoints',
  'workflow_version.rateLimitWindowSeconds',
  'workflow.createdAt',
] as const;

/** Each workflow joined with its newest version. */
export function newestVersions() {
  return query
    .selectFrom('workflow')
    .innerJoin('workflow_version', (join) =>
      join
        .onRef('workflow_version.workflowId', '=', 'workflow.id')
        .onRef('workflow_version.version', '=', 'workflow.version'),
    );
}

/** The newest version of the workflow with a key: one row, or none. */
export const newestByKey = prepare((p: { key: string }) =>
  newestVersions().select(VERSION_COLUMNS).where('workflow.key', '=', p.key),
);

/** The newest versions of workflows, by the ids of the workflows. */
export const newestById = prepare((p: { ids: string[] }) =>
  newestVersions().select(VERSION_COLUMNS).where('workflow.id', '=', anyOf(p.ids)),
);

/** The limits of a tenant's first workflows by key. */
export const limitsByKey = prepare((p: { limit: number }) =>
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

/** Versions of workflows, by their own ids. */
export const versionsById = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('workflow_version')
    .innerJoin('workflow', 'workflow.id', 'workflow_version.workflowId')
    .select(VERSION_COLUMNS)
    .where('workflow_version.id', '=', anyOf(p.ids)),
);

/** The definition that a row holds. */
export function definitionOf(row: VersionRow): Definition {
  const { id, versionId, key, version, name } = row;
  return {
    workflowId: id,
    versionId,
    key,
    version,
    name,
    // Only insertVersion writes steps, in this shape.
    steps: row.steps as readonly Step[],
    inputSchema: isObject(row.inputSchema) ? row.inputSchema : null,
    rateLimit: ownLimit(row),
  };
}

/** A version's own limit on starts; null if the server's applies. */
export function ownLimit({
  rateLimitPoints: points,
  rateLimitWindowSeconds: windowSeconds,
}: Pick<VersionRow, 'rateLimitPoints' | 'rateLimitWindowSeconds'>): StartLimit | null {
  return points === null || windowSeconds === null ? null : { points, windowSeconds };
}
