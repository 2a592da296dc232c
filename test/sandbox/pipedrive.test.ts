/** The sandbox Pipedrive, asked as its documentation says. */
import { afterEach, expect, test } from 'vitest';
import {
  type PipedriveSandbox,
  type PipedriveSandboxOptions,
  startPipedriveSandbox,
} from '../../src/sandbox/pipedrive.ts';

const running: PipedriveSandbox[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

async function start(options: PipedriveSandboxOptions = {}): Promise<PipedriveSandbox> {
  const sandbox = await startPipedriveSandbox({ size: 40, rateLimit: null, ...options });
  running.push(sandbox);
  return sandbox;
}

async function get(sandbox: PipedriveSandbox, path: string, token = sandbox.token) {
  const response = await fetch(`${sandbox.url}${path}`, { headers: { 'x-api-token': token } });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : null,
  };
}

async function all(
  sandbox: PipedriveSandbox,
  kind: string,
  parameters: Record<string, string> = {},
): Promise<any[]> {
  const records: any[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body }: { body: any } = await get(
      sandbox,
      `/api/v2/${kind}?${new URLSearchParams({ ...parameters, ...(cursor ? { cursor } : {}) })}`,
    );
    records.push(...body.data);
    cursor = body.additional_data.next_cursor;
  }
  return records;
}

test('a request without a known token is refused in the words of the API', async () => {
  const { status, body } = await get(await start(), '/api/v2/persons', 'another');
  expect({ status, body }).toEqual({
    status: 401,
    body: { success: false, error: 'unauthorized access', errorCode: 401 },
  });
});

test('accounts of one seed are alike, of another are not', async () => {
  const [first, same, other] = await Promise.all([start(), start(), start({ seed: 'another' })]);
  const names = async (sandbox: PipedriveSandbox) =>
    (await all(sandbox, 'persons')).map(({ name }) => name);
  expect(await names(same)).toEqual(await names(first));
  expect(await names(other)).not.toEqual(await names(first));
});

test('an account of 10,000 persons is there at once, and any page of it', async () => {
  const sandbox = await start({ size: 10_000 });
  expect(await all(sandbox, 'persons', { limit: '500' })).toHaveLength(10_000);
  expect(sandbox.requests).toHaveLength(20);
});

test.each(['organizations', 'persons', 'deals', 'activities'] as const)(
  'pages of %s hold each record once, in the order of their ids',
  async (kind) => {
    const sandbox = await start();
    const records = await all(sandbox, kind, { limit: '7' });
    expect(records.map(({ id }) => id)).toEqual(
      Array.from({ length: sandbox.account.count(kind) }, (_, index) => index + 1),
    );
  },
);

test('a list by update_time goes up, also with a record that changes while it is read', async () => {
  const sandbox = await start();
  const first = await get(
    sandbox,
    '/api/v2/persons?limit=20&sort_by=update_time&sort_direction=asc',
  );
  const moved = first.body.data[3].id;
  sandbox.change('persons', moved, { name: 'Moved' });
  const rest = await all(sandbox, 'persons', {
    limit: '20',
    sort_by: 'update_time',
    cursor: first.body.additional_data.next_cursor,
  });
  const read = [...first.body.data, ...rest];
  expect(read.map(({ update_time }) => update_time)).toEqual(
    read.map(({ update_time }) => update_time).sort(),
  );
  expect(read.at(-1)).toMatchObject({ id: moved, name: 'Moved' });
});

test('updated_since lists what changed at that moment or later, with what was deleted', async () => {
  const sandbox = await start();
  const changed = sandbox.change('persons', 5, { name: 'Changed' });
  sandbox.delete('persons', 9);
  const since = await all(sandbox, 'persons', { updated_since: changed.update_time });
  expect(since).toMatchObject([
    { id: 5, name: 'Changed', is_deleted: false },
    { id: 9, is_deleted: true },
  ]);
  expect((await all(sandbox, 'persons')).map(({ id }) => id)).not.toContain(9);
});

test.each([
  'updated_since=2026-01-01T00:00:00.000Z',
  'updated_since=yesterday',
  'limit=501',
  'limit=0',
  'cursor=rubbish',
  'sort_by=name',
])('the parameter %s is refused', async (parameter) => {
  expect(await get(await start(), `/api/v2/persons?${parameter}`)).toMatchObject({
    status: 400,
    body: { success: false },
  });
});

test('users come from version 1', async () => {
  const { body } = await get(await start(), '/api/v1/users');
  expect(body).toMatchObject({
    success: true,
    data: expect.arrayContaining([
      { id: 101, name: 'Olivia North', email: 'owner@north.example', active_flag: true },
    ]),
  });
});

test('a burst is limited and says for how long; the day is limited until midnight', async () => {
  const burst = await start({ rateLimit: { burst: 2 } });
  const statuses = [];
  for (let index = 0; index < 3; index += 1)
    statuses.push(await get(burst, '/api/v2/deals?limit=1'));
  expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(statuses.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual([
    '1',
    '0',
    '0',
  ]);
  expect(Number(statuses[2]?.headers.get('x-ratelimit-reset'))).toBeGreaterThanOrEqual(1);
  const spent = await start({ rateLimit: { daily: 1 } });
  await get(spent, '/api/v2/deals');
  const refused = await get(spent, '/api/v2/deals');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-daily-requests-left')).toBe('0');
});

test('faults hold for as many requests as asked for, and of the kind asked for', async () => {
  const sandbox = await start({ faults: { answer: 'blocked', times: 1, kind: 'persons' } });
  expect((await get(sandbox, '/api/v2/deals')).status).toBe(200);
  const blocked = await get(sandbox, '/api/v2/persons');
  expect({ status: blocked.status, html: blocked.text.startsWith('<!DOCTYPE html>') }).toEqual({
    status: 403,
    html: true,
  });
  expect((await get(sandbox, '/api/v2/persons')).status).toBe(200);
});

test('pages that come twice hold the same, and the list still ends with all of them', async () => {
  const sandbox = await start({ faults: { repeatPages: true } });
  const ids = (await all(sandbox, 'persons', { limit: '20' })).map(({ id }) => id);
  expect(ids).toHaveLength(80);
  expect(ids.slice(0, 20)).toEqual(ids.slice(20, 40));
  expect(new Set(ids).size).toBe(40);
});

test('an account of its own belongs to each token', async () => {
  const sandbox = await start();
  const other = sandbox.addAccount({ token: 'second', seed: 'second', size: 3 });
  expect(
    (await get(sandbox, '/api/v2/persons', 'second')).body.data.map(({ name }: any) => name),
  ).toEqual([1, 2, 3].map((id) => other.record('persons', id)['name']));
});
