/** The input that a workflow declares: which schemas are taken, and which inputs fit. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { ended, noop, save, saved, start } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({ settings: { WORKFLOW_RATE_LIMIT_ENABLED: 'false' } });
  user = server.north.owner;
});
afterAll(() => server.stop());

const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://orders.example/input',
  type: 'object',
  required: ['order'],
  properties: {
    order: { $ref: '#/$defs/order' },
    email: { type: ['string', 'null'], format: 'email' },
    size: { enum: ['S', 'M'] },
  },
  additionalProperties: false,
  $defs: {
    order: {
      type: 'object',
      required: ['number'],
      properties: { number: { type: 'integer', minimum: 1 }, 'a/b': { type: 'string' } },
    },
  },
};

async function startWith(key: string, input: object, more: object = {}) {
  const { data, errors } = await start(user, { key, input, ...more });
  expect(errors).toBeUndefined();
  return data.startWorkflow;
}

test('is shown with the workflow in the version that declares it, and null without one', async () => {
  const shown = async (key: string) =>
    (await user.run('query ($key: String!) { workflow(key: $key) { inputSchema } }', { key })).data
      .workflow.inputSchema;
  await saved(user, 'shown', [noop('a')]);
  expect(await shown('shown')).toBeNull();
  await saved(user, 'shown', [noop('a')], { inputSchema: SCHEMA });
  expect(await shown('shown')).toEqual(SCHEMA);
  await saved(user, 'shown', [noop('a')], { inputSchema: null });
  expect(await shown('shown')).toBeNull();
});

test('lets an input start that fits', async () => {
  await saved(user, 'fitting', [noop('a')], { inputSchema: SCHEMA });
  const input = { order: { number: 1, more: true }, email: null, size: 'M' };
  const { execution, userErrors } = await startWith('fitting', input);
  expect(userErrors).toEqual([]);
  expect(await ended(user, execution.id)).toMatchObject({ status: 'COMPLETED', input });
});

test.each<[object, [string, string[]][]]>([
  [{}, [['REQUIRED', ['input', 'order']]]],
  [{ order: null }, [['INVALID', ['input', 'order']]]],
  [{ order: {} }, [['REQUIRED', ['input', 'order', 'number']]]],
  [
    { order: { number: 0.5, 'a/b': 1 }, size: 'L', email: 'x' },
    [
      ['INVALID', ['input', 'order', 'number']],
      ['INVALID', ['input', 'order', 'number']],
      ['INVALID', ['input', 'order', 'a/b']],
      ['INVALID', ['input', 'email']],
      ['INVALID', ['input', 'size']],
    ],
  ],
  [{ order: { number: 1 }, ordr: 2 }, [['INVALID', ['input', 'ordr']]]],
])('refuses %j with an error at each place, and starts nothing', async (input, problems) => {
  await saved(user, 'refusing', [noop('a')], { inputSchema: SCHEMA });
  for (const more of [{}, { idempotencyKey: crypto.randomUUID() }]) {
    const { execution, userErrors } = await startWith('refusing', input, more);
    expect(execution).toBeNull();
    const found = userErrors.map(({ code, field }: any) => [code, field]);
    expect(found.sort()).toEqual(problems.sort());
  }
  const { data } = await user.run(
    '{ workflowExecutions(filter: { workflowKey: "refusing" }) { totalCount } }',
  );
  expect(data.workflowExecutions.totalCount).toBe(0);
});

test('of a later version does not refuse a repeated start', async () => {
  await saved(user, 'repeated', [noop('a')]);
  const key = { idempotencyKey: 'once' };
  const { execution } = await startWith('repeated', {}, key);
  await saved(user, 'repeated', [noop('a')], { inputSchema: SCHEMA });
  expect((await startWith('repeated', {}, key)).execution.id).toBe(execution.id);
});

test.each([
  [{ type: 'nothing' }, ['inputSchema', 'type']],
  [{ properties: { a: { tipe: 'string' } } }, ['inputSchema']],
  [{ properties: { a: { pattern: '(' } } }, ['inputSchema']],
  [{ properties: { a: { format: 'nothing' } } }, ['inputSchema']],
  [{ $ref: 'https://orders.example/input' }, ['inputSchema']],
  [{ $schema: 'http://json-schema.org/draft-07/schema#' }, ['inputSchema']],
  ['object', ['inputSchema']],
  [[], ['inputSchema']],
  [{ title: 'a\u0000b' }, ['inputSchema']],
  [{ title: 'x'.repeat(70_000) }, ['inputSchema']],
])('%j is not taken as a schema', async (inputSchema, field) => {
  const { userErrors, workflow } = await save(user, 'wrong', [noop('a')], { inputSchema });
  expect(workflow).toBeNull();
  expect(userErrors).toEqual([{ code: 'INVALID', field, message: expect.any(String) }]);
});

test('whose pattern would take hours costs a moment, and nobody else anything', async () => {
  const inputSchema = { properties: { text: { pattern: '^(a+)+$' } } };
  await saved(user, 'slow', [noop('a')], { inputSchema });
  let isChecked = false;
  const checked = startWith('slow', { text: `${'a'.repeat(60)}!` }).finally(() => {
    isChecked = true;
  });
  // It takes half a second, in which others are served.
  let served = 0;
  for (; !isChecked; served += 1) await server.south.owner.run('{ __typename }');
  expect(served).toBeGreaterThan(8);
  const { userErrors } = await checked;
  expect(userErrors).toEqual([
    { code: 'INVALID', field: ['input'], message: expect.stringContaining('too long') },
  ]);
});
