/** Idempotency keys of starts: what a repeated start returns, refuses or starts again. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeIdOf } from '../../src/platform/global-id.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change, ended, failing, NOBODY, noop, saved, start } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({ settings: { WORKFLOW_RATE_LIMIT_ENABLED: 'false' } });
  user = server.north.owner;
  await saved(user, 'quick', [noop('a')]);
  await saved(user, 'slow', [noop('a', [], { input: { seconds: 3_600 } })]);
  await saved(user, 'failing', [failing('bad')]);
});
afterAll(() => server.stop());

async function payload(by: TestUser, input: object) {
  const { data, errors } = await start(by, input);
  expect(errors).toBeUndefined();
  return data.startWorkflow;
}

async function startedAs(by: TestUser, input: object): Promise<string> {
  const { execution, userErrors } = await payload(by, input);
  expect(userErrors).toEqual([]);
  return execution.id;
}

async function retryOf(id: string): Promise<string | null> {
  const { data } = await user.run(
    'query ($id: ID!) { node(id: $id) { ... on WorkflowExecution { retryOf { id } } } }',
    { id },
  );
  return data.node.retryOf?.id ?? null;
}

const CONFLICT = {
  execution: null,
  userErrors: [{ code: 'CONFLICT', field: ['idempotencyKey'], message: expect.any(String) }],
};

describe('a second start with an idempotency key', () => {
  test('returns the first execution, whoever starts it and at whatever moment', async () => {
    const input = { key: 'quick', idempotencyKey: 'the same', input: { a: 1, b: [2.0] } };
    const starters = [user, server.north.member];
    const ids = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        startedAs(starters[index % 2] as TestUser, { ...input, input: { b: [2], a: 1 } }),
      ),
    );
    expect(new Set(ids).size).toBe(1);
    await ended(user, ids[0] as string);
    expect(await startedAs(user, input)).toBe(ids[0]);
    expect(await retryOf(ids[0] as string)).toBeNull();
  });

  test('starts another workflow all the same, and that of another tenant', async () => {
    const key = { idempotencyKey: 'order-77' };
    const ids = [
      await startedAs(user, { key: 'quick', ...key }),
      await startedAs(user, { key: 'slow', ...key }),
    ];
    await saved(server.south.owner, 'quick', [noop('a')]);
    ids.push(await startedAs(server.south.owner, { key: 'quick', ...key }));
    expect(new Set(ids).size).toBe(3);
  });

  test.each(['quick', 'slow', 'failing'])('and another input is refused for "%s"', async (key) => {
    const given = { key, idempotencyKey: 'other input', input: NOBODY };
    const id = await startedAs(user, given);
    if (key !== 'slow') await ended(user, id);
    expect(await payload(user, { ...given, input: { ...NOBODY, more: true } })).toEqual(CONFLICT);
    expect(await payload(user, { ...given, input: null })).toEqual(CONFLICT);
  });

  test('after the first one FAILED starts one retry, also at the same moment', async () => {
    const given = { key: 'failing', idempotencyKey: 'again', input: NOBODY };
    const first = await startedAs(user, given);
    await ended(user, first);
    await saved(user, 'failing', [noop('mended', [], { input: { seconds: 3_600 } })]);
    const ids = await Promise.all(Array.from({ length: 8 }, () => startedAs(user, given)));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).not.toBe(first);
    expect(await retryOf(ids[0] as string)).toBe(first);
    await saved(user, 'failing', [failing('bad')]);
  });

  test('after the first one was CANCELLED starts a retry, and so on', async () => {
    const given = { key: 'slow', idempotencyKey: 'cancelled' };
    const ids = [await startedAs(user, given)];
    for (const turn of [0, 1]) {
      await change(user, 'cancelWorkflowExecution', ids[turn] as string);
      ids.push(await startedAs(user, given));
    }
    expect(new Set(ids).size).toBe(3);
    expect(await retryOf(ids[1] as string)).toBe(ids[0]);
    expect(await retryOf(ids[2] as string)).toBe(ids[1]);
  });

  test('starts the workflow again once the key is forgotten, with any input', async () => {
    const given = { key: 'quick', idempotencyKey: 'long ago' };
    const first = await startedAs(user, given);
    const age = (days: number) =>
      server.app.platform.database.pool.query(
        `update workflow_execution set "createdAt" = now() - make_interval(days => $2) where id = $1`,
        [decodeIdOf(['WorkflowExecution'], first), days],
      );
    await age(29);
    expect(await startedAs(user, given)).toBe(first);
    await age(31);
    const second = await startedAs(user, { ...given, input: { another: true } });
    expect(second).not.toBe(first);
    expect(await retryOf(second)).toBeNull();
  });
});

test('an execution that was started again can not be resumed, and one that goes on is not started again', async () => {
  const resume = async (id: string) =>
    (await change(user, 'resumeWorkflowExecution', id)).data.resumeWorkflowExecution.userErrors;
  const given = { key: 'failing', idempotencyKey: 'resumed', input: NOBODY };
  const first = await startedAs(user, given);
  await ended(user, first);
  expect(await resume(first)).toEqual([]);
  await ended(user, first);
  const second = await startedAs(user, given);
  expect(await resume(first)).toEqual([
    { code: 'CONFLICT', field: ['id'], message: expect.stringContaining('retry') },
  ]);
  await ended(user, second);
  expect(await resume(second)).toEqual([]);
});
