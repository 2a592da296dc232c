/**
 * The statements that read artifacts: summaries by id, as part of a package's tree or as a list,
 * and the content of one type.
 */

import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import type { ArtifactType } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { recordOf } from '../../platform/records.ts';
import {
  ARTIFACT_TYPES,
  ARTIFACTS,
  type ArtifactDetail,
  type ArtifactSummary,
  artifactTable,
  SUMMARY_COLUMNS,
} from './types.ts';

/** The columns of one type's table as properties of a JSON object. */
function properties(type: ArtifactType, columns: readonly string[]) {
  const { table } = ARTIFACTS[type];
  return recordOf(columns, (column) => sql.ref(`${table}.${column}`));
}

/** The columns that only one type has, as `detail`. */
function detail(type: ArtifactType): RawBuilder<ArtifactDetail> {
  const columns = properties(type, ARTIFACTS[type].detail);
  return jsonBuildObject(columns) as unknown as RawBuilder<ArtifactDetail>;
}

/** Selects the summaries from one type's table; conditions and order are up to the caller. */
export function summariesOf(type: ArtifactType) {
  return query
    .selectFrom(artifactTable(type))
    .select([
      sql<ArtifactType>`${sql.lit(type)}::text`.as('type'),
      ...SUMMARY_COLUMNS,
      detail(type).as('detail'),
    ]);
}

/** Selects summaries by the ids of each type, in one statement. */
export const artifactsById = prepare((p: Record<ArtifactType, string[]>) => {
  const [first, ...others] = ARTIFACT_TYPES.map((type) =>
    summariesOf(type).where('id', '=', anyOf(p[type])),
  );
  if (!first) throw new Error('There are no artifact types.');
  return others.reduce((all, next) => all.unionAll(next), first as ReturnType<typeof summariesOf>);
});

/**
 * The summary of the artifact that a row of `collateral` refers to, as JSON; NULL if it is deleted.
 * One index probe in the table of its type.
 */
export function artifactOfCollateral(eb: ExpressionBuilder<TenantTables, 'collateral'>) {
  const branches = ARTIFACT_TYPES.map((type) => {
    const table = artifactTable(type);
    const summary = jsonBuildObject({
      type: sql`${sql.lit(type)}::text`,
      ...properties(type, SUMMARY_COLUMNS),
      detail: detail(type),
    });
    const artifact = eb
      .selectFrom(table)
      .select(summary.as('summary'))
      .whereRef(`${table}.id`, '=', 'collateral.artifactId');
    return sql`when ${sql.lit(type)} then (${artifact})`;
  });
  const type = sql.ref('collateral.artifactType');
  return sql<ArtifactSummary | null>`case ${type} ${sql.join(branches, sql` `)} end`;
}

/** Makes the statement that reads the content of one type's artifacts by id, as `content`. */
export function contentStatement(type: ArtifactType) {
  const content = sql.ref<unknown>(ARTIFACTS[type].content);
  return prepare((p: { ids: string[] }) =>
    query
      .selectFrom(artifactTable(type))
      .select(['id', sql<unknown>`${content}`.as('content')])
      .where('id', '=', anyOf(p.ids)),
  );
}
