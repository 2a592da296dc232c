/**
 * The data of the benchmark: made by set-based SQL without chance, so that every run measures the
 * same rows.
 *
 * A full package has 30 items in 3 to 5 phases and 60 artifacts, 12 of each type; the others have 3
 * items with one artifact each, from the same pool. Two rows each share a createdAt, so that an
 * order without a tie-break shows. Stored figures (counts, hours, progress, dates) are what the
 * server would have stored. Every tenth package is full.
 */
import type pg from 'pg';

export interface TenantSize {
  /** Part of every id, so that tenants don't share one. */
  number: number;
  organizations: number;
  contacts: number;
  packages: number;
}

export interface SeededTenant {
  tenantId: string;
  ownerId: string;
  /** The uuids of the full packages, oldest first. */
  fullPackageIds: string[];
}

const ARTIFACTS_OF_A_TYPE_IN_A_FULL_PACKAGE = 12;
const FULL_EVERY = 10;

const HELPERS = `
  create function pg_temp.id(kind text, tenant int, n bigint) returns uuid language sql immutable as $$
    select (lpad(to_hex(1767600000000 + n * 60000), 12, '0') || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid
    from (select md5(kind || ':' || tenant || ':' || n) as h) hash
  $$;
  create function pg_temp.prose(seed text, length bigint) returns text language sql immutable as $$
    select left(string_agg(substr(md5(seed || i), 1, 3 + i % 9), ' '), length::int) from generate_series(1, length::int / 8 + 20) i
  $$;
  create function pg_temp.instant(n bigint) returns timestamptz language sql immutable as $$
    select timestamptz '2026-01-05 08:00:00.123Z' + (n / 2) * interval '7 minutes'
  $$;
  create function pg_temp.day(n numeric) returns date language sql immutable as $$
    select date '0001-01-01' + (div(n, 5) * 7 + n % 5)::int
  $$;`;

/**
 * Fills an empty database that has Sheaf's tables and resolves to the first of the tenants; takes
 * some seconds.
 */
export async function seed(
  client: pg.Client,
  tenants: readonly TenantSize[],
): Promise<SeededTenant> {
  const [first] = tenants;
  if (!first) throw new Error('Expected at least one tenant to seed');
  await client.query(HELPERS);
  for (const tenant of tenants) {
    const statements = [
      people(tenant),
      packages(tenant),
      collateral(tenant),
      artifacts(tenant),
      figures(tenant),
    ];
    for (const statement of statements) await client.query(statement);
  }
  await client.query('vacuum (analyze)');
  await client.query('checkpoint');
  return readTenant(client, first);
}

async function readTenant(client: pg.Client, { number }: TenantSize): Promise<SeededTenant> {
  const keys = await client.query<{ tenantId: string; ownerId: string }>(
    `select pg_temp.id('tenant', $1, 0)::text as "tenantId", pg_temp.id('user', $1, 0)::text as "ownerId"`,
    [number],
  );
  const [key] = keys.rows;
  if (!key) throw new Error('Expected the seeded tenant to be found');
  const full = await client.query<{ id: string }>(
    `select id::text from work_package where "tenantId" = $1 and "itemCount" = 30 order by "createdAt", id`,
    [key.tenantId],
  );
  return { ...key, fullPackageIds: full.rows.map(({ id }) => id) };
}

function people({ number: t, organizations, contacts }: TenantSize): string {
  return `
    insert into tenant (id, name, country) values (pg_temp.id('tenant', ${t}, 0), 'Agency ${t}', 'DE');

    insert into "user" ("tenantId", id, name, email, role, "searchText")
    select pg_temp.id('tenant', ${t}, 0), pg_temp.id('user', ${t}, n), 'User ' || n, 'user' || n || '@agency${t}.example',
      (case n when 0 then 'OWNER' else 'MEMBER' end)::"Role", 'user ' || n || ' user' || n || '@agency${t}.example'
    from generate_series(0, 4) n;

    insert into organization ("tenantId", id, name, "normalizedName", industry, size, website, city, country, "createdAt", "updatedAt")
    select pg_temp.id('tenant', ${t}, 0), pg_temp.id('organization', ${t}, n), initcap(word) || ' ' || n || ' Ltd.', word || ' ' || n || ' ltd',
      case when n % 10 > 0 then (array['Retail', 'Software', 'Health', 'Logistics', 'Energy', 'Education', 'Food'])[1 + n % 7] end,
      '51-200', 'https://' || word || n || '.example', 'Berlin', 'DE', pg_temp.instant(n), pg_temp.instant(n + 50)
    from generate_series(1, ${organizations}) n, lateral (select translate(substr(md5('organization' || n), 1, 7), '0123456789', 'ghijklmnop')) names(word);

    insert into contact ("tenantId", id, name, email, phone, "phoneE164", "jobTitle", "ownerId", "organizationId", "leadStatus", "createdAt", "updatedAt")
    select pg_temp.id('tenant', ${t}, 0), pg_temp.id('contact', ${t}, n), 'Contact ' || initcap(substr(md5('contact' || n), 1, 8)) || ' ' || n,
      case when n % 50 > 0 then 'contact' || n || '@client.example' end,
      '030 ' || 1000000 + n, '+4930' || 1000000 + n,
      case when n % 15 > 0 then (array['Head of Marketing', 'Founder', 'Editor', 'Buyer'])[1 + n % 4] end,
      pg_temp.id('user', ${t}, n % 5),
      case when n % 20 > 0 then pg_temp.id('organization', ${t}, 1 + n * 7919::bigint % ${organizations}) end,
      (array['NEW', 'CONTACTED', 'QUALIFIED', 'UNQUALIFIED'])[1 + n % 4]::"LeadStatus", pg_temp.instant(n), pg_temp.instant(n + 30)
    from generate_series(1, ${contacts}) n;

    update organization o set "contactCount" = counted.contacts
    from (select "tenantId", "organizationId", count(*) as contacts from contact where "organizationId" is not null group by 1, 2) counted
    where o."tenantId" = counted."tenantId" and o.id = counted."organizationId" and o."tenantId" = pg_temp.id('tenant', ${t}, 0)`;
}

/** Items are numbered from 0 within their package and lie in phase item × phases / items. */
function packages({ number: t, contacts, packages }: TenantSize): string {
  return `
    create temp table made_package as
    select n, full_size, case when full_size then 3 + n / ${FULL_EVERY} % 3 else 1 + n % 2 end as phases, case when full_size then 30 else 3 end as items
    from (select n, n % ${FULL_EVERY} = 0 as full_size from generate_series(1, ${packages}) n) sizes;

    insert into work_package ("tenantId", id, title, description, status, "contactId", "companyId", "startDate", version, "searchText", "createdAt", "updatedAt")
    select pg_temp.id('tenant', ${t}, 0), pg_temp.id('package', ${t}, n), 'Content package ' || n, case when n % 25 <> 7 then pg_temp.prose('package' || n, 160) end,
      (case when full_size then 'ACTIVE' else (array['DRAFT', 'ACTIVE', 'ACTIVE', 'COMPLETED', 'ARCHIVED'])[1 + n % 5] end)::"WorkPackageStatus",
      c.id, c."organizationId", case when n % 13 > 0 then date '2026-09-01' + n % 90 end, 1 + n % 7, 'content package ' || n, pg_temp.instant(n), pg_temp.instant(n + 40)
    from made_package join contact c on c."tenantId" = pg_temp.id('tenant', ${t}, 0) and c.id = pg_temp.id('contact', ${t}, 1 + n * 31 % ${contacts});

    insert into work_package_phase ("tenantId", id, "workPackageId", name, description, position)
    select pg_temp.id('tenant', ${t}, 0), pg_temp.id('phase', ${t}, n * 10 + phase), pg_temp.id('package', ${t}, n), 'Phase ' || phase + 1,
      case when phase % 2 = 0 then pg_temp.prose('phase' || n || phase, 90) end, phase
    from made_package, generate_series(0, phases - 1) phase;

    insert into work_package_item ("tenantId", id, "workPackageId", "phaseId", label, position, status, quantity, "estimatedHoursEach", "progressCompleted")
    select pg_temp.id('tenant', ${t}, 0), pg_temp.id('item', ${t}, n * 100 + item), pg_temp.id('package', ${t}, n),
      pg_temp.id('phase', ${t}, n * 10 + item * phases / items), 'Item ' || item + 1 || ' of package ' || n,
      row_number() over (partition by n, item * phases / items order by item) - 1,
      (array['NOT_STARTED', 'IN_PROGRESS', 'IN_REVIEW', 'COMPLETED'])[1 + state]::"WorkItemStatus", 1 + item % 3, 0.5 + item % 8 * 0.25,
      case state when 0 then 0 when 1 then 10 + item * 7 % 80 when 2 then 90 else 100 end
    from made_package, generate_series(0, items - 1) item, lateral (select (n + item) % 4) states(state)`;
}

function collateral({ number: t, packages }: TenantSize): string {
  const pool = poolOf(packages);
  return `
    insert into collateral ("tenantId", id, "workPackageId", "itemId", position, "artifactType", "artifactId")
    select pg_temp.id('tenant', ${t}, 0), pg_temp.id('collateral', ${t}, n * 100 + c), pg_temp.id('package', ${t}, n),
      pg_temp.id('item', ${t}, n * 100 + case when full_size then c / 2 else c end), case when full_size then c % 2 else 0 end,
      type::"ArtifactType", pg_temp.id(type, ${t}, case when full_size then (n / ${FULL_EVERY} - 1) * ${ARTIFACTS_OF_A_TYPE_IN_A_FULL_PACKAGE} + c / 5 else n * 3 + c end % ${pool})
    from made_package, generate_series(0, case when full_size then 59 else 2 end) c,
      lateral (select (array['BLOG', 'PERSONA', 'TEMPLATE', 'DECK', 'PAGE'])[1 + (n + c) % 5]) types(type);
    drop table made_package`;
}

function artifacts({ number: t, packages }: TenantSize): string {
  const common =
    '"tenantId", id, title, status, "publishedAt", "createdAt", "updatedAt", "searchText"';
  const from = (type: string, name: string) => `
    select pg_temp.id('tenant', ${t}, 0), pg_temp.id('${type}', ${t}, n), '${name} ' || n,
      (array['DRAFT', 'IN_REVIEW', 'APPROVED', 'PUBLISHED'])[1 + n % 4]::"ArtifactStatus",
      case when n % 4 = 3 then pg_temp.instant(n + 300) end, pg_temp.instant(n), pg_temp.instant(n + 310), lower('${name} ') || n`;
  const rows = `from generate_series(0, ${poolOf(packages) - 1}) n,
      lateral (select pg_temp.prose('content' || n, 2000 + n * 37 % 3000)) contents(content)`;
  return `
    insert into blog (${common}, slug, subtitle, content, "wordCount")
    ${from('BLOG', 'Blog')}, case when n % 9 > 0 then 'blog-' || n end, 'Subtitle of blog ' || n, content, cardinality(string_to_array(trim(content), ' ')) ${rows};
    insert into persona (${common}, role, goals, "painPoints", narrative)
    ${from('PERSONA', 'Persona')}, case when n % 9 > 0 then 'Buyer of kind ' || n % 12 end,
      array['Save time in week ' || n, 'Spend less', 'Decide "sooner"'], array['Too many tools', 'No overview'], content ${rows};
    insert into template (${common}, subject, body, placeholders)
    ${from('TEMPLATE', 'Template')}, case when n % 9 > 0 then 'About {{ clientName }}, no. ' || n end, 'Dear {{ clientName }}, ' || content || ' until {{ dueDate }}',
      array['clientName', 'dueDate'] ${rows};
    insert into deck (${common}, slides, "slideCount")
    ${from('DECK', 'Deck')}, (select jsonb_agg(jsonb_build_object('heading', 'Slide ' || s, 'body', substr(content, s * 200, 400), 'notes', null)) from generate_series(1, 5 + n % 6) s), 5 + n % 6 ${rows};
    insert into page (${common}, path, content)
    ${from('PAGE', 'Page')}, '/pages/' || n, content ${rows}`;
}

function poolOf(packages: number): number {
  return Math.floor(packages / FULL_EVERY) * ARTIFACTS_OF_A_TYPE_IN_A_FULL_PACKAGE;
}

/**
 * Working days are numbered from Monday 0001-01-01; a phase takes ceil(hours / 8) of them and
 * begins after the one before.
 */
function figures({ number: t }: TenantSize): string {
  const tenant = `"tenantId" = pg_temp.id('tenant', ${t}, 0)`;
  const progress = `case when bool_and(status = 'COMPLETED') then 100 else least(99, floor(coalesce(
      sum("progressCompleted" * quantity * "estimatedHoursEach") / nullif(sum(quantity * "estimatedHoursEach"), 0), sum("progressCompleted" * quantity)::numeric / sum(quantity)))) end`;
  return `
    update work_package_phase p set "itemCount" = f.items, "totalEstimatedHours" = f.hours, progress = f.progress
    from (select "phaseId", count(*) as items, sum(quantity * "estimatedHoursEach") as hours, ${progress} as progress from work_package_item where ${tenant} group by 1) f
    where p.${tenant} and p.id = f."phaseId";

    update work_package w set "phaseCount" = (select count(*) from work_package_phase p where p.${tenant} and p."workPackageId" = w.id),
      "itemCount" = f.items, "totalEstimatedHours" = f.hours, progress = f.progress
    from (select "workPackageId", count(*) as items, sum(quantity * "estimatedHoursEach") as hours, ${progress} as progress from work_package_item where ${tenant} group by 1) f
    where w.${tenant} and w.id = f."workPackageId";

    update work_package_phase p set "startDate" = pg_temp.day(f.first), "expectedEndDate" = pg_temp.day(f.first + f.days - 1)
    from (
      select id, days, monday_based + sum(days) over (partition by "workPackageId" order by position) - days as first
      from (
        select p.id, p."workPackageId", p.position, greatest(1, ceil(p."totalEstimatedHours" / 8))::bigint as days,
          (w."startDate" - date '0001-01-01') / 7 * 5 + case when (w."startDate" - date '0001-01-01') % 7 > 4 then 5 else (w."startDate" - date '0001-01-01') % 7 end as monday_based
        from work_package_phase p join work_package w on w.${tenant} and w.id = p."workPackageId" where p.${tenant} and w."startDate" is not null
      ) sized
    ) f (id, days, first)
    where p.${tenant} and p.id = f.id;

    update work_package w set "expectedEndDate" = (select max(p."expectedEndDate") from work_package_phase p where p.${tenant} and p."workPackageId" = w.id) where w.${tenant}`;
}
