/**
 * What mutations of packages and artifacts refuse, each on the exact field, and what they still
 * accept.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import {
  attempt,
  BODIES,
  type CreatedPackage,
  createArtifact,
  createPackage,
  type MutationName,
  mutate,
  phaseOf,
  read,
  refusals,
} from './operations.ts';

let server: TestServer;
let user: TestUser;
let created: CreatedPackage;
let blog: string;
const ids: Record<'workPackage' | 'phase' | 'item', string> = {
  workPackage: '',
  phase: '',
  item: '',
};

beforeAll(async () => {
  server = await startTestServer();
  user = server.north.member;
  created = await createPackage(user, { phases: [phaseOf(1, 2), phaseOf(3)] });
  Object.assign(ids, {
    workPackage: created.id,
    phase: created.phases[0]?.id,
    item: created.phases[0]?.items[0]?.id,
  });
  blog = await createArtifact(user);
});
afterAll(() => server.stop());

const TITLE = { title: 'Website' };
const phaseWith = (item: object) => ({
  ...TITLE,
  phases: [
    phaseOf(1),
    { name: 'Second', items: [{ label: 'First' }, { label: 'Second', ...item }] },
  ],
});
const SURROGATE = 'half \ud800 a character';
const NUL = 'a\u0000b';

/** [what, mutation, input, refused on]; PACKAGE, PHASE, ITEM and BLOG stand for ids. */
const REFUSED: [string, MutationName, object, string][] = [
  ['an empty title', 'createWorkPackage', { title: '' }, 'title'],
  ['a title of white space', 'createWorkPackage', { title: ' \t\n' }, 'title'],
  ['a title of 201 characters', 'createWorkPackage', { title: 'x'.repeat(201) }, 'title'],
  ['a title with a NUL', 'createWorkPackage', { title: NUL }, 'title'],
  ['a title with a lone surrogate', 'createWorkPackage', { title: SURROGATE }, 'title'],
  [
    'a description of 10,001 characters',
    'createWorkPackage',
    { ...TITLE, description: 'x'.repeat(10_001) },
    'description',
  ],
  ['a description with a NUL', 'createWorkPackage', { ...TITLE, description: NUL }, 'description'],
  [
    'a day that does not exist',
    'createWorkPackage',
    { ...TITLE, startDate: '2026-02-30' },
    'startDate',
  ],
  [
    'a date with a time',
    'createWorkPackage',
    { ...TITLE, startDate: '2026-02-03T00:00:00Z' },
    'startDate',
  ],
  ['a date in words', 'createWorkPackage', { ...TITLE, startDate: 'tomorrow' }, 'startDate'],
  ['the year 1899', 'createWorkPackage', { ...TITLE, startDate: '1899-12-31' }, 'startDate'],
  [
    'a year of five digits',
    'createWorkPackage',
    { ...TITLE, startDate: '10000-01-01' },
    'startDate',
  ],
  ['a malformed contact', 'createWorkPackage', { ...TITLE, contactId: 'nonsense' }, 'contactId'],
  ['a malformed company', 'createWorkPackage', { ...TITLE, companyId: NUL }, 'companyId'],
  [
    'a phase without a name',
    'createWorkPackage',
    { ...TITLE, phases: [phaseOf(), { name: ' ' }] },
    'phases.1.name',
  ],
  [
    'an item without a label',
    'createWorkPackage',
    phaseWith({ label: '' }),
    'phases.1.items.1.label',
  ],
  [
    'a label of 501 characters',
    'createWorkPackage',
    phaseWith({ label: 'x'.repeat(501) }),
    'phases.1.items.1.label',
  ],
  ['a quantity of 0', 'createWorkPackage', phaseWith({ quantity: 0 }), 'phases.1.items.1.quantity'],
  [
    'a negative quantity',
    'createWorkPackage',
    phaseWith({ quantity: -1 }),
    'phases.1.items.1.quantity',
  ],
  [
    'a quantity of 10,001',
    'createWorkPackage',
    phaseWith({ quantity: 10_001 }),
    'phases.1.items.1.quantity',
  ],
  [
    'negative hours',
    'createWorkPackage',
    phaseWith({ estimatedHoursEach: -0.01 }),
    'phases.1.items.1.estimatedHoursEach',
  ],
  [
    '10,000.01 hours',
    'createWorkPackage',
    phaseWith({ estimatedHoursEach: 10_000.01 }),
    'phases.1.items.1.estimatedHoursEach',
  ],
  [
    'hours with 3 decimals',
    'createWorkPackage',
    phaseWith({ estimatedHoursEach: 1.005 }),
    'phases.1.items.1.estimatedHoursEach',
  ],
  [
    'hours with many decimals',
    'createWorkPackage',
    phaseWith({ estimatedHoursEach: 0.010000001 }),
    'phases.1.items.1.estimatedHoursEach',
  ],
  [
    'a malformed artifact',
    'createWorkPackage',
    phaseWith({ collateral: [{ artifactId: 'nonsense' }] }),
    'phases.1.items.1.collateral.0.artifactId',
  ],
  [
    'a phase of 501 items',
    'createWorkPackage',
    { ...TITLE, phases: [phaseOf(...Array(501).fill(0))] },
    'phases.0.items',
  ],
  [
    '501 items over two phases',
    'createWorkPackage',
    { ...TITLE, phases: [phaseOf(...Array(500).fill(0)), phaseOf(1)] },
    'phases',
  ],
  [
    '51 phases',
    'createWorkPackage',
    { ...TITLE, phases: Array(51).fill({ name: 'Phase' }) },
    'phases',
  ],
  [
    '21 collateral',
    'createWorkPackage',
    phaseWith({ collateral: Array(21).fill({ artifactId: 'BLOG' }) }),
    'phases.1.items.1.collateral',
  ],

  ['a malformed id', 'updateWorkPackage', { id: 'nonsense', title: 'x' }, 'id'],
  ['null as a title', 'updateWorkPackage', { id: 'PACKAGE', title: null }, 'title'],
  ['null as a status', 'updateWorkPackage', { id: 'PACKAGE', status: null }, 'status'],
  [
    'a title of 201 characters',
    'updateWorkPackage',
    { id: 'PACKAGE', title: 'x'.repeat(201) },
    'title',
  ],
  [
    'a day that does not exist',
    'updateWorkPackage',
    { id: 'PACKAGE', startDate: '2025-02-29' },
    'startDate',
  ],

  [
    'a malformed package',
    'addWorkPackagePhase',
    { workPackageId: '', phase: phaseOf() },
    'workPackageId',
  ],
  [
    'a position behind the end',
    'addWorkPackagePhase',
    { workPackageId: 'PACKAGE', phase: phaseOf(), position: 3 },
    'position',
  ],
  [
    'a negative position',
    'addWorkPackagePhase',
    { workPackageId: 'PACKAGE', phase: phaseOf(), position: -1 },
    'position',
  ],
  [
    'an item without a label',
    'addWorkPackagePhase',
    { workPackageId: 'PACKAGE', phase: { name: 'x', items: [{ label: '' }] } },
    'phase.items.0.label',
  ],
  [
    '498 more items',
    'addWorkPackagePhase',
    { workPackageId: 'PACKAGE', phase: phaseOf(...Array(498).fill(0)) },
    'phase.items',
  ],
  [
    'the last position and one more',
    'updateWorkPackagePhase',
    { id: 'PHASE', position: 2 },
    'position',
  ],
  ['null as a name', 'updateWorkPackagePhase', { id: 'PHASE', name: null }, 'name'],
  ['a malformed id', 'removeWorkPackagePhase', { id: '\ud800' }, 'id'],

  [
    'a position behind the end',
    'addWorkPackageItem',
    { phaseId: 'PHASE', item: { label: 'x' }, position: 3 },
    'position',
  ],
  ['a malformed phase', 'addWorkPackageItem', { phaseId: 'x', item: { label: 'x' } }, 'phaseId'],
  [
    'a quantity of 0',
    'addWorkPackageItem',
    { phaseId: 'PHASE', item: { label: 'x', quantity: 0 } },
    'item.quantity',
  ],
  ['a position behind the end', 'updateWorkPackageItem', { id: 'ITEM', position: 2 }, 'position'],
  ['a negative position', 'updateWorkPackageItem', { id: 'ITEM', position: -1 }, 'position'],
  ['a negative quantity', 'updateWorkPackageItem', { id: 'ITEM', quantity: -5 }, 'quantity'],
  ['null as a quantity', 'updateWorkPackageItem', { id: 'ITEM', quantity: null }, 'quantity'],
  [
    'progress of 101',
    'updateWorkPackageItem',
    { id: 'ITEM', progressCompleted: 101 },
    'progressCompleted',
  ],
  [
    'negative progress',
    'updateWorkPackageItem',
    { id: 'ITEM', progressCompleted: -1 },
    'progressCompleted',
  ],
  [
    'a contradiction',
    'updateWorkPackageItem',
    { id: 'ITEM', status: 'COMPLETED', progressCompleted: 99 },
    'progressCompleted',
  ],
  ['a malformed id', 'removeWorkPackageItem', { id: 'x' }, 'id'],
  ['a malformed item', 'attachCollateral', { itemId: 'x', artifactId: 'BLOG' }, 'itemId'],
  ['a malformed artifact', 'attachCollateral', { itemId: 'ITEM', artifactId: 'x' }, 'artifactId'],
  ['a malformed id', 'detachCollateral', { id: 'x' }, 'id'],

  ['an empty title', 'createArtifact', { title: ' ', body: BODIES.Blog }, 'title'],
  [
    'content over 1 MB',
    'createArtifact',
    { title: 'x', body: { blog: { content: 'x'.repeat(1_000_001) } } },
    'body.blog.content',
  ],
  [
    'content over 1 MB in UTF-8',
    'createArtifact',
    { title: 'x', body: { page: { path: '/', content: 'é'.repeat(500_001) } } },
    'body.page.content',
  ],
  [
    'content with a NUL',
    'createArtifact',
    { title: 'x', body: { persona: { narrative: NUL } } },
    'body.persona.narrative',
  ],
  [
    'a slide with a lone surrogate',
    'createArtifact',
    { title: 'x', body: { deck: { slides: [{ heading: 'x', body: SURROGATE }] } } },
    'body.deck.slides.0.body',
  ],
  [
    'an empty goal',
    'createArtifact',
    { title: 'x', body: { persona: { narrative: '', goals: ['x', ''] } } },
    'body.persona.goals.1',
  ],
  [
    'an empty path',
    'createArtifact',
    { title: 'x', body: { page: { path: '', content: '' } } },
    'body.page.path',
  ],
  ['a malformed id', 'updateArtifact', { id: 'x', title: 'x' }, 'id'],
  ['null as a title', 'updateArtifact', { id: 'BLOG', title: null }, 'title'],
  ['null as a status', 'updateArtifact', { id: 'BLOG', status: null }, 'status'],
  ['the body of another type', 'updateArtifact', { id: 'BLOG', body: BODIES.Page }, 'body.page'],
  ['a malformed id', 'deleteArtifact', { id: 'x' }, 'id'],
];

function withIds(input: object): object {
  const known: Record<string, string> = {
    PACKAGE: ids.workPackage,
    PHASE: ids.phase,
    ITEM: ids.item,
    BLOG: blog,
  };
  return JSON.parse(JSON.stringify(input), (_key, value) =>
    typeof value === 'string' ? (known[value] ?? value) : value,
  );
}

describe('refused as INVALID on its field is', () => {
  test.for(REFUSED)('%s in %s', async ([_what, mutation, input, field]) => {
    expect(await refusals(user)(mutation, withIds(input))).toEqual([`INVALID ${field}`]);
  });

  test('every wrong field of an input at once', async () => {
    const input = { title: '', startDate: 'never', phases: [{ name: '' }] };
    expect(await refusals(user)('createWorkPackage', input)).toEqual([
      'INVALID title',
      'INVALID startDate',
      'INVALID phases.0.name',
    ]);
  });
});

test('none of the refused mutations changed anything', async () => {
  const { workPackages, artifacts, workPackage } = await read(
    user,
    'query ($id: ID!) { workPackages { totalCount } artifacts { totalCount } workPackage(id: $id) { version phaseCount itemCount } }',
    { id: created.id },
  );
  expect([workPackages.totalCount, artifacts.totalCount, workPackage]).toEqual([
    1,
    1,
    { version: 1, phaseCount: 2, itemCount: 3 },
  ]);
});

test('numbers that are no numbers of the schema are BAD_USER_INPUT before anything runs', async () => {
  const { errors } = await attempt(user)('updateWorkPackageItem', { id: ids.item, quantity: 1.5 });
  expect(errors?.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT']);
});

test('two bodies at once are BAD_USER_INPUT', async () => {
  const { errors } = await attempt(user)('createArtifact', {
    title: 'x',
    body: { ...BODIES.Blog, ...BODIES.Page },
  });
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

describe('accepted is', () => {
  test('a title of 200 characters, trimmed', async () => {
    const { workPackage } = await mutate(user)(
      'createWorkPackage',
      { title: ` ${'x'.repeat(198)} ` },
      'workPackage { title }',
    );
    expect(workPackage.title).toBe('x'.repeat(198));
  });

  test('a label of 500 characters', async () => {
    expect(
      await refusals(user)('addWorkPackageItem', {
        phaseId: ids.phase,
        item: { label: 'x'.repeat(500) },
      }),
    ).toEqual([]);
  });

  test('content of exactly 1,000,000 bytes', async () => {
    expect(
      await refusals(user)('createArtifact', {
        title: 'x',
        body: { blog: { content: 'é'.repeat(500_000) } },
      }),
    ).toEqual([]);
  });

  test('a package of 50 phases with 500 items', async () => {
    const { workPackage } = await mutate(user)(
      'createWorkPackage',
      {
        title: 'Full',
        phases: Array.from({ length: 50 }, () => phaseOf(...Array(10).fill(10_000))),
      },
      'workPackage { phaseCount itemCount totalEstimatedHours }',
    );
    expect(workPackage).toEqual({ phaseCount: 50, itemCount: 500, totalEstimatedHours: 5_000_000 });
  });

  test('the position at the very end', async () => {
    const { phase } = await mutate(user)(
      'addWorkPackagePhase',
      { workPackageId: ids.workPackage, phase: phaseOf(), position: 2 },
      'phase { position }',
    );
    expect(phase.position).toBe(2);
  });
});

describe('a full package', () => {
  test('takes no 51st phase', async () => {
    const full = await createPackage(user, { phases: Array(50).fill({ name: 'Phase' }) });
    expect(
      await refusals(user)('addWorkPackagePhase', { workPackageId: full.id, phase: phaseOf() }),
    ).toEqual(['INVALID phase']);
  });

  test('takes no 501st item', async () => {
    const full = await createPackage(user, { phases: [phaseOf(...Array(500).fill(0))] });
    expect(
      await refusals(user)('addWorkPackageItem', {
        phaseId: full.phases[0]?.id,
        item: { label: 'x' },
      }),
    ).toEqual(['INVALID item']);
  });

  test('takes no 21st collateral of an item', async () => {
    const artifacts = await Promise.all(Array.from({ length: 21 }, () => createArtifact(user)));
    const collateral = artifacts.slice(0, 20).map((artifactId) => ({ artifactId }));
    const full = await createPackage(user, {
      phases: [{ name: 'Phase', items: [{ label: 'Item', collateral }] }],
    });
    const itemId = full.phases[0]?.items[0]?.id;
    expect(await refusals(user)('attachCollateral', { itemId, artifactId: artifacts[20] })).toEqual(
      ['INVALID artifactId'],
    );
  });
});
