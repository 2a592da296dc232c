/**
 * Packets under faults, seen from outside: whatever dies, each is generated once, and whoever
 * watches sees the end.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openGate } from '../support/gate.ts';
import { send } from '../support/http.ts';
import { answersFor } from '../support/intake.ts';
import { eventually, subscribe } from '../support/live.ts';
import { type ServerProcess, startProcess } from '../support/process.ts';
import { NO_REDIS, startRedis } from '../support/redis.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const CREATE =
  'mutation ($input: CreateClientInput!) { createClient(input: $input) { client { id } userErrors { message } } }';
const SUBMIT =
  'mutation ($input: SubmitIntakeInput!) { submitIntake(input: $input) { packets { id status } message userErrors { message } } }';
const WATCH = `subscription ($id: ID!) {
  packetProgress(clientId: $id) { version summary { total completed progress done } packets { id status progress version } }
}`;
/** A killed worker is noticed after 10 s, and its jobs are tried again 1 to 2 s later. */
const SETTINGS = { PACKET_RETRY_DELAY_MS: '1000' };

let server: TestServer;
let answers: Record<string, unknown>;
const processes: ServerProcess[] = [];

beforeAll(async () => {
  // An API alone: each test starts the workers that it kills.
  server = await startTestServer({ worker: false, settings: SETTINGS });
  answers = await answersFor(server.north.owner);
  // Long enough for a worker to be killed in the middle; each completion leaves a line.
  await server.app.platform.database.pool.query(`
    create table completion (packet uuid, attempt int);
    create function slow_down() returns trigger language plpgsql as $$
    begin
      if new.progress > old.progress and new.status = 'GENERATING' then perform pg_sleep(0.15); end if;
      if new.status = 'COMPLETED' then insert into completion values (new.id, new.attempts); end if;
      return new;
    end $$;
    create trigger slow_down after update on packet for each row execute function slow_down()`);
});

afterAll(async () => {
  for (const process of processes) await process.end('SIGKILL');
  await server.stop();
});

async function startWorker(
  url = server.databaseUrl,
  settings: Record<string, string> = {},
): Promise<ServerProcess> {
  const worker = await startProcess(url, { ...SETTINGS, ...settings }, 'worker');
  processes.push(worker);
  return worker;
}

async function newClient(): Promise<string> {
  const { data } = await server.north.owner.run(CREATE, {
    input: { name: `Client ${randomUUID()}`, clientType: 'INDIVIDUAL' },
  });
  return data.createClient.client.id;
}

async function submit(clientId: string): Promise<void> {
  const { data } = await server.north.owner.run(SUBMIT, { input: { clientId, answers } });
  expect(data.submitIntake.userErrors).toEqual([]);
}

interface StoredPacket {
  status: string;
  progress: number;
  attempts: number;
  completions: number;
}

async function packetsOf(clientId: string): Promise<StoredPacket[]> {
  const id = Buffer.from(clientId, 'base64').toString().split(':')[1];
  const { rows } = await server.app.platform.database.pool.query<StoredPacket>(
    `select status, progress, attempts, (select count(*)::int from completion where packet = p.id) as completions from packet p where "clientId" = $1`,
    [id],
  );
  return rows;
}

function inTheMiddle(clientId: string) {
  return eventually('some packets are half done', async () =>
    (await packetsOf(clientId)).some(
      ({ status, progress }) => status === 'GENERATING' && progress > 0,
    ),
  );
}

async function completed(clientId: string): Promise<StoredPacket[]> {
  const done = async () => {
    const packets = await packetsOf(clientId);
    return packets.every(({ status }) => status === 'COMPLETED') ? packets : null;
  };
  return eventually('all packets are completed', done);
}

describe('a worker in the middle of a packet', () => {
  test('that is killed: another one goes on, and each packet is generated once; the killed attempt counts', async () => {
    const clientId = await newClient();
    const killed = await startWorker();
    const watching = subscribe(server.url, server.north.owner, { id: clientId, query: WATCH });
    await submit(clientId);
    await inTheMiddle(clientId);
    await killed.end('SIGKILL');
    const other = await startWorker();
    const packets = await completed(clientId);
    expect(packets.map(({ completions }) => completions)).toEqual(packets.map(() => 1));
    expect(Math.max(...packets.map(({ attempts }) => attempts))).toBe(2);
    const last = await eventually('the subscriber saw the end', () =>
      watching.events.find((event) => event.data.packetProgress.summary.done),
    );
    expect(last.data.packetProgress.summary).toMatchObject({
      total: packets.length,
      completed: packets.length,
      progress: 100,
    });
    const versions = watching.events.map((event) => event.data.packetProgress.version);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    watching.stop();
    await other.end('SIGTERM');
  });

  test('that is frozen while another takes over: what it writes when it wakes is refused', async () => {
    const clientId = await newClient();
    const frozen = await startWorker();
    await submit(clientId);
    await inTheMiddle(clientId);
    frozen.child.kill('SIGSTOP');
    const other = await startWorker();
    await completed(clientId);
    frozen.child.kill('SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const packets = await packetsOf(clientId);
    expect(packets.map(({ status, completions }) => `${status} ${completions}`)).toEqual(
      packets.map(() => 'COMPLETED 1'),
    );
    await Promise.all([frozen.end('SIGTERM'), other.end('SIGTERM')]);
  });

  test('that is asked to stop: its packets are finished or taken over, as the same attempt', async () => {
    const clientId = await newClient();
    const stopping = await startWorker();
    await submit(clientId);
    await inTheMiddle(clientId);
    expect(await stopping.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const other = await startWorker();
    const packets = await completed(clientId);
    expect(packets.map(({ attempts, completions }) => [attempts, completions])).toEqual(
      packets.map(() => [1, 1]),
    );
    await other.end('SIGTERM');
  });

  test('that loses PostgreSQL for a while: the packets are completed once it is back', async () => {
    const clientId = await newClient();
    const gate = await openGate(() => Number(new URL(server.databaseUrl).port));
    const worker = await startWorker(gate.url(server.databaseUrl));
    await submit(clientId);
    await inTheMiddle(clientId);
    const port = Number(new URL(gate.url(server.databaseUrl)).port);
    await gate.close();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await gate.open();
    expect(Number(new URL(gate.url(server.databaseUrl)).port)).toBe(port);
    const packets = await completed(clientId);
    expect(packets.map(({ completions }) => completions)).toEqual(packets.map(() => 1));
    await worker.end('SIGTERM');
    await gate.close();
  });
});

test('an API that is killed right after it answered a submission: the packets still come', async () => {
  const clientId = await newClient();
  const api = await startProcess(server.databaseUrl, SETTINGS);
  const { body } = await send(api.url, {
    token: server.north.owner.token,
    body: { query: SUBMIT, variables: { input: { clientId, answers } } },
  });
  await api.end('SIGKILL');
  expect(body.data.submitIntake.message).toBe('Your personalized packets are being generated');
  const worker = await startWorker();
  expect((await completed(clientId)).map(({ completions }) => completions)).toEqual(
    body.data.submitIntake.packets.map(() => 1),
  );
  await worker.end('SIGTERM');
});

test('progress over Redis, which is killed and started in between, arrives in order and to the end', async ({
  skip,
}) => {
  if (NO_REDIS) skip(NO_REDIS);

  const redis = await startRedis();
  const settings = { REDIS_URL: redis.url };
  const api = await startTestServer({ worker: false, settings, shareWith: server });
  const worker = await startWorker(server.databaseUrl, settings);
  const clientId = await newClient();
  const watching = subscribe(api.url, server.north.owner, { id: clientId, query: WATCH });
  await eventually('it is subscribed', () => watching.events.length > 0);
  await submit(clientId);
  await inTheMiddle(clientId);
  await redis.kill();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await redis.start();
  await eventually('the subscriber saw the end', () =>
    watching.events.some((event) => event.data.packetProgress.summary.done),
  );
  const versions = watching.events.map((event) => event.data.packetProgress.version);
  expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
  watching.stop();
  await worker.end('SIGTERM');
  await api.stop();
  await redis.kill();
});
