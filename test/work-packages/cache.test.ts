/**
 * Whole packages are cached by their version: fast, and never older than the last committed change.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitsForLock } from '../support/locks.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change, createArtifact, createPackage, phaseOf, read } from './operations.ts';

let server: TestServer;
let other: TestServer;
let user: TestUser;
let colleague: TestUser;

beforeAll(async () => {
  server = await startTestServer();
  other = await startTestServer({ shareWith: server });
  [user, colleague] = [server.north.owner, other.north.owner];
});
afterAll(async () => {
  await other.stop();
  await server.stop();
});

const DETAIL = `query ($id: ID!) { workPackage(id: $id) {
  title version phases { name items { label progressCompleted collateral { artifact { title } } } }
} }`;

async function measured(reader: TestUser, id: string) {
  const answer = await reader.run(DETAIL, { id }, { 'x-performance': '1' });
  return {
    cacheHit: answer.extensions?.performance?.cacheHit,
    sqlStatements: answer.extensions?.performance?.sqlStatements,
    data: answer.data,
  };
}

describe('extensions.performance', () => {
  test('shows the first read of a detail as no hit', async () => {
    const { id } = await createPackage(user, { phases: [phaseOf(1)] });
    await read(user, '{ viewer { role } }');
    expect(await measured(colleague, id)).toMatchObject({ cacheHit: false, sqlStatements: 2 });
  });

  test('shows the second read as a hit with at most one statement', async () => {
    const { id } = await createPackage(user, { phases: [phaseOf(1)] });
    const first = await measured(user, id);
    const second = await measured(user, id);
    expect(second).toMatchObject({ cacheHit: true, sqlStatements: 1 });
    expect(second.data).toEqual(first.data);
  });

  test('is left out unless it is asked for', async () => {
    expect((await user.run('{ viewer { role } }')).extensions).toBeUndefined();
  });
});

describe('a reader in another process sees', () => {
  const CHANGES: [
    string,
    (item: string, phase: string, blog: string) => Promise<unknown>,
    (detail: any) => unknown,
    unknown,
  ][] = [
    [
      'a new label',
      (id) => change(user)('updateWorkPackageItem', { id, label: 'New' }),
      (detail) => detail.phases[0].items[0].label,
      'New',
    ],
    [
      'progress',
      (id) => change(user)('updateWorkPackageItem', { id, progressCompleted: 7 }),
      (detail) => detail.phases[0].items[0].progressCompleted,
      7,
    ],
    [
      'a removed item',
      (id) => change(user)('removeWorkPackageItem', { id }),
      (detail) => detail.phases[0].items,
      [],
    ],
    [
      'a new name of a phase',
      (_, id) => change(user)('updateWorkPackagePhase', { id, name: 'New' }),
      (detail) => detail.phases[0].name,
      'New',
    ],
    [
      'a changed artifact',
      (_, __, id) => change(user)('updateArtifact', { id, title: 'New' }),
      (detail) => detail.phases[0].items[0].collateral[0].artifact.title,
      'New',
    ],
    [
      'a deleted artifact',
      (_, __, id) => change(user)('deleteArtifact', { id }),
      (detail) => detail.phases[0].items[0].collateral,
      [{ artifact: null }],
    ],
  ];

  test.for(CHANGES)('%s at once', async ([_what, apply, seen, expected]) => {
    const blog = await createArtifact(user);
    const { id, phases } = await createPackage(user, {
      phases: [{ name: 'Phase', items: [{ label: 'Item', collateral: [{ artifactId: blog }] }] }],
    });
    await measured(colleague, id);
    await apply(phases[0]?.items[0]?.id ?? '', phases[0]?.id ?? '', blog);
    expect(seen((await measured(colleague, id)).data.workPackage)).toEqual(expected);
  });
});

test('readers of two processes never see less than what was committed before they asked', async () => {
  const { id, phases } = await createPackage(user, { phases: [phaseOf(1)] });
  const itemId = phases[0]?.items[0]?.id;
  let committed = 0;
  let writing = true;
  const write = async () => {
    for (let progress = 1; progress <= 60; progress += 1) {
      await change(progress % 2 ? user : colleague)('updateWorkPackageItem', {
        id: itemId,
        progressCompleted: progress,
      });
      committed = progress;
    }
    writing = false;
  };
  const readOn = async (reader: TestUser) => {
    while (writing) {
      const atLeast = committed;
      const { workPackage } = await read(reader, DETAIL, { id });
      expect(workPackage.phases[0].items[0].progressCompleted).toBeGreaterThanOrEqual(atLeast);
    }
  };
  await Promise.all([write(), readOn(user), readOn(colleague), readOn(user)]);
});

/**
 * Found by reading: one request reads a package, the package changes, and a later part of the same
 * request reads it again. What the request had loaded for the old version must not be cached as the
 * content of the new one. Holding a lock on the contacts' table stops the request between the two
 * reads.
 */
test('a request that sees a package at two versions leaves the right content for others', async () => {
  const { id, phases } = await createPackage(colleague, {
    contactId: server.north.contactId,
    phases: [phaseOf(1)],
  });
  const lock = new pg.Client({ connectionString: server.databaseUrl });
  await lock.connect();
  await lock.query('begin');
  await lock.query('lock table contact in access exclusive mode');
  const request = read(
    user,
    `{ workPackages(first: 1) { nodes {
      phases { items { label } } contact { workPackages(first: 1) { nodes { version phases { items { label } } } } }
    } } }`,
  );
  await waitsForLock(lock);
  await change(colleague)('updateWorkPackageItem', { id: phases[0]?.items[0]?.id, label: 'New' });
  await lock.query('commit');
  await lock.end();
  await request;
  expect((await read(user, DETAIL, { id })).workPackage.phases[0].items[0].label).toBe('New');
});
