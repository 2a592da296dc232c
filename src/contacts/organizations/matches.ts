/**
 * Finds the organizations that a free-text name may mean. EXTERNAL_ID and EXACT are as good as
 * certain: CRM syncs and `organizationName` of createContact link by these alone. LEGAL_FORM and
 * SIMILAR are only ever suggestions to a person.
 */
import { sql } from 'kysely';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { name, parseArgument } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { ORGANIZATION_COLUMNS, type OrganizationRow } from '../rows.ts';
import { normalizeOrganizationName, withoutLegalForms } from './name.ts';
import { organizationName } from './organizations.ts';

/** How an organization was found, the most certain kind first. */
export const MATCH_KINDS = ['EXTERNAL_ID', 'EXACT', 'LEGAL_FORM', 'SIMILAR'] as const;
/** The trigram similarity from which names may mean the same. */
export const MIN_SIMILARITY = 0.45;

/** An organization that may be the one looked for, and how it was found. */
export interface OrganizationMatch {
  organization: OrganizationRow;
  kind: (typeof MATCH_KINDS)[number];
  /** Trigram similarity of the normalized names, 0 to 1; 1 for EXTERNAL_ID and EXACT. */
  similarity: number;
}

interface Wanted {
  normalizedName: string;
  bareName: string;
  pipedriveOrgId: string | null;
  limit: number;
}

/** Each kind has its own index; a row that is found as several kinds counts as the best of them. */
const matches = prepare((p: Wanted) => {
  const column = (name: string) => sql.ref(`organization.${name}`);
  const similarity = sql<number>`similarity(${column('normalizedName')}, ${p.normalizedName}::text)::float8`;
  const aliased = query
    .selectFrom('organization_alias')
    .select('organization_alias.organizationId')
    .where('pipedriveOrgId', '=', p.pipedriveOrgId);
  const kind = sql<number>`case
    when ${column('pipedriveOrgId')} = ${p.pipedriveOrgId}::text or ${column('id')} in (${aliased}) then 0
    when ${column('normalizedName')} = ${p.normalizedName}::text then 1
    when ${column('bareName')} = ${p.bareName}::text then 2
    else 3 end`;
  const ids = query.selectFrom('organization').select('organization.id');
  const similar = ids
    .where(sql<boolean>`${column('normalizedName')} % ${p.normalizedName}::text`)
    .where(sql<boolean>`${similarity} >= ${sql.lit(MIN_SIMILARITY)}`)
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

/**
 * The `first` best matches for a name and an optional Pipedrive id, best first. Throws
 * BAD_USER_INPUT if either is not valid.
 */
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
