/**
 * The five types of artifacts. Each has a table of its own, in which one column is large: the
 * content, which is read only when it is selected. The tables' other columns are common to all five
 * (the summary) or belong to one type (its detail).
 */
import type { ArtifactType } from '../../../generated/kysely.ts';
import { columnsOf, type RowOf } from '../../platform/database/columns.ts';
import { keysOf } from '../../platform/records.ts';

/** The columns that all five tables have. */
export const SUMMARY_COLUMNS = [
  'id',
  'title',
  'status',
  'publishedAt',
  'createdAt',
  'updatedAt',
] as const;
type SummaryColumn = (typeof SUMMARY_COLUMNS)[number];

/** For each type its GraphQL type, its table, the column of its content and those of its detail. */
export const ARTIFACTS = {
  BLOG: {
    typeName: 'Blog',
    table: 'blog',
    content: 'content',
    detail: columnsOf('blog', [...SUMMARY_COLUMNS, 'content']),
  },
  PERSONA: {
    typeName: 'Persona',
    table: 'persona',
    content: 'narrative',
    detail: columnsOf('persona', [...SUMMARY_COLUMNS, 'narrative']),
  },
  TEMPLATE: {
    typeName: 'Template',
    table: 'template',
    content: 'body',
    detail: columnsOf('template', [...SUMMARY_COLUMNS, 'body']),
  },
  DECK: {
    typeName: 'Deck',
    table: 'deck',
    content: 'slides',
    detail: columnsOf('deck', [...SUMMARY_COLUMNS, 'slides']),
  },
  PAGE: {
    typeName: 'Page',
    table: 'page',
    content: 'content',
    detail: columnsOf('page', [...SUMMARY_COLUMNS, 'content']),
  },
} as const satisfies Record<ArtifactType, object>;

/** In the order of ARTIFACTS. */
export const ARTIFACT_TYPES: readonly ArtifactType[] = keysOf(ARTIFACTS);

/** The columns that only one type has, as they are read. */
export interface DetailOf {
  BLOG: RowOf<'blog', SummaryColumn | 'content'>;
  PERSONA: RowOf<'persona', SummaryColumn | 'narrative'>;
  TEMPLATE: RowOf<'template', SummaryColumn | 'body'>;
  DECK: RowOf<'deck', SummaryColumn | 'slides'>;
  PAGE: RowOf<'page', SummaryColumn | 'content'>;
}
/** The detail of any type; columns of other types are undefined. */
export type ArtifactDetail = Partial<
  DetailOf['BLOG'] &
    DetailOf['PERSONA'] &
    DetailOf['TEMPLATE'] &
    DetailOf['DECK'] &
    DetailOf['PAGE']
>;

/** An artifact without its content; `detail` holds the columns of its type. */
export interface ArtifactSummary extends Pick<RowOf<'blog'>, SummaryColumn> {
  type: ArtifactType;
  detail: ArtifactDetail;
}

/**
 * The table of an artifact type, typed as one of the five: all have the columns of the summary, and
 * the query builder can check those only under the name of a single table.
 */
export function artifactTable(type: ArtifactType): 'blog' {
  return ARTIFACTS[type].table as 'blog';
}

/** The artifact type with this GraphQL type name; undefined if there is none. */
export function artifactTypeOf(typeName: string): ArtifactType | undefined {
  return ARTIFACT_TYPES.find((type) => ARTIFACTS[type].typeName === typeName);
}
