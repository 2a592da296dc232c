/**
 * Which organizations a free-text name may mean. EXTERNAL_ID and EXACT are as good as certain: the
 * sync and organizationName link by them alone. LEGAL_FORM and SIMILAR are only ever offered to a
 * person.
 */
import { sql } from 'kysely';
import { prepare } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { name, parseArgument } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { normalizeOrganizationName, withoutLegalForms } from './name.ts';
import { ORGANIZATION_COLUMNS, type OrganizationRow, organizationName } from './organizations.ts';

export const MATCH_KINDS = ['EXTERNAL_ID', 'EXACT', 'LEGAL_FORM', 'SIMILAR'] as const;
const LEAST_SIMILARITY = 0.45;

export interface OrganizationMatch {
  organization: OrganizationRow;
  kind: (typeof MATCH_KINDS)[number];
  /** Of the normalised names, 0 to 1. */
  similarity: number;
}

type Wanted = {
  normalizedName: string;
  bareName: string;
  pipedriveOrgId: string | null;
  limit: number;
};

/** Each part is answered by an index of its own; a row that several find is of the best kind. */
const matches = prepare((p: Wanted) => {
  const column = (name: string) => sql.ref(`organization.${name}`);
  const similarity = sql<number>`similarity(${column('normalizedName')}, ${p.normalizedName}::text)::float8`;
  const aliased = query
    .selectFrom('organization_alias')
    .select('organization_alias.organizationId')
    .where('pipedriveOrgId', '=', p.pipedriveOrgId);
  const kind = sql<number>`case when ${column('pipedriveOrgId')} = ${p.pipedriveOrgId}::text or ${column('id')} in (${aliased}) then 0
    when ${column('normalizedName')} = ${p.normalizedName}::text then 1 when ${column('bareName')} = ${p.bareName}::text then 2 else 3 end`;
  const ids = query.selectFrom('organization').select('organization.id');
  const similar = ids
    .where(sql<boolean>`${column('normalizedName')} % ${p.normalizedName}::text`)
    .where(sql<boolean>`${similarity} >= ${sql.lit(LEAST_SIMILARITY)}`)
    .orderBy(similarity, 'desc')
    .limit(p.limit);
  return query
    .selectFrom('organization')
    .select(ORGANIZATION_COLUMNS)
    .select([kind.as('kind'), similarity.as('similarity')])
    .where(
      'organization.id',
      'in',
      ids
        .where('pipedriveOrgId', '=', p.pipedriveOrgId)
        .unionAll(aliased as never)
        .unionAll(ids.where('normalizedName', '=', p.normalizedName))
        .unionAll(ids.where('bareName', '=', p.bareName))
        .unionAll(query.selectFrom(similar.as('similar')).select('similar.id')),
    )
    .orderBy(kind)
    .orderBy(similarity, 'desc')
    .orderBy('contactCount', 'desc')
    .orderBy('organization.id')
    .limit(p.limit);
});

/** The organizations that a name may mean, best first. */
export async function organizationMatches(
  platform: Platform,
  viewer: Viewer,
  args: { name: string; pipedriveOrgId?: string | null; first: number },
): Promise<OrganizationMatch[]> {
  const normalizedName = normalizeOrganizationName(
    parseArgument(organizationName(), 'name', args.name),
  );
  const pipedriveOrgId =
    args.pipedriveOrgId == null
      ? null
      : parseArgument(name(), 'pipedriveOrgId', args.pipedriveOrgId);
  const wanted = {
    normalizedName,
    bareName: withoutLegalForms(normalizedName),
    pipedriveOrgId,
    limit: args.first,
  };
  const rows = await platform.database.forTenant(viewer).runPrepared(matches, wanted);
  return rows.map(({ kind, similarity, ...organization }) => ({
    organization,
    kind: MATCH_KINDS[kind] ?? 'SIMILAR',
    similarity: kind < 2 ? 1 : similarity,
  }));
}
