/**
 * What is stored with packages and phases is what a recount of their rows gives, after whatever
 * changes, also of many writers at once.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { computeFigures } from '../../src/work-packages/figures/figures.ts';
import type { WeighedItem } from '../../src/work-packages/figures/progress.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import {
  createArtifact,
  createPackage,
  type MutationName,
  phaseOf,
  read,
  refusals,
  versionOf,
} from './operations.ts';

let server: TestServer;
let other: TestServer;
let database: pg.Client;
let artifacts: string[];

beforeAll(async () => {
  server = await startTestServer();
  other = await startTestServer({ shareWith: server });
  database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
  artifacts = await Promise.all([1, 2, 3].map(() => createArtifact(server.north.owner)));
});
afterAll(async () => {
  await database.end();
  await other.stop();
  await server.stop();
});

/** Numbers below `limit`, the same for the same seed. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const IDS =
  'query ($id: ID!) { workPackage(id: $id) { phases { id items { id collateral { id } } } } }';

/**
 * A change of a package that changes something for sure, unless another writer has removed what it
 * is about.
 */
async function randomChange(
  user: TestUser,
  id: string,
  random: (limit: number) => number,
): Promise<[MutationName, object]> {
  const { phases } = (await read(user, IDS, { id })).workPackage;
  const pick = <T>(list: T[]): T | undefined => list[random(list.length)];
  const phase = pick<any>(phases);
  const item = pick<any>(phases.flatMap((one: any) => one.items));
  const collateral = pick<any>(item?.collateral ?? []);
  const hours = random(4) === 0 ? 0 : random(3_000) / 100;
  const statuses = ['NOT_STARTED', 'IN_PROGRESS', 'IN_REVIEW', 'COMPLETED'];
  const newItem = {
    label: randomUUID(),
    quantity: 1 + random(20),
    estimatedHoursEach: hours,
    collateral: random(2) ? [{ artifactId: pick(artifacts) }] : [],
  };
  const startDate = pick([null, '2026-02-28', '2026-03-01', '2026-03-04', '2026-12-25']);
  const changes: ([MutationName, object] | false)[] = [
    ['updateWorkPackage', { id, title: randomUUID(), startDate }],
    phases.length < 6 && [
      'addWorkPackagePhase',
      {
        workPackageId: id,
        phase: { name: randomUUID(), items: [newItem] },
        position: random(phases.length + 1),
      },
    ],
    phase && [
      'updateWorkPackagePhase',
      { id: phase.id, name: randomUUID(), position: random(phases.length) },
    ],
    phases.length > 3 && ['removeWorkPackagePhase', { id: phase.id }],
    phase && [
      'addWorkPackageItem',
      { phaseId: phase.id, item: newItem, position: random(phase.items.length + 1) },
    ],
    item && [
      'updateWorkPackageItem',
      {
        id: item.id,
        label: randomUUID(),
        status: pick(statuses),
        quantity: 1 + random(9),
        position: 0,
      },
    ],
    item && [
      'updateWorkPackageItem',
      {
        id: item.id,
        label: randomUUID(),
        progressCompleted: random(101),
        estimatedHoursEach: hours,
      },
    ],
    item && ['removeWorkPackageItem', { id: item.id }],
    item && ['attachCollateral', { itemId: item.id, artifactId: pick(artifacts) }],
    collateral && ['detachCollateral', { id: collateral.id }],
  ];
  return pick(changes) || ['updateWorkPackage', { id, title: randomUUID() }];
}

/** Makes changes one after the other; answers how many of them were not refused. */
async function write(
  user: TestUser,
  id: string,
  options: { seed: number; changes: number; afterEach?: () => Promise<void> },
): Promise<number> {
  const random = randomNumbers(options.seed);
  let done = 0;
  for (let index = 0; index < options.changes; index += 1) {
    const errors = await refusals(user)(...(await randomChange(user, id, random)));
    // What another writer was quicker with: gone, attached already, or not so many left.
    expect(errors.filter((error) => !/^(NOT_FOUND|TAKEN|INVALID position)/.test(error))).toEqual(
      [],
    );
    if (errors.length === 0) done += 1;
    await options.afterEach?.();
  }
  return done;
}

function rows(sql: string, id: string): Promise<any[]> {
  return database
    .query(sql, [Buffer.from(id, 'base64').toString().split(':')[1]])
    .then((result) => result.rows);
}

const PACKAGE = `select "startDate"::text, "expectedEndDate"::text, "phaseCount", "itemCount", "totalEstimatedHours"::float8, progress from work_package where id = $1`;
const PHASES = `select id, position, "startDate"::text, "expectedEndDate"::text, "itemCount", "totalEstimatedHours"::float8, progress
  from work_package_phase where "workPackageId" = $1 order by position`;
const ITEMS = `select "phaseId", position, status::text, quantity, "estimatedHoursEach"::float8, "progressCompleted"
  from work_package_item where "workPackageId" = $1 order by position`;
const COLLATERAL = `select "itemId", position from collateral where "workPackageId" = $1 order by "itemId", position`;
/** The sums by another way than the code's: in SQL, over the rows. */
const RECOUNT = `select (select count(*)::int from work_package_phase where "workPackageId" = $1) as "phaseCount",
  count(*)::int as "itemCount", coalesce(sum(quantity * "estimatedHoursEach"), 0)::float8 as "totalEstimatedHours",
  case when count(*) = 0 then 0 when bool_and(status = 'COMPLETED') then 100
    else least(99, floor(case when sum("estimatedHoursEach") > 0 then sum(quantity * "estimatedHoursEach" * "progressCompleted") / sum(quantity * "estimatedHoursEach")
      else sum(quantity * "progressCompleted")::numeric / sum(quantity) end))::int end as progress
  from work_package_item where "workPackageId" = $1`;

/** Compares what is stored of a package with what follows from its rows. */
async function expectRight(id: string): Promise<void> {
  const [[stored], phases, items, collateral] = await Promise.all([
    rows(PACKAGE, id),
    rows(PHASES, id),
    rows(ITEMS, id),
    rows(COLLATERAL, id),
  ]);
  const byPhase = phases.map((phase) => items.filter((item) => item.phaseId === phase.id));
  const { startDate, ...kept } = stored;
  const figures = computeFigures(startDate, byPhase as WeighedItem[][], 8);
  expect(kept).toEqual(figures.package);
  expect(phases.map(({ id: _id, position: _position, ...phase }) => phase)).toEqual(figures.phases);
  expect(kept).toMatchObject((await rows(RECOUNT, id))[0]);
  const positions = (list: any[]) => list.map((row) => row.position);
  expect(positions(phases)).toEqual([...phases.keys()]);
  for (const list of byPhase) expect(positions(list)).toEqual([...list.keys()]);
  for (const list of Map.groupBy(collateral, (row) => row.itemId).values())
    expect(positions(list)).toEqual([...list.keys()]);
}

test.each([1, 2, 3, 4, 5])(
  'one writer: right after each of 40 random changes, no. %i',
  async (seed) => {
    const user = server.north.owner;
    const { id } = await createPackage(user, {
      startDate: '2026-03-02',
      phases: [phaseOf(1, 2.5), phaseOf(0.1)],
    });
    const done = await write(user, id, { seed, changes: 40, afterEach: () => expectRight(id) });
    expect(await versionOf(user, id)).toBe(1 + done);
  },
);

test('six writers in two processes: right, and every change is in the version', async () => {
  const { id } = await createPackage(server.north.owner, {
    startDate: '2026-03-02',
    phases: [phaseOf(1, 2, 3), phaseOf(4, 5), phaseOf(6)],
  });
  const writers = [server, other, server, other, server, other].map((one) => one.north.owner);
  const done = await Promise.all(
    writers.map((user, index) => write(user, id, { seed: 100 + index, changes: 30 })),
  );
  await expectRight(id);
  expect(await versionOf(server.north.owner, id)).toBe(
    1 + done.reduce((sum, count) => sum + count, 0),
  );
  expect(Math.min(...done)).toBeGreaterThan(10);
});

test('eight writers of one item’s neighbours at once lose none of them', async () => {
  const { id, phases } = await createPackage(server.north.owner, { phases: [{ name: 'Phase' }] });
  const users = [server.north.owner, other.north.owner];
  const added = Array.from({ length: 40 }, (_, index) =>
    refusals(users[index % 2] as TestUser)('addWorkPackageItem', {
      phaseId: phases[0]?.id,
      item: { label: `${index}`, estimatedHoursEach: 0.1 },
      position: 0,
    }),
  );
  expect((await Promise.all(added)).flat()).toEqual([]);
  expect((await rows(PACKAGE, id))[0]).toMatchObject({ itemCount: 40, totalEstimatedHours: 4 });
  await expectRight(id);
});
