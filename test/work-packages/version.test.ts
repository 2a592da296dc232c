/**
 * The version of a package: each transaction that changes something in it adds exactly 1, one that
 * changes nothing adds 0.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { waitsForLock } from '../support/locks.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import {
  BODIES,
  type CreatedPackage,
  change,
  createArtifact,
  createPackage,
  type MutationName,
  mutate,
  phaseOf,
  read,
  refusals,
  versionOf,
} from './operations.ts';

let server: TestServer;
let user: TestUser;
let workPackage: CreatedPackage;
let blog: string;
let otherBlog: string;
const ids = { phase: '', secondPhase: '', item: '', secondItem: '', collateral: '' };

beforeAll(async () => {
  server = await startTestServer();
  user = server.north.member;
});
afterAll(() => server.stop());

beforeEach(async () => {
  [blog, otherBlog] = [await createArtifact(user), await createArtifact(user)];
  const items = [
    { label: 'First', estimatedHoursEach: 2, collateral: [{ artifactId: blog }] },
    { label: 'Second' },
  ];
  workPackage = await createPackage(user, {
    description: 'What it is about',
    startDate: '2026-03-02',
    contactId: server.north.contactId,
    phases: [{ name: 'One', description: 'First', items }, phaseOf(3)],
  });
  const [phase, secondPhase] = workPackage.phases;
  const [item, secondItem] = phase?.items ?? [];
  Object.assign(ids, {
    phase: phase?.id,
    secondPhase: secondPhase?.id,
    item: item?.id,
    secondItem: secondItem?.id,
    collateral: item?.collateral[0]?.id,
  });
});

test('a new package has version 1, whatever is in it', () => {
  expect(workPackage.version).toBe(1);
});

/** [what, mutation, its input] */
type Case = [string, MutationName, () => object];

const CHANGES: Case[] = [
  ['another title', 'updateWorkPackage', () => ({ id: workPackage.id, title: 'Shop' })],
  [
    'all fields at once',
    'updateWorkPackage',
    () => ({
      id: workPackage.id,
      title: 'Shop',
      description: null,
      status: 'ACTIVE',
      contactId: null,
      companyId: null,
      startDate: null,
    }),
  ],
  [
    'another start, which moves all phases',
    'updateWorkPackage',
    () => ({ id: workPackage.id, startDate: '2026-04-01' }),
  ],
  [
    'a phase with items and collateral',
    'addWorkPackagePhase',
    () => ({ workPackageId: workPackage.id, phase: phaseOf(1, 2), position: 0 }),
  ],
  ['another name', 'updateWorkPackagePhase', () => ({ id: ids.phase, name: 'Other' })],
  ['another position', 'updateWorkPackagePhase', () => ({ id: ids.phase, position: 1 })],
  ['a phase with two items', 'removeWorkPackagePhase', () => ({ id: ids.phase })],
  [
    'an item',
    'addWorkPackageItem',
    () => ({
      phaseId: ids.phase,
      item: { label: 'x', collateral: [{ artifactId: blog }, { artifactId: otherBlog }] },
      position: 0,
    }),
  ],
  ['another label', 'updateWorkPackageItem', () => ({ id: ids.item, label: 'Other' })],
  ['progress', 'updateWorkPackageItem', () => ({ id: ids.item, status: 'COMPLETED' })],
  ['another position', 'updateWorkPackageItem', () => ({ id: ids.item, position: 1 })],
  ['an item with collateral', 'removeWorkPackageItem', () => ({ id: ids.item })],
  ['an artifact', 'attachCollateral', () => ({ itemId: ids.item, artifactId: otherBlog })],
  ['an artifact', 'detachCollateral', () => ({ id: ids.collateral })],
  ['the title of an artifact in it', 'updateArtifact', () => ({ id: blog, title: 'Other' })],
  [
    'the content of an artifact in it',
    'updateArtifact',
    () => ({ id: blog, body: { blog: { content: 'Other' } } }),
  ],
  ['the status of an artifact in it', 'updateArtifact', () => ({ id: blog, status: 'PUBLISHED' })],
  ['an artifact in it', 'deleteArtifact', () => ({ id: blog })],
];

describe('rises by exactly 1 with', () => {
  test.each(CHANGES)('%s, %s', async (_what, mutation, input) => {
    await change(user)(mutation, input());
    expect(await versionOf(user, workPackage.id)).toBe(2);
  });
});

const NO_CHANGES: Case[] = [
  ['no fields', 'updateWorkPackage', () => ({ id: workPackage.id })],
  [
    'the fields that it has',
    'updateWorkPackage',
    () => ({
      id: workPackage.id,
      title: 'Website',
      description: 'What it is about',
      status: 'DRAFT',
      startDate: '2026-03-02',
    }),
  ],
  [
    'the contact and company that it has',
    'updateWorkPackage',
    () => ({
      id: workPackage.id,
      contactId: server.north.contactId,
      companyId: server.north.organizationId,
    }),
  ],
  [
    'the name and place that it has',
    'updateWorkPackagePhase',
    () => ({ id: ids.phase, name: 'One', description: 'First', position: 0 }),
  ],
  [
    'the label, size and place that it has',
    'updateWorkPackageItem',
    () => ({ id: ids.item, label: 'First', quantity: 1, estimatedHoursEach: 2, position: 0 }),
  ],
  [
    'the progress that it has',
    'updateWorkPackageItem',
    () => ({ id: ids.item, status: 'NOT_STARTED', progressCompleted: 0 }),
  ],
  ['no fields', 'updateArtifact', () => ({ id: blog })],
  [
    'the fields that it has',
    'updateArtifact',
    () => ({ id: blog, title: 'A Blog', status: 'DRAFT', body: BODIES.Blog }),
  ],
  [
    'an artifact that is in no package',
    'updateArtifact',
    () => ({ id: otherBlog, title: 'Other' }),
  ],
  ['an artifact that is in no package', 'deleteArtifact', () => ({ id: otherBlog })],
];

describe('does not rise with', () => {
  test.each(NO_CHANGES)('%s, %s', async (_what, mutation, input) => {
    await change(user)(mutation, input());
    expect(await versionOf(user, workPackage.id)).toBe(1);
  });

  test.each(['Persona', 'Template', 'Deck', 'Page'] as const)(
    'the content that a %s has, updateArtifact',
    async (type) => {
      const artifactId = await createArtifact(user, type);
      await change(user)('attachCollateral', { itemId: ids.item, artifactId });
      await change(user)('updateArtifact', {
        id: artifactId,
        title: `A ${type}`,
        body: BODIES[type],
      });
      expect(await versionOf(user, workPackage.id)).toBe(2);
    },
  );

  test('what was refused', async () => {
    expect(
      await refusals(user)('attachCollateral', { itemId: ids.item, artifactId: blog }),
    ).toEqual(['TAKEN artifactId']);
    expect(await versionOf(user, workPackage.id)).toBe(1);
  });
});

test('a change that changes nothing leaves updatedAt as it is', async () => {
  const query = 'query ($id: ID!) { workPackage(id: $id) { updatedAt } }';
  const before = await read(user, query, { id: workPackage.id });
  await change(user)('updateWorkPackage', { id: workPackage.id, title: 'Website' });
  expect(await read(user, query, { id: workPackage.id })).toEqual(before);
});

test('an artifact in several packages raises each of them by 1, also one that has it twice', async () => {
  const collateral = [{ artifactId: blog }];
  const twice = await createPackage(user, {
    phases: [
      {
        name: 'x',
        items: [
          { label: 'x', collateral },
          { label: 'y', collateral },
        ],
      },
    ],
  });
  await change(user)('updateArtifact', { id: blog, title: 'Shared' });
  await change(user)('deleteArtifact', { id: blog });
  expect([await versionOf(user, workPackage.id), await versionOf(user, twice.id)]).toEqual([3, 3]);
});

test('two artifacts of the same packages, changed at once many times, raise each package by each change', async () => {
  const collateral = [{ artifactId: blog }, { artifactId: otherBlog }];
  const packages = await Promise.all(
    [1, 2, 3].map(() =>
      createPackage(user, { phases: [{ name: 'x', items: [{ label: 'x', collateral }] }] }),
    ),
  );
  const titles = Array.from({ length: 10 }, (_, index) => `Title ${index}`);
  await Promise.all(
    titles.flatMap((title) =>
      [blog, otherBlog].map((id) => change(user)('updateArtifact', { id, title })),
    ),
  );
  expect(await Promise.all(packages.map((one) => versionOf(user, one.id)))).toEqual([21, 21, 21]);
});

/**
 * Somebody holds the package, so that the artifact is on its way into it and not there yet when it
 * is changed.
 */
test.each([
  ['updateArtifact', () => ({ id: otherBlog, title: 'Changed on the way' })],
  ['deleteArtifact', () => ({ id: otherBlog })],
] as const)('an artifact that is being attached counts for %s', async (mutation, input) => {
  const holder = new pg.Client({ connectionString: server.databaseUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from work_package for update');
  const attached = change(user)('attachCollateral', { itemId: ids.item, artifactId: otherBlog });
  await waitsForLock(holder);
  const changed = change(user)(mutation, input());
  // The change may wait in the process, where nobody sees it. Too short a time fails nothing.
  await sleep(200);
  await holder.query('commit');
  await holder.end();
  await Promise.all([attached, changed]);
  expect(await versionOf(user, workPackage.id)).toBe(3);
});

describe('a known version', () => {
  test('lets a change through when it is the stored one', async () => {
    const changed = await change(user)(
      'updateWorkPackage',
      { id: workPackage.id, version: 1, title: 'Shop' },
      'workPackage { version title }',
    );
    expect(changed.workPackage).toEqual({ version: 2, title: 'Shop' });
  });

  test.each([0, 2])('is STALE when it is %i, and nothing changes', async (version) => {
    const answer = await mutate(user)(
      'updateWorkPackage',
      { id: workPackage.id, version, title: 'Shop' },
      'workPackage { id }',
    );
    expect(answer).toMatchObject({
      workPackage: null,
      userErrors: [{ code: 'STALE', field: ['version'] }],
    });
    expect(await versionOf(user, workPackage.id)).toBe(1);
  });

  test('lets one of many writers through', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        refusals(user)('updateWorkPackage', {
          id: workPackage.id,
          version: 1,
          title: `Title ${n}`,
        }),
      ),
    );
    expect(answers.filter((errors) => errors.length === 0)).toHaveLength(1);
    expect(answers.flat()).toEqual(Array(4).fill('STALE version'));
  });
});
