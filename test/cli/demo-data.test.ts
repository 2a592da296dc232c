/** The demo data: what `npm start` and `npm run demo-data` fill a database with. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { normalizeOrganizationName } from '../../src/contacts/organizations/name.ts';
import { DEMO_USERS, DemoDataExistsError, hasData, loadDemoData } from '../../src/demo/index.ts';
import { DEMO_TABLES } from '../../src/demo/insert.ts';
import { questionsOf } from '../../src/demo/intake/answers.ts';
import { checkAnswers, missingKeys } from '../../src/intake/questionnaires/answers.ts';
import { readConfig } from '../../src/platform/config.ts';
import { createLog } from '../../src/platform/log.ts';
import { searchText } from '../../src/platform/text.ts';
import { type CalendarDay, toCalendarDay } from '../../src/platform/time.ts';
import { countWords, findPlaceholders } from '../../src/work-packages/artifacts/bodies.ts';
import { computeFigures } from '../../src/work-packages/figures/figures.ts';
import type { WeighedItem } from '../../src/work-packages/figures/progress.ts';
import { TIMELINE_STATUSES, timelineStatus } from '../../src/work-packages/figures/timeline.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { post } from '../support/server.ts';
import { runCommand, SECRET } from './run-command.ts';

const SCALE = 0.1;
/** Each day of a week: what is counted in working days must come out right on a weekend too. */
const DAYS: CalendarDay[] = ['2026-11-16', '2026-11-17', '2026-11-20', '2026-11-21', '2026-11-22'];

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  expect(await hasData(database.url)).toBe(false);
  await loadDemoData(database.url, { scale: SCALE });
  client = await connect(database.url);
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('the demo data', () => {
  test('is of the volume asked for, in two tenants', async () => {
    expect(await hasData(database.url)).toBe(true);
    const [counts] =
      await rows(`select (select count(*)::int from tenant) tenants, (select count(*)::int from organization) organizations,
      (select count(*)::int from contact) contacts, (select count(*)::int from work_package) packages, (select count(*)::int from client) clients`);
    expect(counts).toEqual({
      tenants: 2,
      organizations: 100,
      contacts: 500,
      packages: 20,
      clients: 50,
    });
  });

  test('has the users that are promised', async () => {
    const users = await rows(
      `select email, role, t.name tenant from "user" u join tenant t on t.id = u."tenantId"`,
    );
    expect(users).toEqual(expect.arrayContaining([...DEMO_USERS]));
  });

  test('keeps the figures that the domain would compute', async () => {
    const packages = await rows<KeptPackage>('select * from work_package');
    const phases = Map.groupBy(
      await rows<KeptPhase>('select * from work_package_phase order by position'),
      (phase) => phase.workPackageId,
    );
    const items = Map.groupBy(
      await rows<WeighedItem & { phaseId: string }>(
        'select * from work_package_item order by position',
      ),
      (item) => item.phaseId,
    );
    for (const kept of packages) {
      const own = phases.get(kept.id) ?? [];
      const computed = computeFigures(
        kept.startDate,
        own.map((phase) => items.get(phase.id) ?? []),
        8,
      );
      expect(kept).toMatchObject(computed.package);
      expect(own).toMatchObject(computed.phases);
      expect(kept).toMatchObject({
        version: 1,
        searchText: searchText(kept.title, kept.description),
      });
    }
  });

  test('has packages of 2 to 6 phases and 3 to 40 items, in every status', async () => {
    const [range] =
      await rows(`select min("phaseCount") >= 2 and max("phaseCount") <= 6 and min("itemCount") >= 3 and max("itemCount") <= 40 as within,
      count(distinct status)::int statuses, (select count(distinct status)::int from work_package_item) item_statuses from work_package`);
    expect(range).toEqual({ within: true, statuses: 4, item_statuses: 4 });
  });

  test('keeps the number of contacts of each organization, and compares names as the domain does', async () => {
    const wrong = await rows(
      `select from organization o where "contactCount" <> (select count(*) from contact c where c."tenantId" = o."tenantId" and c."organizationId" = o.id)`,
    );
    expect(wrong).toEqual([]);
    for (const { name, normalizedName } of await rows<{ name: string; normalizedName: string }>(
      'select name, "normalizedName" from organization',
    )) {
      expect(normalizedName).toBe(normalizeOrganizationName(name));
    }
  });

  test('has artifacts of five types, with what the domain derives from them', async () => {
    for (const { title, subtitle, slug, ...blog } of await rows<{
      title: string;
      subtitle: string;
      slug: string;
      content: string;
    }>('select * from blog')) {
      expect(blog).toMatchObject({
        wordCount: countWords(blog.content),
        searchText: searchText(title, subtitle, slug),
      });
    }
    for (const template of await rows<{ body: string }>('select * from template'))
      expect(template).toMatchObject({ placeholders: findPlaceholders(template.body) });
    for (const deck of await rows<{ slides: object[] }>('select * from deck'))
      expect(deck).toMatchObject({ slideCount: deck.slides.length });
    for (const table of ['blog', 'persona', 'template', 'deck', 'page']) {
      expect(
        await rows(
          `select count(*) > 3 as many, bool_and((status = 'PUBLISHED') = ("publishedAt" is not null)) as published from ${table}`,
        ),
      ).toEqual([{ many: true, published: true }]);
    }
  });

  test('has no collateral without its artifact, and nothing from the future', async () => {
    const artifacts = ['blog', 'persona', 'template', 'deck', 'page']
      .map((table) => `select "tenantId", id, '${table.toUpperCase()}' as type from ${table}`)
      .join(' union all ');
    expect(
      await rows(
        `select from collateral c left join (${artifacts}) a on a.id = c."artifactId" and a."tenantId" = c."tenantId" and a.type = c."artifactType"::text where a.id is null`,
      ),
    ).toEqual([]);
    for (const table of [
      'contact',
      'organization',
      'work_package',
      'blog',
      'persona',
      'template',
      'deck',
      'page',
    ]) {
      expect(
        await rows(
          `select from ${table} where "createdAt" > now() or "updatedAt" > now() or "updatedAt" < "createdAt"`,
        ),
      ).toEqual([]);
    }
  });

  test('writes to nobody: every address and number is one that is set aside for examples', async () => {
    expect(await rows(`select email from contact where email !~ '\\.example$'`)).toEqual([]);
    expect(
      await rows(
        `select "phoneE164" from contact where "phoneE164" !~ '^\\+1...55501..$' and "phoneE164" !~ '^\\+44(20794|1..49|29201)[68]0...$'`,
      ),
    ).toEqual([]);
    const [phones] = await rows<{ share: number }>(
      'select count("phoneE164")::float / count(*) as share from contact',
    );
    expect(phones!.share).toBeGreaterThan(0.8);
  });
});

test.each(DAYS)(
  'at %s there are packages of every timeline status in each tenant',
  async (today) => {
    const other = await createTestDatabase();
    await loadDemoData(other.url, { scale: SCALE, today });
    const packages = await rows<KeptPackage & { tenantId: string }>(
      'select * from work_package',
      other.url,
    );
    await other.drop();
    for (const own of Map.groupBy(packages, (row) => row.tenantId).values()) {
      const statuses = own.map((row) => timelineStatus(row, today));
      expect([...new Set(statuses)].sort()).toEqual([...TIMELINE_STATUSES].sort());
    }
  },
);

test('two loads of one day have the same content in every column', async () => {
  const [first, second] = await Promise.all([digestOfLoad(), digestOfLoad()]);
  expect(second).toEqual(first);
});

test('a contact is the same person in a larger load', async () => {
  const larger = await createTestDatabase();
  await loadDemoData(larger.url, { scale: 0.2 });
  const sql = `select id, name, phone from contact where id in (select "contactId" from "user") order by id`;
  expect(await rows(sql, larger.url)).toEqual(await rows(sql));
  await larger.drop();
});

describe('the clients', () => {
  test('gave answers that the API takes, and all required ones where they submitted', async () => {
    const clients = await rows<any>(
      'select i.answers, c."clientType", c."intakeCompletedAt" from intake_progress i join client c on c.id = i."clientId"',
    );
    expect(clients.length).toBeGreaterThan(30);
    for (const { answers, clientType, intakeCompletedAt } of clients) {
      const questions = new Map(
        questionsOf(clientType).map((question) => [
          question.key,
          { unit: null, min: null, max: null, options: [], required: false, ...question },
        ]),
      );
      const checked = checkAnswers(questions as never, new Map(Object.entries(answers)));
      expect(checked).not.toHaveProperty('userErrors');
      if (intakeCompletedAt) expect(missingKeys(questions as never, answers)).toEqual([]);
    }
  });

  test('have one packet of each type of their path once they submitted, and none before', async () => {
    const clients = await rows<any>(
      `select c."intakeCompletedAt" is not null as submitted, p."packetTypes"::text[] as wanted, coalesce((select array_agg(k.type order by k.type) from packet k where k."clientId" = c.id), '{}')::text[] as types
       from client c join intake_path p on p."clientType" = c."clientType" and p."tenantId" = c."tenantId"`,
    );
    for (const { submitted, wanted, types } of clients)
      expect(types.toSorted()).toEqual(submitted ? wanted.toSorted() : []);
  });
});

describe('the API on the demo data', () => {
  let app: App;

  beforeAll(async () => {
    const config = readConfig({
      DATABASE_URL: database.url,
      AUTH_SECRET: SECRET,
      PORT: '0',
      LOG_LEVEL: 'silent',
      NODE_ENV: 'test',
    });
    app = await startApp({
      config: { ...config, DATABASE_URL: database.url },
      log: createLog('silent'),
      api: true,
      worker: false,
      graphiql: { defaultQuery: '' },
    });
  });

  afterAll(() => app.stop());

  test.each([
    ['north', 'CONTACT'],
    ['south', 'COMPANY'],
  ])('shows the client of %s an active package, found by its %s', async (tenant, matchedBy) => {
    const { stdout } = await runCommand('src/cli/token.ts', [`client@${tenant}.example`], {
      DATABASE_URL: database.url,
      AUTH_SECRET: SECRET,
    });
    const query =
      '{ portalDashboard { state matchedBy workPackage { status timelineStatus } workPackages { id } } }';
    const { data } = await post(app.url, { token: stdout.trim(), query });
    expect(data.portalDashboard).toMatchObject({
      state: 'READY',
      matchedBy,
      workPackage: { status: 'ACTIVE', timelineStatus: 'ON_TRACK' },
    });
    expect(data.portalDashboard.workPackages.length).toBeGreaterThanOrEqual(2);
  });
});

describe('the command', () => {
  test('loads a part in full and the others in small', async () => {
    const other = await createTestDatabase();
    const { code, stdout } = await runCommand(
      'src/cli/demo-data.ts',
      ['--scale', '0.4', '--only', 'contacts'],
      { DATABASE_URL: other.url },
    );
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('owner@north.example'),
    });
    expect(
      await rows(
        'select (select count(*)::int from contact) contacts, (select count(*)::int from work_package) packages',
        other.url,
      ),
    ).toEqual([{ contacts: 2_000, packages: 20 }]);
    await other.drop();
  });

  test('has nothing to do where all of it is there', async () => {
    const result = await runCommand('src/cli/demo-data.ts', ['--scale', '0.1'], {
      DATABASE_URL: database.url,
    });
    expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing to do') });
  });

  test('refuses to add to it, and says what to do', async () => {
    const result = await runCommand('src/cli/demo-data.ts', ['--scale', '1'], {
      DATABASE_URL: database.url,
    });
    expect(result).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/500 contacts.*another, empty database/),
    });
  });

  test.each([
    ['--scale=0', 'above 0'],
    ['--scale=many', 'found "many"'],
    ['--only=contracts', 'expected some of contacts, workpackages, campaigns, intake, workflows'],
  ])('refuses %s', async (argument, message) => {
    const result = await runCommand('src/cli/demo-data.ts', [argument], {
      DATABASE_URL: database.url,
    });
    expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
  });
});

test('two loads at once leave the data of one', async () => {
  const other = await createTestDatabase();
  const loads = await Promise.allSettled([
    loadDemoData(other.url, { scale: SCALE }),
    loadDemoData(other.url, { scale: SCALE }),
  ]);
  const failed = loads.filter((load) => load.status === 'rejected');
  await other.drop();
  expect(failed.map((load) => load.reason)).toEqual([expect.any(DemoDataExistsError)]);
});

interface KeptPackage {
  id: string;
  status: string;
  title: string;
  description: string | null;
  progress: number;
  startDate: CalendarDay | null;
  expectedEndDate: CalendarDay | null;
}

interface KeptPhase {
  id: string;
  workPackageId: string;
}

async function connect(url: string): Promise<pg.Client> {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.DATE, (day) => day);
  types.setTypeParser(pg.types.builtins.NUMERIC, Number);
  const connection = new pg.Client({ connectionString: url, types });
  await connection.connect();
  return connection;
}

async function rows<Row extends object>(sql: string, url?: string): Promise<Row[]> {
  const connection = url ? await connect(url) : client;
  try {
    return (await connection.query<Row>(sql)).rows;
  } finally {
    if (url) await connection.end();
  }
}

/** Of each table, all of its columns. */
async function digestOfLoad(): Promise<string[]> {
  const other = await createTestDatabase();
  await loadDemoData(other.url, { scale: SCALE, today: toCalendarDay(new Date('2026-03-04')) });
  const digests = DEMO_TABLES.map(
    (table) =>
      `(select md5(string_agg(t::text, '|' order by t::text)) from "${table}" t) as "${table}"`,
  );
  const [digest] = await rows<Record<string, string>>(`select ${digests.join(', ')}`, other.url);
  await other.drop();
  return Object.entries(digest!).map(([table, hash]) => `${table} ${hash}`);
}
