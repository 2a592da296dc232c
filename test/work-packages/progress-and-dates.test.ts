/**
 * Progress and dates as the API gives them after changes; the rules themselves are tested in
 * progress.test.ts and timeline.test.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change, createPackage, phaseOf, read, refusals } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer();
  user = server.north.member;
});
afterAll(() => server.stop());

const FIGURES = `workPackage { progress totalEstimatedHours phaseCount itemCount expectedEndDate
  phases { itemCount progress totalEstimatedHours startDate expectedEndDate } }`;
const ITEM = 'item { status progressCompleted }';

async function oneItem(): Promise<string> {
  const { phases } = await createPackage(user, { phases: [phaseOf(1)] });
  return phases[0]?.items[0]?.id ?? '';
}

describe('an item', () => {
  /** [what, steps, status, number] */
  const STEPS: [string, object[], string, number][] = [
    ['COMPLETED is at 100', [{ status: 'COMPLETED' }], 'COMPLETED', 100],
    ['IN_PROGRESS starts at 50', [{ status: 'IN_PROGRESS' }], 'IN_PROGRESS', 50],
    ['IN_REVIEW starts at 90', [{ status: 'IN_REVIEW' }], 'IN_REVIEW', 90],
    [
      'IN_REVIEW keeps its number',
      [{ progressCompleted: 30 }, { status: 'IN_REVIEW' }],
      'IN_REVIEW',
      30,
    ],
    ['a number alone makes it IN_PROGRESS', [{ progressCompleted: 1 }], 'IN_PROGRESS', 1],
    [
      'a number alone leaves it IN_REVIEW',
      [{ status: 'IN_REVIEW' }, { progressCompleted: 20 }],
      'IN_REVIEW',
      20,
    ],
    ['100 alone makes it COMPLETED', [{ progressCompleted: 100 }], 'COMPLETED', 100],
    [
      '0 alone makes it NOT_STARTED',
      [{ status: 'COMPLETED' }, { progressCompleted: 0 }],
      'NOT_STARTED',
      0,
    ],
    [
      'opened again is IN_PROGRESS at 50',
      [{ status: 'COMPLETED' }, { status: 'IN_PROGRESS' }],
      'IN_PROGRESS',
      50,
    ],
    [
      'both together are taken when they agree',
      [{ status: 'IN_REVIEW', progressCompleted: 12 }],
      'IN_REVIEW',
      12,
    ],
    [
      'another field leaves both alone',
      [{ progressCompleted: 30 }, { label: 'Other' }],
      'IN_PROGRESS',
      30,
    ],
  ];

  test.for(STEPS)('%s', async ([_what, steps, status, progressCompleted]) => {
    const id = await oneItem();
    let item: unknown;
    for (const step of steps)
      item = (await change(user)('updateWorkPackageItem', { id, ...step }, ITEM)).item;
    expect(item).toEqual({ status, progressCompleted });
  });

  test.each([
    ['NOT_STARTED', 1],
    ['IN_PROGRESS', 0],
    ['IN_PROGRESS', 100],
    ['IN_REVIEW', 0],
    ['COMPLETED', 99],
  ])('%s at %i is a contradiction', async (status, progressCompleted) => {
    const id = await oneItem();
    expect(
      await refusals(user)('updateWorkPackageItem', { id, status, progressCompleted }),
    ).toEqual(['INVALID progressCompleted']);
  });
});

test('progress of phases and package is weighted by hours, and at most 99 until all is COMPLETED', async () => {
  const { id, phases } = await createPackage(user, { phases: [phaseOf(3, 1), phaseOf(0)] });
  const [first, second] = phases[0]?.items ?? [];
  const last = phases[1]?.items[0];
  const progress: unknown[] = [];
  for (const item of [first, second, last]) {
    await change(user)('updateWorkPackageItem', { id: item?.id, status: 'COMPLETED' });
    const { workPackage } = await read(
      user,
      'query ($id: ID!) { workPackage(id: $id) { progress phases { progress } } }',
      { id },
    );
    progress.push([
      workPackage.progress,
      ...workPackage.phases.map((phase: any) => phase.progress),
    ]);
  }
  expect(progress).toEqual([
    [75, 75, 0],
    [99, 100, 0],
    [100, 100, 100],
  ]);
});

describe('dates', () => {
  const START = '2026-03-05';
  const dates = (answer: any) =>
    answer.workPackage.phases.map((phase: any) => `${phase.startDate}..${phase.expectedEndDate}`);
  const create = (input: object) =>
    change(user)(
      'createWorkPackage',
      { title: 'x', ...input },
      `workPackage { id phases { id items { id } } } ${FIGURES}`,
    );

  test('start on the given Thursday, and skip the weekend', async () => {
    const answer = await create({ startDate: START, phases: [phaseOf(8, 8), phaseOf(4)] });
    expect(dates(answer)).toEqual(['2026-03-05..2026-03-06', '2026-03-09..2026-03-09']);
    expect(answer.workPackage.expectedEndDate).toBe('2026-03-09');
  });

  test('of a start on a Saturday begin on Monday, and startDate stays as given', async () => {
    const answer = await create({ startDate: '2026-03-07', phases: [phaseOf(8)] });
    expect(dates(answer)).toEqual(['2026-03-09..2026-03-09']);
    const { workPackage } = await read(
      user,
      'query ($id: ID!) { workPackage(id: $id) { startDate } }',
      { id: answer.workPackage.id },
    );
    expect(workPackage.startDate).toBe('2026-03-07');
  });

  test('of 80 times 0.1 hours are one day', async () => {
    const answer = await create({
      startDate: START,
      phases: [{ name: 'x', items: [{ label: 'x', quantity: 80, estimatedHoursEach: 0.1 }] }],
    });
    expect([dates(answer), answer.workPackage.totalEstimatedHours]).toEqual([
      ['2026-03-05..2026-03-05'],
      8,
    ]);
  });

  test('are null without a start', async () => {
    const answer = await create({ phases: [phaseOf(8)] });
    expect([dates(answer), answer.workPackage.expectedEndDate]).toEqual([['null..null'], null]);
  });

  test('are computed anew when work is added', async () => {
    const { workPackage } = await create({ startDate: START, phases: [phaseOf(8), phaseOf(8)] });
    const answer = await change(user)(
      'addWorkPackageItem',
      {
        phaseId: workPackage.phases[0].id,
        item: { label: 'x', quantity: 2, estimatedHoursEach: 8 },
      },
      FIGURES,
    );
    expect(dates(answer)).toEqual(['2026-03-05..2026-03-09', '2026-03-10..2026-03-10']);
  });

  test('are computed anew when work is resized', async () => {
    const { workPackage } = await create({ startDate: START, phases: [phaseOf(8), phaseOf(8)] });
    const answer = await change(user)(
      'updateWorkPackageItem',
      { id: workPackage.phases[0].items[0].id, estimatedHoursEach: 8.01 },
      FIGURES,
    );
    expect(dates(answer)).toEqual(['2026-03-05..2026-03-06', '2026-03-09..2026-03-09']);
  });

  test('are computed anew when a phase is moved', async () => {
    const { workPackage } = await create({ startDate: START, phases: [phaseOf(8), phaseOf(16)] });
    const answer = await change(user)(
      'updateWorkPackagePhase',
      { id: workPackage.phases[1].id, position: 0 },
      FIGURES,
    );
    expect(dates(answer)).toEqual(['2026-03-05..2026-03-06', '2026-03-09..2026-03-09']);
  });

  test('are computed anew when a phase is removed', async () => {
    const { workPackage } = await create({ startDate: START, phases: [phaseOf(16), phaseOf(8)] });
    await change(user)('removeWorkPackagePhase', { id: workPackage.phases[0].id });
    const after = await read(
      user,
      `query ($id: ID!) { ${FIGURES.replace('workPackage', 'workPackage(id: $id)')} }`,
      { id: workPackage.id },
    );
    expect([dates(after), after.workPackage.expectedEndDate]).toEqual([
      ['2026-03-05..2026-03-05'],
      '2026-03-05',
    ]);
  });

  test('are computed anew when the start changes', async () => {
    const { workPackage } = await create({ startDate: START, phases: [phaseOf(8)] });
    const answer = await change(user)(
      'updateWorkPackage',
      { id: workPackage.id, startDate: '2026-03-10' },
      FIGURES,
    );
    expect(dates(answer)).toEqual(['2026-03-10..2026-03-10']);
  });

  test('go when the last phase goes', async () => {
    const { workPackage } = await create({ startDate: START, phases: [phaseOf(8)] });
    await change(user)('removeWorkPackagePhase', { id: workPackage.phases[0].id });
    const after = await read(
      user,
      'query ($id: ID!) { workPackage(id: $id) { expectedEndDate phaseCount itemCount totalEstimatedHours } }',
      {
        id: workPackage.id,
      },
    );
    expect(after.workPackage).toEqual({
      expectedEndDate: null,
      phaseCount: 0,
      itemCount: 0,
      totalEstimatedHours: 0,
    });
  });
});

describe('HOURS_PER_WORKING_DAY', () => {
  let short: TestServer;
  beforeAll(async () => {
    short = await startTestServer({ settings: { HOURS_PER_WORKING_DAY: '6' }, shareWith: server });
  });
  afterAll(() => short.stop());

  test('of 6 makes two days of 8 hours', async () => {
    const { workPackage } = await change(short.north.member)(
      'createWorkPackage',
      { title: 'x', startDate: '2026-03-02', phases: [phaseOf(8)] },
      FIGURES,
    );
    expect(workPackage.phases[0].expectedEndDate).toBe('2026-03-03');
  });

  test('that was changed is used for all phases of a package at its next change', async () => {
    const { phases } = await createPackage(user, {
      startDate: '2026-03-02',
      phases: [phaseOf(8), phaseOf(8)],
    });
    const answer = await change(short.north.member)(
      'updateWorkPackageItem',
      { id: phases[1]?.items[0]?.id, label: 'x' },
      FIGURES,
    );
    expect(answer.workPackage.phases.map((phase: any) => phase.expectedEndDate)).toEqual([
      '2026-03-03',
      '2026-03-05',
    ]);
    expect(answer.workPackage.expectedEndDate).toBe('2026-03-05');
  });
});
