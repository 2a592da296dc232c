/** Saving answers: what fits a question, merging, and tabs that save at the same time. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import {
  COMPLETE,
  change,
  createClient,
  intakeOf,
  mutate,
  refusals,
  submittedClient,
  useEveryKind,
} from './operations.ts';

let server: TestServer;
let owner: TestUser;
let clientId: string;

beforeAll(async () => {
  server = await startTestServer();
  owner = server.north.owner;
  await useEveryKind(owner);
  clientId = await createClient(owner, { clientType: 'CORPORATE' });
});
afterAll(() => server.stop());

const save = (answers: unknown, id = clientId) =>
  refusals(owner, 'saveIntakeProgress', { clientId: id, answers });

describe('an answer', () => {
  test.each([
    ['everyText', 'Ann'],
    ['everyText', 'x'.repeat(500)],
    ['everyLong', 'x'.repeat(10_000)],
    ['everyNumber', 1.5],
    ['everyNumber', 10],
    ['everyBoolean', false],
    ['everyDate', '2000-02-29'],
    ['everyChoice', 'B'],
    ['everyChoices', ['A', 'C']],
  ])('to %s may be %j', async (key, value) => {
    expect(await save({ [key]: value })).toEqual([]);
    expect((await intakeOf(owner, clientId)).answers[key]).toEqual(value);
  });

  test.each([
    ['everyText', 5],
    ['everyText', true],
    ['everyText', ['Ann']],
    ['everyText', { a: 1 }],
    ['everyText', 'x'.repeat(501)],
    ['everyText', 'x'.repeat(1_000_000)],
    ['everyText', 'a\u0000b'],
    ['everyText', '\ud800'],
    ['everyLong', 'x'.repeat(10_001)],
    ['everyNumber', '2'],
    ['everyNumber', 1.4],
    ['everyNumber', 10.1],
    ['everyNumber', [2]],
    ['everyBoolean', 'true'],
    ['everyBoolean', 1],
    ['everyDate', '2001-02-29'],
    ['everyDate', '17.05.1990'],
    ['everyDate', 19900517],
    ['everyChoice', 'C'],
    ['everyChoice', ['A']],
    ['everyChoices', 'A'],
    ['everyChoices', ['A', 'D']],
    ['everyChoices', ['A', 'A']],
    ['everyChoices', [1]],
  ])('to %s may not be what it is here (%#)', async (key, value) => {
    expect(await save({ [key]: value })).toEqual([`INVALID answers.${key}`]);
  });

  test.each(['nothing', 'hiddenText', 'firstName', 'toString', 'hasOwnProperty'])(
    'to %s is refused: it is not asked',
    async (key) => {
      expect(await save({ [key]: 'x' })).toEqual([`NOT_FOUND answers.${key}`]);
    },
  );

  test('is refused with all the other wrong ones, and nothing is saved', async () => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    expect(
      await save({ everyText: 'Ann', everyNumber: 0, everyChoice: 'x', nothing: 1 }, id),
    ).toEqual([
      'INVALID answers.everyNumber',
      'INVALID answers.everyChoice',
      'NOT_FOUND answers.nothing',
    ]);
    expect(await intakeOf(owner, id)).toBeNull();
  });

  test.each([[null], ['   '], ['']])('is taken back by %j', async (value) => {
    await save({ everyText: 'Ann', everyLong: 'x' });
    expect(await save({ everyText: value })).toEqual([]);
    expect((await intakeOf(owner, clientId)).answers).not.toHaveProperty('everyText');
    expect((await intakeOf(owner, clientId)).answers.everyLong).toBe('x');
  });

  test('is taken back by an empty list', async () => {
    await save({ everyChoices: ['B'] });
    await save({ everyChoices: [] });
    expect((await intakeOf(owner, clientId)).answers).not.toHaveProperty('everyChoices');
  });
});

describe('answers', () => {
  test.each([[[]], ['x'], [1]])('that are %j are INVALID', async (answers) => {
    expect(await save(answers)).toEqual(['INVALID answers']);
  });

  test('of more than 256 KiB in all are INVALID, and nothing is saved', async () => {
    const questions = Array.from({ length: 30 }, (_, index) => ({
      key: `big${index}`,
      label: 'Big',
      kind: 'LONG_TEXT',
    }));
    await change(owner, 'upsertQuestionBlock', {
      key: 'big',
      title: 'Big',
      category: 'test',
      questions,
    });
    await change(owner, 'upsertIntakePath', {
      clientType: 'SENIOR',
      title: 'Big',
      blockKeys: ['big'],
      packetTypes: ['WELCOME'],
    });
    const id = await createClient(owner, { clientType: 'SENIOR' });
    const big = (from: number, to: number) =>
      Object.fromEntries(questions.slice(from, to).map(({ key }) => [key, 'x'.repeat(10_000)]));
    expect(await save(big(0, 20), id)).toEqual([]);
    expect(await save(big(20, 30), id)).toEqual(['INVALID answers']);
    expect(Object.keys((await intakeOf(owner, id)).answers)).toHaveLength(20);
  });

  test('of an absent client, and of one on an inactive or missing path, are refused', async () => {
    const absent = Buffer.from(`Client:${crypto.randomUUID()}`).toString('base64');
    expect(await save({}, absent)).toEqual(['NOT_FOUND clientId']);
    expect(await save({}, 'x')).toEqual(['INVALID clientId']);
    const foreign = await createClient(server.south.owner);
    expect(await save({}, foreign)).toEqual(['NOT_FOUND clientId']);
    const id = await createClient(owner, { clientType: 'ATHLETE' });
    const path = {
      clientType: 'ATHLETE',
      title: 'Off',
      isActive: false,
      blockKeys: ['every'],
      packetTypes: ['WELCOME'],
    };
    await change(owner, 'upsertIntakePath', path);
    expect(await save({ everyText: 'x' }, id)).toEqual(['UNSUPPORTED clientId']);
    expect(await refusals(owner, 'submitIntake', { clientId: id })).toEqual([
      'UNSUPPORTED clientId',
    ]);
  });

  test('count towards the required ones, rounded down', async () => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    await save({ everyText: 'Ann', everyLong: 'not required' }, id);
    expect(await intakeOf(owner, id)).toMatchObject({
      answered: 1,
      required: 3,
      percent: 33,
      isComplete: false,
      missing: ['everyNumber', 'everyDate'],
    });
    const { intake } = await mutate(
      owner,
      'saveIntakeProgress',
      { clientId: id, answers: COMPLETE },
      'intake { percent isComplete missing path { title } }',
    );
    expect(intake).toEqual({
      percent: 100,
      isComplete: true,
      missing: [],
      path: { title: 'Test' },
    });
  });

  test('can not be saved once they are submitted', async () => {
    const { id } = await submittedClient(owner);
    expect(await save({ firstName: 'Other' }, id)).toEqual(['CONFLICT clientId']);
  });

  test('of a question that was moved out of the questionnaire stay', async () => {
    const id = await createClient(owner, { clientType: 'CORPORATE' });
    await save({ everyText: 'Ann', everyBoolean: true }, id);
    await useEveryKind(owner, {
      questions: [{ key: 'everyText', label: 'Text', kind: 'TEXT', required: true }],
    });
    expect(await intakeOf(owner, id)).toMatchObject({
      answers: { everyText: 'Ann', everyBoolean: true },
      percent: 100,
    });
    await useEveryKind(owner);
  });
});

test('tabs that save at the same time lose no answer', async () => {
  const questions = Array.from({ length: 60 }, (_, index) => ({
    key: `tab${index}`,
    label: 'Tab',
    kind: 'NUMBER',
  }));
  await change(owner, 'upsertQuestionBlock', {
    key: 'tabs',
    title: 'Tabs',
    category: 'test',
    questions,
  });
  await change(owner, 'upsertIntakePath', {
    clientType: 'SENIOR',
    title: 'Tabs',
    blockKeys: ['tabs'],
    packetTypes: ['WELCOME'],
  });
  const id = await createClient(owner, { clientType: 'SENIOR' });
  await Promise.all(
    questions.map(({ key }, index) =>
      change(owner, 'saveIntakeProgress', { clientId: id, answers: { [key]: index } }),
    ),
  );
  expect((await intakeOf(owner, id)).answers).toEqual(
    Object.fromEntries(questions.map(({ key }, index) => [key, index])),
  );
  await Promise.all(
    questions
      .slice(0, 30)
      .map(({ key }) =>
        change(owner, 'saveIntakeProgress', { clientId: id, answers: { [key]: null } }),
      ),
  );
  expect(Object.keys((await intakeOf(owner, id)).answers)).toHaveLength(30);
});
