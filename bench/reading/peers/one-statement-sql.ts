/**
 * The statements of the limit (one-statement.ts), one for each operation. PostgreSQL builds the JSON
 * of the rows; what stands around it is constant, and PostgreSQL would copy the whole text to add it.
 */
import { dateTimeSql, globalIdSql } from '../../api-sql.ts';
import type { OperationName } from '../operations.ts';

/**
 * Of the limit's connections. Left to itself PostgreSQL plans the list anew each time, since it
 * takes the plan for this tenant to be a little cheaper than the one for any: planning took 0.15 of
 * 0.45 ms.
 */
export const LIMIT_SETTINGS = '-c plan_cache_mode=force_generic_plan';

const LIST = `
  select coalesce(json_agg(package), '[]') as body
  from (
    select ${globalIdSql('WorkPackage', 'id')} as id, title, description, ${globalIdSql('Contact', '"contactId"')} as "contactId",
      ${globalIdSql('Organization', '"companyId"')} as "companyId", "phaseCount", "itemCount"
    from work_package where "tenantId" = $1 order by "createdAt" desc, work_package.id desc limit 50
  ) package`;

const CONTACTS = `
  select coalesce(json_agg(contact), '[]') as body
  from (
    select ${globalIdSql('Contact', 'c.id')} as id, c.name, c.email, c."jobTitle", ${dateTimeSql('c."createdAt"')} as "createdAt",
      (
        select row_to_json(organization) from (
          select ${globalIdSql('Organization', 'o.id')} as id, o.name, o.industry from organization o where o."tenantId" = $1 and o.id = c."organizationId"
        ) organization) as organization
    from contact c where c."tenantId" = $1 order by c."createdAt" desc, c.id desc limit 100
  ) contact`;

function artifact(type: string, table: string, fields: string): string {
  return `when '${table.toUpperCase()}' then (
    select row_to_json(artifact) from (
      select ${globalIdSql(type, 'id')} as id, '${table.toUpperCase()}' as type, title, status, status = 'PUBLISHED' as published,
        ${dateTimeSql('"publishedAt"')} as "publishedAt", ${dateTimeSql('"updatedAt"')} as "updatedAt", ${fields}
      from ${table} where "tenantId" = $1 and id = c."artifactId"
    ) artifact)`;
}

const ARTIFACTS = [
  artifact('Blog', 'blog', 'slug, subtitle, "wordCount"'),
  artifact('Persona', 'persona', 'role, goals, "painPoints"'),
  artifact('Template', 'template', 'subject, placeholders'),
  artifact('Deck', 'deck', '"slideCount"'),
  artifact('Page', 'page', 'path'),
].join('\n');

const ARTIFACT_ID = `encode(convert_to(initcap(c."artifactType"::text) || ':' || c."artifactId", 'UTF8'), 'base64')`;

const COLLATERAL = `
  select coalesce(json_agg(collateral), '[]') from (
    select ${globalIdSql('Collateral', 'c.id')} as id, c."artifactType" as type, ${ARTIFACT_ID} as "artifactId", case c."artifactType" ${ARTIFACTS} end as artifact
    from collateral c where c."tenantId" = $1 and c."itemId" = i.id order by c.position
  ) collateral`;

const ITEMS = `
  select coalesce(json_agg(item), '[]') from (
    select ${globalIdSql('WorkPackageItem', 'i.id')} as id, ${globalIdSql('WorkPackagePhase', 'i."phaseId"')} as "phaseId", i.label, i.position, i.status, i.quantity,
      i."estimatedHoursEach"::float8, i."progressCompleted", (${COLLATERAL}) as collateral
    from work_package_item i where i."tenantId" = $1 and i."phaseId" = p.id order by i.position
  ) item`;

const PHASES = `
  select coalesce(json_agg(phase), '[]') from (
    select ${globalIdSql('WorkPackagePhase', 'p.id')} as id, ${globalIdSql('WorkPackage', 'p."workPackageId"')} as "workPackageId", p.name, p.description, p.position, p."itemCount",
      p."startDate", p."expectedEndDate", p."totalEstimatedHours"::float8, p.progress, (${ITEMS}) as items
    from work_package_phase p where p."tenantId" = $1 and p."workPackageId" = w.id order by p.position
  ) phase`;

const DETAIL = `
  select row_to_json(package) as body
  from (
    select ${globalIdSql('WorkPackage', 'w.id')} as id, w.title, w.description, w.status, ${globalIdSql('Contact', 'w."contactId"')} as "contactId",
      ${globalIdSql('Organization', 'w."companyId"')} as "companyId", w."startDate", w."phaseCount", w."itemCount", w.progress, w."totalEstimatedHours"::float8,
      w."expectedEndDate", w.version, ${dateTimeSql('w."createdAt"')} as "createdAt", ${dateTimeSql('w."updatedAt"')} as "updatedAt", (${PHASES}) as phases
    from work_package w where w."tenantId" = $1 and w.id = $2
  ) package`;

export interface LimitStatement {
  /** $1 is the tenant's uuid, and $2 of Detail the package's. */
  text: string;
  /** What stands before the JSON of the result in the response, and behind it. */
  around: readonly [before: string, behind: string];
  /** The scans of its plan from the outside in: what `explain` has to say of it. */
  plan: readonly string[];
}

export const STATEMENTS: Record<OperationName, LimitStatement> = {
  List: {
    text: LIST,
    around: ['{"data":{"workPackages":{"nodes":', '}}}'],
    plan: ['work_package by work_package_tenantId_createdAt_id_idx'],
  },
  Detail: {
    text: DETAIL,
    around: ['{"data":{"workPackage":', '}}'],
    plan: [
      'work_package by work_package_pkey',
      'work_package_phase by work_package_phase_tenantId_workPackageId_position_key',
      'work_package_item by work_package_item_tenantId_phaseId_position_key',
      'collateral by collateral_tenantId_itemId_position_key',
      'blog by blog_pkey',
      'persona by persona_pkey',
      'template by template_pkey',
      'deck by deck_pkey',
      'page by page_pkey',
    ],
  },
  Contacts: {
    text: CONTACTS,
    around: ['{"data":{"contacts":{"nodes":', '}}}'],
    plan: ['contact by contact_tenantId_createdAt_id_idx', 'organization by organization_pkey'],
  },
};
