/**
 * Artifacts of the five types without their large content: by id, as part of a package's tree, or
 * as a list.
 */
import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import type { ArtifactType } from '../../generated/kysely.ts';
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../platform/database/tenant-scope.ts';
import { ARTIFACT_TABLES, type ArtifactDetail, type ArtifactSummary } from './rows.ts';

/** The small columns that only one type has. */
const DETAIL_COLUMNS = {
  BLOG: ['slug', 'subtitle', 'wordCount'],
  PERSONA: ['role', 'goals', 'painPoints'],
  TEMPLATE: ['subject', 'placeholders'],
  DECK: ['slideCount'],
  PAGE: ['path'],
} as const satisfies Record<ArtifactType, readonly (keyof ArtifactDetail)[]>;

export const ARTIFACT_TYPES = Object.keys(DETAIL_COLUMNS) as ArtifactType[];

type ArtifactTable = (typeof ARTIFACT_TABLES)[ArtifactType];

/** The columns of one type's table as `detail`. */
function detail(type: ArtifactType): RawBuilder<ArtifactDetail> {
  const table = ARTIFACT_TABLES[type];
  return jsonBuildObject(
    Object.fromEntries(
      DETAIL_COLUMNS[type].map((column) => [column, sql.ref(`${table}.${column}`)]),
    ),
  ) as unknown as RawBuilder<ArtifactDetail>;
}

/** The summaries of one type's table. */
export function summariesOf(type: ArtifactType) {
  // All five tables have the common columns; naming one of them lets the builder check these.
  const table = ARTIFACT_TABLES[type] as 'blog';
  return query
    .selectFrom(table)
    .select([
      sql<ArtifactType>`${sql.lit(type)}::text`.as('type'),
      'id',
      'title',
      'status',
      'publishedAt',
      'createdAt',
      'updatedAt',
      detail(type).as('detail'),
    ]);
}

/** Summaries by the ids of each type, in one statement. */
export const artifactsById = prepare((p: Record<ArtifactType, string[]>) => {
  const [first, ...others] = ARTIFACT_TYPES.map((type) =>
    summariesOf(type).where('id', '=', anyOf(p[type])),
  );
  if (!first) throw new Error('There are no artifact types.');
  return others.reduce((all, next) => all.unionAll(next), first as ReturnType<typeof summariesOf>);
});

/**
 * The summary of the artifact that a row of `collateral` means, as JSON, or NULL: one index probe
 * in the table of its type.
 */
export function artifactOfCollateral(eb: ExpressionBuilder<TenantTables, 'collateral'>) {
  const branches = ARTIFACT_TYPES.map((type) => {
    const table = ARTIFACT_TABLES[type] as 'blog';
    const columns = ['id', 'title', 'status', 'publishedAt', 'createdAt', 'updatedAt'] as const;
    const common = Object.fromEntries(
      columns.map((column) => [column, sql.ref(`${table}.${column}`)]),
    );
    const summary = jsonBuildObject({
      type: sql`${sql.lit(type)}::text`,
      ...common,
      detail: detail(type),
    });
    const artifact = eb
      .selectFrom(table)
      .select(summary.as('summary'))
      .whereRef(`${table}.id`, '=', 'collateral.artifactId');
    return sql`when ${sql.lit(type)} then (${artifact})`;
  });
  return sql<ArtifactSummary | null>`case ${sql.ref('collateral.artifactType')} ${sql.join(branches, sql` `)} end`;
}

/** The large column of each type, read only when it is selected. */
const CONTENT_COLUMNS = {
  BLOG: 'content',
  PERSONA: 'narrative',
  TEMPLATE: 'body',
  DECK: 'slides',
  PAGE: 'content',
} as const satisfies Record<ArtifactType, string>;

/** The contents of one type's artifacts by id. */
export function contentStatement(type: ArtifactType) {
  const table: ArtifactTable = ARTIFACT_TABLES[type];
  return prepare((p: { ids: string[] }) =>
    query
      .selectFrom(table as 'blog')
      .select(['id', sql<unknown>`${sql.ref(CONTENT_COLUMNS[type])}`.as('content')])
      .where('id', '=', anyOf(p.ids)),
  );
}
