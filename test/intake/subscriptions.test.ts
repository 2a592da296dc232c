/**
 * packetProgress and packetChanged: the state first, then every newer one in order, the last one
 * always.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answersFor } from '../support/intake.ts';
import { eventually, type Subscriber, subscribe } from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change, createClient, finishedPackets, submittedClient } from './operations.ts';

let server: TestServer;
/** Takes no job. */
let idle: TestServer;
let owner: TestUser;
const subscribers: Subscriber[] = [];

beforeAll(async () => {
  server = await startTestServer();
  idle = await startTestServer({ worker: false });
  owner = server.north.owner;
});
afterAll(async () => {
  for (const subscriber of subscribers) subscriber.stop();
  await server.stop();
  await idle.stop();
});

const SUMMARY = 'summary { total pending generating completed failed cancelled progress done }';
const PROGRESS = `subscription ($id: ID!) { packetProgress(clientId: $id) { clientId version ${SUMMARY} packets { id type status progress version client { name } } } }`;
const PACKET =
  'subscription ($id: ID!) { packetChanged(id: $id) { id version status progress sections { heading } html } }';

function watch(
  user: TestUser,
  id: string,
  { query = PROGRESS, at = server } = {},
): Subscriber & { states: () => any[] } {
  const subscriber = subscribe(at.url, user, { id, query });
  subscribers.push(subscriber);
  return {
    ...subscriber,
    states: () => subscriber.events.map((event) => Object.values(event.data)[0]),
  };
}

function expectOrder(states: { version: number }[]): void {
  const versions = states.map((state) => state.version);
  expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
}

describe('packetProgress', () => {
  test('begins with no packets, and ends with all of them done', async () => {
    const id = await createClient(owner);
    const { states } = watch(owner, id);
    await eventually('the first state', () => states().length === 1);
    expect(states()[0]).toEqual({
      clientId: id,
      version: 1,
      packets: [],
      summary: {
        total: 0,
        pending: 0,
        generating: 0,
        completed: 0,
        failed: 0,
        cancelled: 0,
        progress: 0,
        done: false,
      },
    });
    await change(owner, 'submitIntake', { clientId: id, answers: await answersFor(owner) });
    await eventually('all are done', () => states().at(-1)?.summary.done);
    expectOrder(states());
    expect(states().at(-1).summary).toMatchObject({ total: 4, completed: 4, progress: 100 });
    expect(
      states()
        .at(-1)
        .packets.map(({ type, client }: any) => `${type} ${client.name}`)[0],
    ).toBe('WELCOME Ann Lee');
    const sum = states()
      .at(-1)
      .packets.reduce((total: number, packet: any) => total + packet.version, 1);
    expect(states().at(-1).version).toBe(sum);
  });

  test('reaches a subscriber of another process without Redis by its own checks', async () => {
    const { id } = await submittedClient(owner);
    const other = await startTestServer({ shareWith: server, worker: false });
    try {
      const watching = watch(other.north.owner, id, { at: other });
      await eventually('all are done', () => watching.states().at(-1)?.summary.done);
      expectOrder(watching.states());
      watching.stop();
    } finally {
      await other.stop();
    }
  });

  test('sends every retry and cancellation', async () => {
    const user = idle.north.owner;
    const { id, packets } = await submittedClient(user);
    const { states } = watch(user, id, { at: idle });
    await eventually('the first state', () => states().length === 1);
    await change(user, 'cancelPacket', { id: packets[0].id });
    await eventually('the cancellation', () => states().at(-1).summary.cancelled === 1);
    expect(states().map(({ version }) => version)).toEqual([5, 6]);
  });

  test('is of the own client for portal users, and NOT_FOUND otherwise', async () => {
    const { north, south } = idle;
    const own = await createClient(north.owner, { contactId: north.contactId });
    const { id: other } = await submittedClient(north.owner);
    const { states } = watch(north.client, own, { at: idle });
    await eventually('the own state', () => states().length === 1);
    const absent = Buffer.from(`Client:${crypto.randomUUID()}`).toString('base64');
    for (const [user, id] of [
      [north.client, other],
      [south.owner, own],
      [north.owner, absent],
    ] as const) {
      const { events, ended } = watch(user, id, { at: idle });
      await ended;
      expect(events.map((event) => event.errors?.[0].extensions.code)).toEqual(['NOT_FOUND']);
    }
  });

  test('reads once per change, however many subscribers there are', async () => {
    const user = idle.north.owner;
    await idle.app.platform.database.pool.query('create extension pg_stat_statements');
    const { id, packets } = await submittedClient(user);
    const query =
      'subscription ($id: ID!) { packetProgress(clientId: $id) { version packets { status progress } summary { done } } }';
    const all = Array.from({ length: 20 }, () => watch(user, id, { at: idle, query }));
    await eventually('all have the first state', () =>
      all.every(({ states }) => states().length === 1),
    );
    const { pool } = idle.app.platform.database;
    const reads = async () => {
      const text = `select coalesce(sum(calls), 0)::int as calls from pg_stat_statements where query like '%json_agg%from "client"%' and query not like '%pg_stat%'
        and dbid = (select oid from pg_database where datname = current_database())`;
      return (await pool.query(text)).rows[0].calls;
    };
    const before = await reads();
    await change(user, 'cancelPacket', { id: packets[0].id });
    await eventually('all have the change', () => all.every(({ states }) => states().length === 2));
    expect((await reads()) - before).toBe(1);
  });
});

describe('packetChanged', () => {
  test('sends the packet as it grows, and the finished one last', async () => {
    const { id, packets } = await submittedClient(idle.north.owner);
    const { states } = watch(idle.north.owner, packets[0].id, { at: idle, query: PACKET });
    await eventually('the first state', () => states().length === 1);
    expect(states()[0]).toEqual({
      id: packets[0].id,
      version: 1,
      status: 'PENDING',
      progress: 0,
      sections: [],
      html: null,
    });
    const worker = await startTestServer({ shareWith: idle });
    try {
      await finishedPackets(idle.north.owner, id);
      await eventually('the finished packet', () => states().at(-1).status === 'COMPLETED');
    } finally {
      await worker.stop();
    }
    expectOrder(states());
    expect(states().at(-1)).toMatchObject({
      progress: 100,
      html: expect.stringContaining('<!doctype html>'),
    });
  });

  test('moves with each section, never back', async () => {
    const runs = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const { id, packets } = await submittedClient(owner);
        const { states } = watch(owner, packets[1].id, { query: PACKET });
        await finishedPackets(owner, id);
        await eventually('the finished packet', () => states().at(-1)?.status === 'COMPLETED');
        return states();
      }),
    );
    for (const states of runs) {
      expectOrder(states);
      const progress = states.map((state) => state.progress);
      expect(progress).toEqual(progress.toSorted((one, other) => one - other));
      for (const state of states)
        if (state.status === 'GENERATING')
          expect(state.progress > 0).toBe(state.sections.length > 0);
    }
  });

  test('is NOT_FOUND for the packet of another client or tenant', async () => {
    const { packets } = await submittedClient(idle.north.owner);
    for (const user of [idle.north.client, idle.south.owner]) {
      const { events, ended } = watch(user, packets[0].id, { at: idle, query: PACKET });
      await ended;
      expect(events.map((event) => event.errors?.[0].extensions.code)).toEqual(['NOT_FOUND']);
    }
  });
});
