/**
 * timelineStatus over the API: all five values, of packages and phases; and the filter finds just
 * those that show a status.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, toCalendarDay } from '../../src/platform/time.ts';
import { TIMELINE_STATUSES, workingDays } from '../../src/work-packages/figures/timeline.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change, createPackage, read } from './operations.ts';

const ROWS = 400;

let server: TestServer;
let user: TestUser;
let database: pg.Client;

beforeAll(async () => {
  server = await startTestServer();
  user = server.north.owner;
  database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await server.stop();
});

function daysFromNow(days: number): string {
  return toCalendarDay(new Date(Date.now() + days * DAY));
}

function random(limit: number): number {
  return Math.floor(Math.random() * limit);
}

/** Close to where AT_RISK begins, where that can be: an error of one point then shows. */
function progressBetween(start: string | null, end: string | null): number {
  const days = start === null || end === null ? 0 : workingDays(start, end);
  if (start === null || days === 0) return random(100);
  const share = Math.floor((workingDays(start, daysFromNow(0)) * 100) / days);
  return Math.max(0, Math.min(99, share - 21 + random(3)));
}

/** [status, start in days from now, hours of the one item, its progress] */
const EXAMPLES: [string, number | null, number, number][] = [
  ['NOT_STARTED', 10, 8, 50],
  ['NOT_STARTED', null, 8, 50],
  ['ON_TRACK', -3, 8 * 200, 0],
  ['AT_RISK', -14, 8 * 20, 0],
  ['ON_TRACK', -14, 8 * 20, 60],
  ['OVERDUE', -30, 8, 99],
  ['COMPLETED', -30, 8, 100],
  ['COMPLETED', 10, 8, 100],
];

describe('a package and its phase are', () => {
  test.for(EXAMPLES)(
    '%s, started %s days from now with %s hours at %s percent',
    async ([status, days, estimatedHoursEach, progressCompleted]) => {
      const phases = [{ name: 'Phase', items: [{ label: 'Item', estimatedHoursEach }] }];
      const created = await createPackage(user, {
        startDate: days === null ? null : daysFromNow(days),
        phases,
      });
      const selection = 'workPackage { timelineStatus phases { timelineStatus } }';
      const { workPackage } = await change(user)(
        'updateWorkPackageItem',
        { id: created.phases[0]?.items[0]?.id, progressCompleted },
        selection,
      );
      expect(workPackage).toEqual({ timelineStatus: status, phases: [{ timelineStatus: status }] });
    },
  );
});

test('a package is COMPLETED by its status, its unfinished phases are not', async () => {
  const created = await createPackage(user, {
    startDate: daysFromNow(-30),
    phases: [{ name: 'Phase' }],
  });
  const { workPackage } = await change(user)(
    'updateWorkPackage',
    { id: created.id, status: 'COMPLETED' },
    'workPackage { timelineStatus phases { timelineStatus } }',
  );
  expect(workPackage).toEqual({
    timelineStatus: 'COMPLETED',
    phases: [{ timelineStatus: 'OVERDUE' }],
  });
});

test('a package without phases is ON_TRACK from its start on', async () => {
  const created = await createPackage(user, { startDate: daysFromNow(-300) });
  expect(
    await read(
      user,
      'query ($id: ID!) { workPackage(id: $id) { timelineStatus expectedEndDate } }',
      { id: created.id },
    ),
  ).toEqual({
    workPackage: { timelineStatus: 'ON_TRACK', expectedEndDate: null },
  });
});

test('working days are the same in SQL and in code', async () => {
  const { rows } = await database.query(
    `select first::text, last::text, "workingDays"(first, last) as days
     from (select date '1990-01-01' + (random() * 20000)::int as first from generate_series(1, 2000)) as f,
     lateral (select first + (random() * 60)::int - 10 as last) as l`,
  );
  expect(rows.filter((row) => workingDays(row.first, row.last) !== row.days)).toEqual([]);
});

describe('the filter over random packages', () => {
  beforeAll(async () => {
    const packages = Array.from({ length: ROWS }, () => {
      const start = random(10) === 0 ? null : daysFromNow(random(40) - 30);
      const end =
        start === null || random(10) === 0
          ? null
          : toCalendarDay(new Date(Date.parse(start) + random(30) * DAY));
      return {
        id: randomUUID(),
        start,
        end,
        progress: random(10) === 0 ? 100 : progressBetween(start, end),
      };
    });
    await database.query(
      `insert into work_package ("tenantId", id, title, status, progress, "searchText", "startDate", "expectedEndDate")
       select $1, v.id, 'Random', (array['DRAFT', 'ACTIVE', 'COMPLETED', 'ARCHIVED'])[1 + floor(random() * 3.3)]::"WorkPackageStatus",
         v.progress, '', v.start, v.end
       from unnest($2::uuid[], $3::date[], $4::date[], $5::int[]) as v(id, start, "end", progress)`,
      [
        server.south.tenantId,
        ...(['id', 'start', 'end', 'progress'] as const).map((column) =>
          packages.map((one) => one[column]),
        ),
      ],
    );
  });

  const list = (filter: object) =>
    read(
      server.south.owner,
      'query ($filter: WorkPackageFilter) { workPackages(first: 500, filter: $filter) { totalCount nodes { id timelineStatus } } }',
      {
        filter,
      },
    );

  test.each(TIMELINE_STATUSES)('finds all that are %s and no others', async (status) => {
    const everything = (await list({})).workPackages.nodes;
    const expected = everything.filter((node: any) => node.timelineStatus === status);
    expect(expected.length).toBeGreaterThan(0);
    expect((await list({ timelineStatus: [status] })).workPackages).toEqual({
      totalCount: expected.length,
      nodes: expected,
    });
  });

  test('finds all with every status, and none with no status', async () => {
    expect((await list({ timelineStatus: TIMELINE_STATUSES })).workPackages.totalCount).toBe(ROWS);
    expect((await list({ timelineStatus: [] })).workPackages.totalCount).toBe(0);
  });

  test('takes several statuses, together with other filters', async () => {
    const { nodes } = (await list({ timelineStatus: ['OVERDUE', 'AT_RISK'], status: ['ACTIVE'] }))
      .workPackages;
    const expected = (await list({ status: ['ACTIVE'] })).workPackages.nodes.filter((node: any) =>
      ['OVERDUE', 'AT_RISK'].includes(node.timelineStatus),
    );
    expect(nodes).toEqual(expected);
  });
});
