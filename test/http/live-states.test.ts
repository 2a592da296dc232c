/**
 * The states that subscribers get: none is lost or out of order, one read serves many, and slow
 * readers cost nothing.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  createPackage,
  eventually,
  openSocket,
  retitle,
  subscribe,
  subscribeBySse,
} from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let id: string;

beforeAll(async () => {
  server = await startTestServer({ worker: false, settings: { DATABASE_POOL_SIZE: '5' } });
  id = await createPackage(server.north.owner);
  // The first subscription begins the checks that make up for lost notices. Without them what does
  // not come by its notice never comes.
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const first = subscribe(server.url, server.north.owner, { id });
  await eventually('it is subscribed', () => first.events.length > 0);
  vi.useRealTimers();
  first.stop();
});
afterAll(() => server.stop());

const bearer = (token: string) => `Bearer ${token}`;
const subscribeMessage = (payload: object, messageId = '1') => ({
  id: messageId,
  type: 'subscribe',
  payload,
});
const signedIn = () => openSocket(server.url, { Authorization: bearer(server.north.owner.token) });

describe('states', () => {
  test('are never lost when a package is written while it is subscribed to', async () => {
    for (let run = 0; run < 100; run += 1) {
      const own = await createPackage(server.north.owner);
      const writing = retitle(server.north.owner, own, `run ${run}`);
      const subscriber =
        run % 2 === 0
          ? subscribe(server.url, server.north.owner, { id: own })
          : subscribeBySse(server.url, server.north.owner, { id: own });
      const version = await writing;
      await eventually(
        `run ${run} sees version ${version}, has ${subscriber.versions()}`,
        () => subscriber.versions().at(-1) === version,
      );
      subscriber.stop();
    }
  });

  test('are never out of order and end at the last one, however many write', async () => {
    const subscribers = Array.from({ length: 6 }, (_, index) =>
      (index % 2 ? subscribe : subscribeBySse)(server.url, server.north.owner, { id }),
    );
    await eventually('all are subscribed', () =>
      subscribers.every(({ events }) => events.length > 0),
    );
    const versions = await Promise.all(
      Array.from({ length: 60 }, (_, index) => retitle(server.north.owner, id, `storm ${index}`)),
    );
    const last = Math.max(...versions);
    for (const subscriber of subscribers) {
      await eventually('the last state', () => subscriber.versions().at(-1) === last);
      const seen = subscriber.versions();
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
      subscriber.stop();
    }
  });

  test('that do not exist, or are of others, are NOT_FOUND; deletion completes', async () => {
    const own = await createPackage(server.north.owner);
    for (const subscribeBy of [subscribe, subscribeBySse]) {
      const foreign = subscribeBy(server.url, server.south.owner, { id: own });
      await eventually('an error', () => foreign.events[0]?.errors);
      expect(foreign.events[0].errors[0].extensions.code).toBe('NOT_FOUND');
      expect(await foreign.ended).toBe('complete');
      foreign.stop();
    }
    const subscribers = [subscribe, subscribeBySse].map((subscribeBy) =>
      subscribeBy(server.url, server.north.owner, { id: own }),
    );
    await eventually('all are subscribed', () =>
      subscribers.every(({ events }) => events.length > 0),
    );
    await server.north.owner.run(
      'mutation ($id: ID!) { deleteWorkPackage(input: { id: $id }) { deletedId } }',
      { id: own },
    );
    for (const subscriber of subscribers) {
      expect(await subscriber.ended).toBe('complete');
      subscriber.stop();
    }
  });

  test('are read once for all subscribers of a process', async () => {
    const own = await createPackage(server.north.owner);
    const subscribers = Array.from({ length: 40 }, () =>
      subscribe(server.url, server.north.owner, {
        id: own,
        query: 'subscription ($id: ID!) { workPackageChanged(id: $id) { version } }',
      }),
    );
    await eventually('all are subscribed', () =>
      subscribers.every(({ events }) => events.length > 0),
    );
    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    await client.query(
      'create extension if not exists pg_stat_statements; select pg_stat_statements_reset()',
    );
    const version = await retitle(server.north.owner, own, 'for all');
    await eventually('all hear it', () =>
      subscribers.every((subscriber) => subscriber.versions().at(-1) === version),
    );
    const { rows } = await client.query(
      `select coalesce(sum(calls), 0)::int as calls from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
       and query ilike '%from "work_package"%' and query not ilike '%for update%' and query ilike '%"id" = any%'`,
    );
    await client.end();
    for (const subscriber of subscribers) subscriber.stop();
    expect(rows[0].calls).toBeGreaterThan(0);
    expect(rows[0].calls).toBeLessThanOrEqual(4);
  });
});

describe('a reader that stopped reading', () => {
  test.each(['WebSocket', 'SSE'])(
    'by %s costs no memory for what it misses, delays nobody, and then gets the last state',
    async (transport) => {
      const own = await createPackage(server.north.owner);
      const text = 'x'.repeat(9_000);
      const query =
        'subscription ($id: ID!) { workPackageChanged(id: $id) { version workPackage { a: description b: description c: description d: description e: description f: description } } }';
      const describeIt = (count: number) =>
        server.north.owner.run(
          'mutation ($input: UpdateWorkPackageInput!) { updateWorkPackage(input: $input) { workPackage { version } } }',
          {
            input: { id: own, description: `${count} ${text}` },
          },
        );
      const slow =
        transport === 'SSE' ? await slowStream(own, query) : await slowSocket(own, query);
      const quick = subscribe(server.url, server.north.owner, { id: own });
      await eventually('the quick one is subscribed', () => quick.events.length > 0);
      slow.pause();
      let version = 0;
      // Many at once: a socket whose peer does not read is only kept for some seconds.
      for (let count = 0; count < 400; count += 20) {
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, index) => describeIt(count + index)),
        );
        version = Math.max(
          ...answers.map((answer) => answer.data.updateWorkPackage.workPackage.version),
        );
      }
      await eventually('the quick one hears the last', () => quick.versions().at(-1) === version);
      // 400 states of 54 kB each were made.
      expect(slow.resume()).toBeLessThan(200);
      await eventually('the slow one gets the last state', () =>
        slow.text().includes(`"version":${version}`),
      );
      expect(slow.text().length).toBeLessThan(15_000_000);
      slow.stop();
      quick.stop();
    },
  );

  interface Slow {
    pause: () => void;
    /** Reads on; answers how many events had come before. */
    resume: () => number;
    text: () => string;
    stop: () => void;
  }

  async function slowSocket(own: string, query: string): Promise<Slow> {
    const socket = await signedIn();
    await socket.message((message) => message.type === 'connection_ack');
    socket.send(subscribeMessage({ query, variables: { id: own } }));
    await socket.message((message) => message.type === 'next');
    return {
      pause: () => socket.socket.pause(),
      resume: () => {
        socket.socket.resume();
        return socket.messages.length;
      },
      text: () => JSON.stringify(socket.messages),
      stop: () => socket.socket.terminate(),
    };
  }

  async function slowStream(own: string, query: string): Promise<Slow> {
    const controller = new AbortController();
    const response = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: bearer(server.north.owner.token),
      },
      body: JSON.stringify({ query, variables: { id: own } }),
    });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    const pump = async (): Promise<void> => {
      const { done, value } = await reader.read();
      if (done) return;
      text += Buffer.from(value).toString();
      return pump();
    };
    return {
      pause: () => undefined,
      resume: () => {
        const before = text.split('event: next').length - 1;
        pump().catch(() => undefined);
        return before;
      },
      text: () => text,
      stop: () => controller.abort(),
    };
  }
});
