/**
 * Two servers on one database and one Redis: notices, and what happens when Redis is killed,
 * restarted or frozen.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { expectError, send } from '../support/http.ts';
import {
  createPackage,
  eventually,
  openSocket,
  retitle,
  setActive,
  subscribe,
} from '../support/live.ts';
import { NO_REDIS, startRedis, type TestRedis } from '../support/redis.ts';
import { startTestServer, type TestServer, type TestUser, userFor } from '../support/server.ts';

let redis: TestRedis;
let one: TestServer;
let two: TestServer;

beforeAll(async () => {
  if (NO_REDIS) return;
  redis = await startRedis();
  one = await startTestServer({ settings: { REDIS_URL: redis.url } });
  two = await startTestServer({ settings: { REDIS_URL: redis.url }, shareWith: one });
});
afterAll(async () => {
  if (NO_REDIS) return;
  await two.stop();
  await one.stop();
  await redis.kill();
});
beforeEach(({ skip }) => {
  if (NO_REDIS) skip(NO_REDIS);
});

const connected = () =>
  eventually(
    'both servers hear Redis',
    () => one.app.platform.pubsub.connected && two.app.platform.pubsub.connected,
  );
const member = (): Promise<TestUser> =>
  userFor(one.app, {
    tenantId: one.north.tenantId,
    id: crypto.randomUUID(),
    email: `${crypto.randomUUID()}@north.example`,
    role: 'MEMBER',
  });
const ask = (server: TestServer, user: TestUser) =>
  send(server.url, { token: user.token, body: { query: '{ viewer { role } }' } });

test('a change on one server reaches subscribers of the other faster than they look for it themselves', async () => {
  await connected();
  const id = await createPackage(one.north.owner);
  const subscriber = subscribe(two.url, one.north.owner, { id });
  await eventually('the first state', () => subscriber.events.length > 0);
  for (let run = 0; run < 10; run += 1) {
    const version = await retitle(one.north.owner, id, `change ${run}`);
    // Without notices a change is found within 2 s: ten in a row below half of that are no luck.
    await eventually('the change arrives', () => subscriber.versions().at(-1) === version);
  }
  subscriber.stop();
});

test('a deactivated user is refused by the other server at once, and its sockets there close', async () => {
  await connected();
  const user = await member();
  expect((await ask(two, user)).status).toBe(200);
  const socket = await openSocket(two.url, { authorization: `Bearer ${user.token}` });
  await socket.message((message) => message.type === 'connection_ack');
  await setActive(one.north.owner, user, false);
  await eventually('it is refused', async () => (await ask(two, user)).status === 401);
  expect((await socket.closed).code).toBe(4403);
});

test('with Redis killed, queries, mutations and sign-in go on, and the last state arrives', async () => {
  await connected();
  const id = await createPackage(one.north.owner);
  const user = await member();
  expect((await ask(two, user)).status).toBe(200);
  const socket = await openSocket(two.url, { authorization: `Bearer ${user.token}` });
  await socket.message((message) => message.type === 'connection_ack');
  const subscriber = subscribe(two.url, one.north.owner, { id });
  await eventually('the first state', () => subscriber.events.length > 0);
  await redis.kill();
  const version = await retitle(one.north.owner, id, 'while Redis is away');
  expect(version).toBe(2);
  await eventually(
    'the last state arrives without Redis',
    () => subscriber.versions().at(-1) === 2,
  );
  expectReady(await send(two.url, { method: 'GET', path: '/readyz' }), 503, ['redis']);
  await setActive(one.north.owner, user, false);
  expectError(await ask(two, user), 401, 'UNAUTHENTICATED');
  await redis.start();
  await connected();
  expectError(await ask(two, user), 401, 'UNAUTHENTICATED');
  expect((await socket.closed).code).toBe(4403);
  const later = await retitle(one.north.owner, id, 'after its return');
  await eventually('notices arrive again', () => subscriber.versions().at(-1) === later);
  expect(subscriber.versions()).toEqual([...subscriber.versions()].sort((a, b) => a - b));
  expectReady(await send(two.url, { method: 'GET', path: '/readyz' }), 200, []);
  subscriber.stop();
});

test('with Redis restarted again and again under writes, subscribers end at the last state', async () => {
  await connected();
  const id = await createPackage(one.north.owner);
  const subscribers = [one, two].map((server) => subscribe(server.url, one.north.owner, { id }));
  await eventually('the first states', () => subscribers.every(({ events }) => events.length > 0));
  let version = 0;
  for (let run = 0; run < 3; run += 1) {
    const writing = Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        retitle(one.north.owner, id, `run ${run}, ${index}`),
      ),
    );
    await redis.kill();
    version = Math.max(...(await writing));
    await redis.start();
  }
  for (const subscriber of subscribers) {
    await eventually('the last state', () => subscriber.versions().at(-1) === version);
    subscriber.stop();
  }
});

test('with Redis frozen, queries and mutations go on and nobody is let in by what was missed', async () => {
  await connected();
  const id = await createPackage(one.north.owner);
  const user = await member();
  expect((await ask(two, user)).status).toBe(200);
  const subscriber = subscribe(two.url, one.north.owner, { id });
  await eventually('the first state', () => subscriber.events.length > 0);
  redis.freeze();
  try {
    const version = await retitle(one.north.owner, id, 'while Redis is frozen');
    await eventually('the last state arrives', () => subscriber.versions().at(-1) === version);
    await setActive(one.north.owner, user, false);
    await eventually('it is refused', async () => (await ask(two, user)).status === 401);
    expect((await ask(two, one.north.owner)).status).toBe(200);
  } finally {
    redis.thaw();
  }
  await connected();
  expectError(await ask(two, user), 401, 'UNAUTHENTICATED');
  subscriber.stop();
});

function expectReady(
  answer: { status: number; body: any },
  status: number,
  failing: string[],
): void {
  expect([answer.status, answer.body.failing]).toEqual([status, failing]);
}
