/**
 * The limit: a bare node:http server that knows three operations by name. For each it runs one
 * prepared statement whose result is the response: PostgreSQL builds the JSON, and this process
 * passes it on.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { dateTimeSql, globalIdSql } from '../../api-sql.ts';
import { readSettings } from './settings.ts';

const settings = readSettings();
const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: settings.poolSize });
pool.on('error', (error) => console.error(error));

const LIST = `
  select '{"data":{"workPackages":{"nodes":' || coalesce(json_agg(package), '[]') || '}}}' as body
  from (
    select ${globalIdSql('WorkPackage', 'id')} as id, title, description, ${globalIdSql('Contact', '"contactId"')} as "contactId",
      ${globalIdSql('Organization', '"companyId"')} as "companyId", "phaseCount", "itemCount"
    from work_package where "tenantId" = $1 order by "createdAt" desc, work_package.id desc limit 50
  ) package`;

const CONTACTS = `
  select '{"data":{"contacts":{"nodes":' || coalesce(json_agg(contact), '[]') || '}}}' as body
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
  select '{"data":{"workPackage":' || row_to_json(package) || '}}' as body
  from (
    select ${globalIdSql('WorkPackage', 'w.id')} as id, w.title, w.description, w.status, ${globalIdSql('Contact', 'w."contactId"')} as "contactId",
      ${globalIdSql('Organization', 'w."companyId"')} as "companyId", w."startDate", w."phaseCount", w."itemCount", w.progress, w."totalEstimatedHours"::float8,
      w."expectedEndDate", w.version, ${dateTimeSql('w."createdAt"')} as "createdAt", ${dateTimeSql('w."updatedAt"')} as "updatedAt", (${PHASES}) as phases
    from work_package w where w."tenantId" = $1 and w.id = $2
  ) package`;

const STATEMENTS: Record<string, string> = { List: LIST, Detail: DETAIL, Contacts: CONTACTS };

interface Body {
  operationName: string;
  variables?: { id?: string };
}

async function answer(body: string): Promise<string> {
  const { operationName, variables }: Body = JSON.parse(body);
  const text = STATEMENTS[operationName];
  if (!text)
    throw new Error(
      `Expected one of ${Object.keys(STATEMENTS).join(', ')}, found ${operationName}`,
    );
  const id = Buffer.from(variables?.id ?? '', 'base64')
    .toString('latin1')
    .slice('WorkPackage:'.length);
  const values = operationName === 'Detail' ? [settings.tenantId, id] : [settings.tenantId];
  const { rows } = await pool.query<{ body: string }>({ name: operationName, text, values });
  return rows[0]?.body ?? '{"data":{"workPackage":null}}';
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method !== 'POST') {
      response.writeHead(404).end();
      return;
    }
    answer(Buffer.concat(chunks).toString()).then(
      (body) => {
        response.writeHead(200, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
        });
        response.end(body);
      },
      (error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      },
    );
  });
}

createServer(serve).listen(settings.port, '127.0.0.1');
