/** Question blocks and intake paths as data, and the caches that they are read from. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/live.ts';
import { NO_REDIS, startRedis } from '../support/redis.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change, mutate, read, refusals } from './operations.ts';

let server: TestServer;
let owner: TestUser;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  owner = server.north.owner;
});
afterAll(() => server.stop());

const TEXT = { label: 'Label', kind: 'TEXT' };
const block = (input: object = {}) => ({
  key: 'mine',
  title: 'Mine',
  category: 'mine',
  questions: [{ key: 'mineOne', ...TEXT }],
  ...input,
});
const path = (input: object = {}) => ({
  clientType: 'SENIOR',
  title: 'Seniors',
  blockKeys: ['mine'],
  packetTypes: ['WELCOME'],
  ...input,
});
const refusedBlock = (input: object) => refusals(owner, 'upsertQuestionBlock', block(input));
const refusedQuestion = (question: object) =>
  refusedBlock({ questions: [{ key: 'mineOne', ...TEXT, ...question }] });

describe('a question block', () => {
  test('is created, then replaced by its key with all its questions', async () => {
    const fields =
      'questionBlock { id key title category position isActive questions { key label kind required options unit min max } }';
    const number = {
      key: 'mineTwo',
      label: 'Weight',
      kind: 'NUMBER',
      required: true,
      unit: 'kg',
      min: 1.5,
      max: 300,
    };
    const created = await change(
      owner,
      'upsertQuestionBlock',
      block({ position: 3, questions: [number, { key: 'mineOne', ...TEXT }] }),
      fields,
    );
    expect(created.questionBlock).toMatchObject({
      title: 'Mine',
      position: 3,
      isActive: true,
      questions: [
        { ...number, options: [] },
        {
          key: 'mineOne',
          kind: 'TEXT',
          required: false,
          options: [],
          unit: null,
          min: null,
          max: null,
        },
      ],
    });
    const choice = {
      key: 'mineThree',
      label: 'Choice',
      kind: 'SINGLE_CHOICE',
      options: ['A', 'B'],
    };
    const replaced = await change(
      owner,
      'upsertQuestionBlock',
      block({ title: 'New', isActive: false, questions: [choice] }),
      fields,
    );
    expect(replaced.questionBlock).toMatchObject({
      id: created.questionBlock.id,
      title: 'New',
      position: 0,
      isActive: false,
      questions: [choice],
    });
  });

  test.each([
    [{ key: '' }, 'key'],
    [{ key: '1a' }, 'key'],
    [{ key: 'a b' }, 'key'],
    [{ key: 'constructor' }, 'key'],
    [{ title: ' ' }, 'title'],
    [{ title: 'x'.repeat(201) }, 'title'],
    [{ category: '' }, 'category'],
    [{ position: -1 }, 'position'],
    [
      { questions: Array.from({ length: 101 }, (_, index) => ({ key: `q${index}`, ...TEXT })) },
      'questions',
    ],
  ])('is INVALID with %j (%#)', async (input, field) => {
    expect(await refusedBlock(input)).toEqual([`INVALID ${field}`]);
  });

  test.each([
    [{ key: '__proto__' }, 'key'],
    [{ label: '' }, 'label'],
    [{ kind: 'NUMBER', min: 2, max: 1 }, 'max'],
    [{ min: 1 }, 'min'],
    [{ kind: 'DATE', max: 1 }, 'max'],
    [{ kind: 'SINGLE_CHOICE' }, 'options'],
    [{ kind: 'MULTIPLE_CHOICE', options: [] }, 'options'],
    [{ kind: 'SINGLE_CHOICE', options: ['A', 'A'] }, 'options'],
    [{ options: ['A'] }, 'options'],
    [{ kind: 'SINGLE_CHOICE', options: ['A', ' '] }, 'options.1'],
  ])('is INVALID with a question of %j', async (question, field) => {
    expect(await refusedQuestion(question)).toEqual([`INVALID questions.0.${field}`]);
  });

  test('may not have a key of another question, in it or in another block', async () => {
    await change(owner, 'upsertQuestionBlock', block());
    const twice = {
      questions: [
        { key: 'a', ...TEXT },
        { key: 'b', ...TEXT },
        { key: 'a', ...TEXT },
      ],
    };
    expect(await refusedBlock(twice)).toEqual(['TAKEN questions.2.key']);
    const other = {
      key: 'other',
      questions: [
        { key: 'otherOne', ...TEXT },
        { key: 'mineOne', ...TEXT },
      ],
    };
    expect(await refusedBlock(other)).toEqual(['TAKEN questions.1.key']);
    expect(
      (await read(owner, '{ questionBlocks(category: "mine") { key } }')).questionBlocks,
    ).toEqual([{ key: 'mine' }]);
  });

  test('of two that take one key at the same time gets it once', async () => {
    const inputs = ['left', 'right'].map((key) =>
      block({ key, category: 'race', questions: [{ key: 'raced', ...TEXT }] }),
    );
    const refused = await Promise.all(
      inputs.map((input) => refusals(owner, 'upsertQuestionBlock', input)),
    );
    expect(refused.flat()).toEqual(['TAKEN questions.0.key']);
  });

  test('is listed by position, by category, and when inactive only if asked for', async () => {
    await change(
      owner,
      'upsertQuestionBlock',
      block({ key: 'late', category: 'sorted', position: 9, questions: [] }),
    );
    await change(
      owner,
      'upsertQuestionBlock',
      block({ key: 'early', category: 'sorted', position: 2, questions: [] }),
    );
    await change(
      owner,
      'upsertQuestionBlock',
      block({ key: 'off', category: 'sorted', position: 5, isActive: false, questions: [] }),
    );
    const keys = async (args: string) =>
      (await read(owner, `{ questionBlocks(${args}) { key } }`)).questionBlocks.map(
        ({ key }: any) => key,
      );
    expect(await keys('category: "sorted"')).toEqual(['early', 'late']);
    expect(await keys('category: "sorted", includeInactive: true')).toEqual([
      'early',
      'off',
      'late',
    ]);
    expect(await keys('category: "none"')).toEqual([]);
    expect(await keys('includeInactive: true')).toEqual(
      expect.arrayContaining(['early', 'off', 'late', 'mine']),
    );
  });
});

describe('an intake path', () => {
  test('is replaced by its client type, with its blocks in the given order', async () => {
    await change(owner, 'upsertQuestionBlock', block());
    await change(owner, 'upsertQuestionBlock', block({ key: 'more', questions: [] }));
    const fields = 'intakePath { clientType title isActive packetTypes blocks { key } }';
    const { intakePath } = await change(
      owner,
      'upsertIntakePath',
      path({ blockKeys: ['more', 'mine'], packetTypes: ['YOUTH', 'WELCOME'] }),
      fields,
    );
    expect(intakePath).toEqual({
      clientType: 'SENIOR',
      title: 'Seniors',
      isActive: true,
      packetTypes: ['YOUTH', 'WELCOME'],
      blocks: [{ key: 'more' }, { key: 'mine' }],
    });
    await change(owner, 'upsertIntakePath', path({ isActive: false }));
    const stored = await read(
      owner,
      '{ intakePath(clientType: SENIOR) { isActive blocks { key } } intakePaths { clientType } }',
    );
    expect(stored.intakePath).toEqual({ isActive: false, blocks: [{ key: 'mine' }] });
    expect(stored.intakePaths.map(({ clientType }: any) => clientType)).toEqual([
      'INDIVIDUAL',
      'ATHLETE',
      'YOUTH',
      'CORPORATE',
    ]);
    expect(
      (await read(owner, '{ intakePaths(includeInactive: true) { clientType } }')).intakePaths,
    ).toHaveLength(5);
  });

  test.each([
    [
      { blockKeys: ['mine', 'nothing', 'a\u0000'] },
      ['NOT_FOUND blockKeys.1', 'NOT_FOUND blockKeys.2'],
    ],
    [{ blockKeys: ['mine', 'mine'] }, ['INVALID blockKeys.1']],
    [{ blockKeys: [] }, ['INVALID blockKeys']],
    [{ packetTypes: [] }, ['INVALID packetTypes']],
    [{ packetTypes: ['WELCOME', 'WELCOME'] }, ['INVALID packetTypes.1']],
    [{ title: '' }, ['INVALID title']],
  ])('is refused with %j, and stays as it was', async (input, refused) => {
    await change(owner, 'upsertQuestionBlock', block());
    await change(owner, 'upsertIntakePath', path({ title: 'Before' }));
    expect(await refusals(owner, 'upsertIntakePath', path({ title: 'After', ...input }))).toEqual(
      refused,
    );
    expect(
      (await read(owner, '{ intakePath(clientType: SENIOR) { title blocks { key } } }')).intakePath,
    ).toEqual({
      title: 'Before',
      blocks: [{ key: 'mine' }],
    });
  });
});

test("another tenant's blocks are its own", async () => {
  await change(owner, 'upsertQuestionBlock', block());
  expect(await refusals(server.south.owner, 'upsertIntakePath', path())).toEqual([
    'NOT_FOUND blockKeys.0',
  ]);
  expect(await refusals(server.south.owner, 'upsertQuestionBlock', block())).toEqual([]);
});

describe('the caches', () => {
  const statements = async (query: string) =>
    (await owner.run(query, {}, { 'x-performance': '1' })).extensions?.performance?.sqlStatements;
  const CATALOG =
    '{ intakePath(clientType: INDIVIDUAL) { blocks { questions { label } } } questionBlocks(category: "profile") { title } }';

  test('answer what was read once, until a block or a path changes', async () => {
    await change(owner, 'upsertQuestionBlock', block());
    expect([await statements(CATALOG), await statements(CATALOG)]).toEqual([1, 0]);
    const { id } = (await read(owner, '{ questionBlocks { id } }')).questionBlocks[0];
    expect(await statements(`{ node(id: "${id}") { ... on QuestionBlock { title } } }`)).toBe(0);
    await change(owner, 'upsertQuestionBlock', block({ title: 'Renamed' }));
    expect(
      (await read(owner, '{ questionBlocks(category: "mine") { title } }')).questionBlocks[0],
    ).toEqual({ title: 'Renamed' });
  });

  test('stay when another tenant changes its own', async () => {
    await statements(CATALOG);
    await change(server.south.owner, 'upsertQuestionBlock', block());
    expect(await statements(CATALOG)).toBe(0);
  });

  test('count hits and misses in system.caches', async () => {
    const figures = async () =>
      (
        await read(owner, '{ system { caches { name hits misses size hitRate } } }')
      ).system.caches.find((one: any) => one.name === 'intake-catalog');
    const before = await figures();
    await read(owner, CATALOG);
    const after = await figures();
    expect(after.hits + after.misses).toBeGreaterThan(before.hits + before.misses);
    expect(after.size).toBeGreaterThan(0);
    expect(after.hitRate).toBeCloseTo(after.hits / (after.hits + after.misses));
  });

  test('never keep a load that was under way when its key was dropped', async () => {
    const cache = server.app.platform.caches.create<{ at: string }>({
      name: 'test',
      ttlMs: 60_000,
    });
    const { promise, resolve } = Promise.withResolvers<{ at: string }>();
    const before = cache.get('tenant', () => promise);
    cache.drop('tenant');
    const after = cache.get('tenant', async () => ({ at: 'after' }));
    resolve({ at: 'before' });
    expect([await before, await after]).toEqual([{ at: 'before' }, { at: 'after' }]);
    expect(cache.peek('tenant')?.at).not.toBe('before');
  });

  test('never keep what was read before a change that came meanwhile', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [, { questionBlock }] = await Promise.all([
        read(owner, CATALOG),
        mutate(
          owner,
          'upsertQuestionBlock',
          block({ title: `Round ${round}` }),
          'questionBlock { title }',
        ),
        read(owner, CATALOG),
      ]);
      expect(
        (await read(owner, '{ questionBlocks(category: "mine") { title } }')).questionBlocks[0],
      ).toEqual(questionBlock);
    }
  });

  test('are dropped in every process, and not trusted while Redis is away', async ({ skip }) => {
    if (NO_REDIS) skip(NO_REDIS);

    const redis = await startRedis();
    const settings = { REDIS_URL: redis.url };
    const one = await startTestServer({ worker: false, settings });
    const other = await startTestServer({ worker: false, settings, shareWith: one });
    const titles = async () =>
      (
        await read(other.north.owner, '{ questionBlocks(category: "mine") { title } }')
      ).questionBlocks
        .map((row: any) => row.title)
        .join();
    try {
      await eventually(
        'both listen',
        () => one.app.platform.pubsub.connected && other.app.platform.pubsub.connected,
      );
      for (const title of ['First', 'Second', 'Third']) {
        await titles();
        await change(one.north.owner, 'upsertQuestionBlock', block({ title }));
        await eventually(
          `the other process knows "${title}"`,
          async () => (await titles()) === title,
        );
      }
      await redis.kill();
      await eventually('the other process has noticed', () => !other.app.platform.pubsub.connected);
      await change(one.north.owner, 'upsertQuestionBlock', block({ title: 'Without Redis' }));
      expect(await titles()).toBe('Without Redis');
      await redis.start();
      await eventually(
        'the other process listens again',
        () => other.app.platform.pubsub.connected,
      );
      expect(await titles()).toBe('Without Redis');
    } finally {
      await other.stop();
      await one.stop();
      await redis.kill();
    }
  });
});
