/**
 * Any query is live with @live: the answer now, then each newer one, the last one always, one
 * execution for all who ask the same.
 */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { LiveQuery } from '../../src/graphql/live-query.ts';
import { LiveWatcher } from '../../src/graphql/live-watcher.ts';
import type { Context } from '../../src/schema-builder/context.ts';
import { issuePersonToken } from '../../src/tenancy/tokens.ts';
import {
  createPackage,
  eventually,
  openSocket,
  retitle,
  type Subscriber,
  subscribe,
  subscribeBySse,
} from '../support/live.ts';
import {
  SECRET,
  startTestServer,
  type TestServer,
  type TestUser,
  userFor,
} from '../support/server.ts';

let server: TestServer;
/** Another process on the same database, which gets no notices. */
let other: TestServer;
const watchers: Subscriber[] = [];

beforeAll(async () => {
  server = await startTestServer();
  other = await startTestServer({ shareWith: server });
});
afterEach(() => {
  for (const watcher of watchers.splice(0)) watcher.stop();
});
afterAll(async () => {
  await other.stop();
  await server.stop();
});

const BY_ID = 'query ($id: ID!) @live(throttle: 50) { workPackage(id: $id) { title version } }';

/** Watches a query over a WebSocket, or over a stream. */
function watch(
  user: TestUser,
  query: string,
  { id = '', by = subscribe, url = server.url } = {},
): Subscriber {
  const watcher = by(url, user, { id, query });
  watchers.push(watcher);
  return watcher;
}

const titles = ({ events }: Subscriber) => events.map(({ data }) => data.workPackage?.title);

async function executions(): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^sheaf_live_executions_total (\d+)/m.exec(metrics)?.[1] ?? 0);
}

describe.each([
  ['WebSocket', subscribe],
  ['SSE', subscribeBySse],
])('over %s', (_name, by) => {
  test('the answer comes at once, and each newer one', async () => {
    const { owner } = server.north;
    const id = await createPackage(owner, 'first');
    const watcher = watch(owner, BY_ID, { id, by });
    await eventually('the first answer', () => titles(watcher).includes('first'));
    await retitle(owner, id, 'second');
    await eventually('the second answer', () => titles(watcher).includes('second'));
    expect(titles(watcher)).toEqual(['first', 'second']);
  });
});

test('a list shows what is created, changed and deleted', async () => {
  const { owner } = server.north;
  const query =
    'query @live { workPackages(first: 5, filter: { search: "quagga" }) { totalCount nodes { title } } }';
  const watcher = watch(owner, query);
  const shown = (...expected: string[]) =>
    eventually(`the list shows ${expected.join()}`, () => {
      const nodes = watcher.events.at(-1)?.data.workPackages.nodes ?? [{ title: 'none yet' }];
      return nodes.map(({ title }: { title: string }) => title).join() === expected.join();
    });
  await shown();
  const id = await createPackage(owner, 'Quagga');
  await shown('Quagga');
  await retitle(owner, id, 'Quagga two');
  await shown('Quagga two');
  await owner.run(
    'mutation ($input: DeleteInput!) { deleteWorkPackage(input: $input) { deletedId } }',
    { input: { id } },
  );
  await shown();
});

test('an equal answer is not sent again', async () => {
  const { owner } = server.north;
  const id = await createPackage(owner, 'same');
  const query = 'query ($id: ID!) @live(throttle: 50) { workPackage(id: $id) { title } }';
  const watcher = watch(owner, query, { id });
  await eventually('the first answer', () => watcher.events.length === 1);
  const before = await executions();
  const changed = (phaseCount: number) =>
    owner.run(
      'mutation ($input: AddWorkPackagePhaseInput!) { addWorkPackagePhase(input: $input) { phase { id } userErrors { message } } }',
      { input: { workPackageId: id, phase: { name: `Phase ${phaseCount}` } } },
    );
  await changed(1);
  await eventually('it was executed again', async () => (await executions()) > before);
  await retitle(owner, id, 'another');
  await eventually('the other answer', () => titles(watcher).includes('another'));
  expect(titles(watcher)).toEqual(['same', 'another']);
});

test('of many changes the last is always seen, and none after a newer one', async () => {
  const { owner } = server.north;
  const id = await createPackage(owner, 'v1');
  const all = [subscribe, subscribeBySse, subscribe].map((by) => watch(owner, BY_ID, { id, by }));
  for (let version = 2; version <= 40; version += 1) await retitle(owner, id, `v${version}`);
  for (const watcher of all) {
    await eventually('the last state', () => titles(watcher).at(-1) === 'v40');
    const versions = watcher.events.map(({ data }) => data.workPackage.version);
    expect(versions).toEqual([...new Set(versions)].sort((one, two) => one - two));
  }
});

test('those who ask the same share an execution', async () => {
  const { owner, member } = server.north;
  const id = await createPackage(owner, 'shared');
  const all = Array.from({ length: 20 }, () => watch(owner, BY_ID, { id }));
  await eventually('all have the first answer', () =>
    all.every(({ events }) => events.length === 1),
  );
  const before = await executions();
  await retitle(member, id, 'for all');
  await eventually('all have the second answer', () =>
    all.every((watcher) => titles(watcher).includes('for all')),
  );
  expect((await executions()) - before).toBeLessThanOrEqual(2);
});

test('a change in a process whose notices do not arrive is found all the same', async () => {
  const { owner } = server.north;
  const id = await createPackage(owner, 'here');
  const watcher = watch(other.north.owner, BY_ID, { id, url: other.url });
  await eventually('the first answer', () => titles(watcher).includes('here'));
  await retitle(owner, id, 'there');
  await eventually('the other answer', () => titles(watcher).includes('there'));
});

test('a change by hand is found', async () => {
  const { owner } = server.north;
  const id = await createPackage(owner, 'by server');
  const watcher = watch(owner, BY_ID, { id });
  await eventually('the first answer', () => titles(watcher).includes('by server'));
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query(`update work_package set title = 'by hand' where title = 'by server'`);
  await client.end();
  await eventually('the other answer', () => titles(watcher).includes('by hand'));
});

test('what depends on the user is answered to each user by itself', async () => {
  const { owner, member } = server.north;
  const query = 'query @live { viewer { user { email } } }';
  const all = [owner, member, owner].map((user) => ({ user, watcher: watch(user, query) }));
  for (const { user, watcher } of all) {
    await eventually('the first answer', () => watcher.events.length > 0);
    expect(watcher.events.map(({ data }) => data.viewer.user.email)).toEqual([user.email]);
  }
});

test('the tenants that somebody works for are told to nobody else', async () => {
  const email = 'both@agencies.example';
  const [inNorth, inSouth] = [server.north, server.south].map(({ tenantId }) =>
    userFor(server.app, { tenantId, id: crypto.randomUUID(), email, role: 'MEMBER' }),
  );
  const userIds = [(await inNorth)?.id ?? '', (await inSouth)?.id ?? ''];
  const token = await issuePersonToken(SECRET, { email, userIds }, {});
  const { send, message, socket } = await openSocket(server.url, {
    Authorization: `Bearer ${token}`,
    'x-tenant': server.north.tenantId,
  });
  await message(({ type }) => type === 'connection_ack');
  const query = 'query @live { viewer { memberships { tenant { name } } } }';
  send({ id: '1', type: 'subscribe', payload: { query } });
  const { payload } = await message(({ type }) => type === 'next');
  expect(payload.data.viewer.memberships).toHaveLength(2);
  const watcher = watch(server.north.member, query);
  await eventually('the first answer', () => watcher.events.length > 0);
  expect(watcher.events[0].data.viewer.memberships).toEqual([{ tenant: { name: 'north' } }]);
  socket.close();
});

test('a portal user sees what they may see', async () => {
  const { owner, client, contactId } = server.north;
  const id = await createPackage(owner, 'hidden');
  const watcher = watch(client, 'query @live { workPackages(first: 50) { nodes { id } } }');
  const ids = () =>
    watcher.events.at(-1)?.data.workPackages.nodes.map((node: { id: string }) => node.id);
  await eventually('the first answer', ids);
  expect(ids()).not.toContain(id);
  await owner.run(
    'mutation ($input: UpdateWorkPackageInput!) { updateWorkPackage(input: $input) { userErrors { message } } }',
    { input: { id, contactId, status: 'ACTIVE' } },
  );
  await eventually('the package is shown', () => ids().includes(id));
});

test.each(['POST', 'GET'])(
  'by %s to /graphql for those who ask for events, as GraphiQL',
  async (method) => {
    const { owner } = server.north;
    const id = await createPackage(owner, 'shown');
    const headers = {
      authorization: `Bearer ${owner.token}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    };
    const parameters = new URLSearchParams({ query: BY_ID, variables: JSON.stringify({ id }) });
    const response = await (method === 'GET'
      ? fetch(`${server.url}/graphql?${parameters}`, { headers })
      : fetch(`${server.url}/graphql`, {
          ...{ method, headers, body: JSON.stringify({ query: BY_ID, variables: { id } }) },
        }));
    expect(response.headers.get('content-type')).toMatch('text/event-stream');
    const reader = (response.body as ReadableStream<Uint8Array>)
      .pipeThrough(new TextDecoderStream())
      .getReader();
    let text = '';
    const until = async (wanted: string) => {
      while (!text.includes(wanted)) text += (await reader.read()).value ?? '';
    };
    await until('"shown"');
    await retitle(owner, id, 'moved');
    await until('"moved"');
    await reader.cancel();
  },
);

test('patches say what differs, where that is shorter', async () => {
  const { owner } = server.north;
  const ids = await Promise.all(['a', 'b', 'c'].map((title) => createPackage(owner, title)));
  const query =
    'query @live(patches: true, throttle: 50) { workPackages(first: 3) { nodes { id title description } } }';
  const watcher = watch(owner, query);
  await eventually('the first answer', () => watcher.events.length === 1);
  expect(watcher.events[0].extensions).toEqual({ live: { revision: 1 } });
  const at = watcher.events[0].data.workPackages.nodes.findIndex(
    (node: { id: string }) => node.id === ids[1],
  );
  await retitle(owner, ids[1] as string, 'patched');
  await eventually('the patch', () => watcher.events.length === 2);
  expect(watcher.events[1]).toEqual({
    extensions: {
      live: {
        revision: 2,
        patch: [{ op: 'replace', path: `/workPackages/nodes/${at}/title`, value: 'patched' }],
      },
    },
  });
});

test('over HTTP it is answered once', async () => {
  const { owner } = server.north;
  const id = await createPackage(owner, 'once');
  const { data } = await owner.run(BY_ID, { id });
  expect(data.workPackage.title).toBe('once');
});

test('is refused where it can not be', async () => {
  const { owner } = server.north;
  const { send, message, socket } = await openSocket(server.url, {
    Authorization: `Bearer ${owner.token}`,
  });
  await message(({ type }) => type === 'connection_ack');
  const refusal = async (id: string, query: string) => {
    send({ id, type: 'subscribe', payload: { query } });
    const answer = await message((given) => given.id === id);
    const errors = answer.type === 'error' ? answer.payload : answer.payload.errors;
    return errors[0].message;
  };
  expect(await refusal('1', '{ viewer { role } }')).toMatch('Only subscriptions and queries with');
  expect(await refusal('2', 'query @live(if: false) { viewer { role } }')).toMatch('Only subs');
  const off = 'query ($live: Boolean! = false) @live(if: $live) { viewer { role } }';
  expect(await refusal('5', off)).toMatch('Only subs');
  expect(await refusal('3', 'query @live(throttle: 1) { viewer { role } }')).toBe(
    'Expected a throttle from 50 to 60000 milliseconds.',
  );
  expect(await refusal('4', 'query @live { nothing }')).toMatch('Cannot query field');
  socket.close();
});

test('whose watchers have used up their budget it ends', async () => {
  const poor = await startTestServer({ settings: { API_COST_PER_MINUTE: '1000' } });
  try {
    const { owner } = poor.north;
    const id = await createPackage(owner, 'v1');
    const query = `query ($id: ID!) @live(throttle: 50) { workPackage(id: $id) { title } workPackages(first: 400) { nodes { id } } }`;
    const watcher = watch(owner, query, { id, url: poor.url });
    await eventually('the first answer', () => watcher.events.length > 0);
    await eventually('it has ended', async () => {
      await poor.north.member.run(
        'mutation ($input: UpdateWorkPackageInput!) { updateWorkPackage(input: $input) { userErrors { message } } }',
        { input: { id, title: `At ${performance.now()}` } },
      );
      return watcher.events.at(-1)?.errors;
    });
    await watcher.ended;
    expect(watcher.events.at(-1).errors[0].extensions.code).toBe('RATE_LIMITED');
  } finally {
    await poor.stop();
  }
});

test('that has ended is executed for nobody, even if its end is never read', async () => {
  const watchers = new Set<LiveWatcher>();
  const query = { watchers, answer: null, request: { throttleMs: 50 } } as unknown as LiveQuery;
  const watcher = new LiveWatcher(query, {} as Context, () => undefined);
  expect(watchers.size).toBe(1);
  watcher.endWith({ errors: [] });
  expect(watchers.size).toBe(0);
  expect(await watcher.next()).toEqual({ value: { errors: [] }, done: false });
  expect((await watcher.next()).done).toBe(true);
});

test('changed tells the versions of kinds, each higher than before', async () => {
  const { owner } = server.north;
  const query =
    'subscription { changed(kinds: [WORK_PACKAGES, CONTACTS, WORK_PACKAGES]) { kind version } }';
  const watcher = watch(owner, query);
  const of = (kind: string): number[] =>
    watcher.events
      .map(({ data }) => data.changed)
      .filter((change: { kind: string }) => change.kind === kind)
      .map((change: { version: number }) => change.version);
  await eventually('a version of each', () => of('WORK_PACKAGES')[0] && of('CONTACTS')[0]);
  const id = await createPackage(owner, 'counted');
  await eventually('the packages have changed', () => of('WORK_PACKAGES').length > 1);
  await retitle(owner, id, 'counted again');
  await eventually('and again', () => of('WORK_PACKAGES').length > 2);
  const versions = of('WORK_PACKAGES');
  expect(versions).toEqual(versions.toSorted((one, two) => one - two));
  expect(of('CONTACTS')).toHaveLength(1);
});
