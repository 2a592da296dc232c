/** Packets: generation and its failures, retrying, cancelling, lists, the queue and the summary. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENDLESS } from '../support/intake.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import {
  change,
  createClient,
  finishedPackets,
  packetsOf,
  read,
  refusals,
  submittedClient,
} from './operations.ts';

let server: TestServer;
/** Takes no job. */
let idle: TestServer;
let owner: TestUser;
let waiting: TestUser;

beforeAll(async () => {
  server = await startTestServer({
    settings: { PACKET_RETRY_DELAY_MS: '0', PACKET_MAX_ATTEMPTS: '2' },
  });
  idle = await startTestServer({ worker: false });
  owner = server.north.owner;
  waiting = idle.north.owner;
});
afterAll(async () => {
  await server.stop();
  await idle.stop();
});

const template = (body: string) => ({
  packetType: 'YOUTH',
  name: 'Youth',
  isDefault: true,
  sections: [
    { heading: 'One', body: 'Fine' },
    { heading: 'Two', body },
  ],
});
const summary = async (user: TestUser, id: string) =>
  (
    await read(
      user,
      'query ($id: ID!) { client(id: $id) { packetSummary { total pending generating completed failed cancelled progress done } } }',
      { id },
    )
  ).client.packetSummary;

describe('a packet', () => {
  test('is finished with its sections, its page and its times', async () => {
    const { id } = await submittedClient(owner);
    for (const packet of await finishedPackets(
      owner,
      id,
      'status progress attempts errorMessage title startedAt completedAt sections { heading markdown } html',
    )) {
      expect(packet).toMatchObject({
        status: 'COMPLETED',
        progress: 100,
        attempts: 1,
        errorMessage: null,
        title: expect.any(String),
      });
      expect(packet.sections.length).toBeGreaterThan(1);
      expect(packet.html).toMatch(/^<!doctype html>/);
      expect(packet.completedAt >= packet.startedAt).toBe(true);
    }
    expect(await summary(owner, id)).toEqual({
      total: 4,
      pending: 0,
      generating: 0,
      completed: 4,
      failed: 0,
      cancelled: 0,
      progress: 100,
      done: true,
    });
  });

  test('whose template fails is FAILED after its attempts, and retried it is generated', async () => {
    await change(owner, 'upsertPacketTemplate', template(ENDLESS));
    const { id } = await submittedClient(owner, { clientType: 'YOUTH' });
    const failed = (await finishedPackets(owner, id)).find((packet) => packet.type === 'YOUTH');
    expect(failed).toMatchObject({
      status: 'FAILED',
      attempts: 2,
      maxAttempts: 2,
      nextAttemptAt: null,
      completedAt: null,
    });
    expect(failed.errorMessage).toMatch(/^Template "Youth", section 2/);
    expect(await summary(owner, id)).toMatchObject({ failed: 1, done: true, progress: 100 });
    const { packetQueue } = await read(
      owner,
      '{ packetQueue { failed dead(first: 10) { totalCount nodes { id client { id } } } } }',
    );
    expect(packetQueue).toMatchObject({
      failed: 1,
      dead: { totalCount: 1, nodes: [{ id: failed.id, client: { id } }] },
    });

    await change(owner, 'upsertPacketTemplate', template('Better'));
    const retried = await change(
      owner,
      'retryPacket',
      { id: failed.id },
      'packet { status attempts progress errorMessage }',
    );
    expect(retried.packet).toEqual({
      status: 'PENDING',
      attempts: 0,
      progress: 0,
      errorMessage: null,
    });
    const healed = (
      await finishedPackets(owner, id, 'type status attempts errorMessage sections { markdown }')
    ).find((packet) => packet.type === 'YOUTH');
    expect(healed).toEqual({
      type: 'YOUTH',
      status: 'COMPLETED',
      attempts: 1,
      errorMessage: null,
      sections: [{ markdown: 'Fine' }, { markdown: 'Better' }],
    });
    expect(
      (await read(owner, '{ packetQueue { failed dead { totalCount } } }')).packetQueue,
    ).toEqual({ failed: 0, dead: { totalCount: 0 } });
  });

  test('between two attempts is PENDING, says why and until when', async () => {
    const patient = await startTestServer({ settings: { PACKET_RETRY_DELAY_MS: '600000' } });
    try {
      const user = patient.north.owner;
      await change(user, 'upsertPacketTemplate', template(ENDLESS));
      const { id } = await submittedClient(user, { clientType: 'YOUTH' });
      const packet = await eventually('the first attempt has failed', async () =>
        (await packetsOf(user, id)).find(
          ({ type, status, errorMessage }) =>
            type === 'YOUTH' && status === 'PENDING' && errorMessage !== null,
        ),
      );
      expect(packet).toMatchObject({ attempts: 1, maxAttempts: 3, progress: 0 });
      expect(Date.parse(packet.nextAttemptAt)).toBeGreaterThan(Date.parse(packet.startedAt));
    } finally {
      await patient.stop();
    }
  });

  test('without a default template for its type fails with a reason', async () => {
    const type = 'WELLNESS';
    await server.app.platform.database.pool.query(
      'update packet_template set "isDefault" = false where "packetType" = $1 and "tenantId" = $2',
      [type, server.south.tenantId],
    );
    const { id } = await submittedClient(server.south.owner, { clientType: 'SENIOR' });
    const packet = (await finishedPackets(server.south.owner, id)).find((one) => one.type === type);
    expect(packet).toMatchObject({
      status: 'FAILED',
      errorMessage: 'There is no default template for packets of type WELLNESS.',
    });
  });
});

describe('retrying and cancelling', () => {
  test('a packet that has not FAILED can not be retried', async () => {
    const { packets } = await submittedClient(waiting);
    expect(await refusals(waiting, 'retryPacket', { id: packets[0].id })).toEqual(['CONFLICT id']);
    await change(waiting, 'cancelPacket', { id: packets[0].id });
    expect(await refusals(waiting, 'retryPacket', { id: packets[0].id })).toEqual(['CONFLICT id']);
  });

  test('a waiting packet can be cancelled once, and is not generated', async () => {
    const { id, packets } = await submittedClient(waiting);
    const { packet } = await change(
      waiting,
      'cancelPacket',
      { id: packets[0].id },
      'packet { status version }',
    );
    expect(packet).toEqual({ status: 'CANCELLED', version: 2 });
    expect(await refusals(waiting, 'cancelPacket', { id: packets[0].id })).toEqual(['CONFLICT id']);
    expect(await summary(waiting, id)).toMatchObject({
      total: 4,
      pending: 3,
      cancelled: 1,
      progress: 0,
      done: false,
    });
    const worker = await startTestServer({ shareWith: idle });
    try {
      const statuses = (await finishedPackets(waiting, id)).map(({ status }) => status);
      expect(statuses).toEqual(['CANCELLED', 'COMPLETED', 'COMPLETED', 'COMPLETED']);
    } finally {
      await worker.stop();
    }
    expect(await summary(waiting, id)).toMatchObject({
      completed: 3,
      cancelled: 1,
      progress: 100,
      done: true,
    });
  });

  test('a finished packet can be neither retried nor cancelled', async () => {
    const { id } = await submittedClient(owner);
    const [packet] = await finishedPackets(owner, id);
    expect(await refusals(owner, 'cancelPacket', { id: packet.id })).toEqual(['CONFLICT id']);
    expect(await refusals(owner, 'retryPacket', { id: packet.id })).toEqual(['CONFLICT id']);
  });

  test('an absent and a foreign packet are NOT_FOUND', async () => {
    const { packets } = await submittedClient(idle.south.owner);
    const absent = Buffer.from(`Packet:${crypto.randomUUID()}`).toString('base64');
    for (const name of ['retryPacket', 'cancelPacket'] as const) {
      for (const id of [absent, packets[0].id])
        expect(await refusals(waiting, name, { id })).toEqual(['NOT_FOUND id']);
      expect(await refusals(waiting, name, { id: 'x' })).toEqual(['INVALID id']);
    }
  });

  test('packets that are cancelled while they are generated stay cancelled', async () => {
    const clients = await Promise.all(Array.from({ length: 10 }, () => submittedClient(owner)));
    const cancelled = new Set<string>();
    await Promise.all(
      clients.flatMap(({ packets }) =>
        packets.map(async ({ id }) => {
          if ((await refusals(owner, 'cancelPacket', { id })).length === 0) cancelled.add(id);
        }),
      ),
    );
    const finished = (
      await Promise.all(clients.map(({ id }) => finishedPackets(owner, id)))
    ).flat();
    for (const { id, status } of finished)
      expect(status).toBe(cancelled.has(id) ? 'CANCELLED' : 'COMPLETED');
  });
});

describe('lists', () => {
  test('of packets are newest first, and filtered by client, status and type', async () => {
    const { id, packets } = await submittedClient(waiting);
    await change(waiting, 'cancelPacket', { id: packets[1].id });
    const ids = async (filter: string) =>
      (
        await read(
          waiting,
          `query ($id: ID!) { packets(first: 500, filter: { clientId: $id, ${filter} }) { totalCount nodes { id } } }`,
          { id },
        )
      ).packets.nodes.map((node: any) => node.id);
    const all = packets.map((packet) => packet.id).reverse();
    expect(await ids('')).toEqual(all);
    expect(await ids('status: [CANCELLED]')).toEqual([packets[1].id]);
    expect(await ids('status: [CANCELLED, PENDING]')).toEqual(all);
    expect(await ids('status: []')).toEqual([]);
    expect(await ids('type: [WELCOME]')).toEqual([packets[0].id]);
  });

  test("of a client's packets are read in pages", async () => {
    const { id, packets } = await submittedClient(waiting);
    const page = async (after: string | null) =>
      (
        await read(
          waiting,
          'query ($id: ID!, $after: String) { client(id: $id) { packets(first: 3, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }',
          {
            id,
            after,
          },
        )
      ).client.packets;
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    expect([...first.nodes, ...second.nodes].map((node) => node.id)).toEqual(
      packets.map((packet) => packet.id).reverse(),
    );
    expect([first.totalCount, first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([
      4,
      true,
      false,
    ]);
  });

  test("of a client's packets are read in pages from the end, too", async () => {
    const { id, packets } = await submittedClient(waiting);
    const page = async (before: string | null) =>
      (
        await read(
          waiting,
          'query ($id: ID!, $before: String) { client(id: $id) { packets(last: 3, before: $before) { nodes { id } pageInfo { hasPreviousPage startCursor } } } }',
          { id, before },
        )
      ).client.packets;
    const last = await page(null);
    const earlier = await page(last.pageInfo.startCursor);
    expect([...earlier.nodes, ...last.nodes].map((node) => node.id)).toEqual(
      packets.map((packet) => packet.id).reverse(),
    );
    expect([last.nodes.length, last.pageInfo.hasPreviousPage]).toEqual([3, true]);
    expect(earlier.pageInfo.hasPreviousPage).toBe(false);
  });

  test('of clients are newest first, and filtered by type, by completion and by words', async () => {
    const user = idle.south.owner;
    const one = await createClient(user, { name: 'Zoë Müller' });
    const two = await createClient(user, { name: 'Anna Zander', clientType: 'SENIOR' });
    const { id: three } = await submittedClient(user, { name: 'Bob' });
    const ids = async (filter: string) =>
      (
        await read(user, `{ clients(first: 500, filter: { ${filter} }) { nodes { id } } }`)
      ).clients.nodes.map((node: any) => node.id);
    expect((await ids('')).slice(0, 3)).toEqual([three, two, one]);
    expect(await ids('clientType: [SENIOR]')).toEqual([two]);
    expect(await ids('intakeCompleted: true')).toContain(three);
    expect(await ids('intakeCompleted: true')).not.toContain(one);
    expect((await ids('intakeCompleted: false')).slice(0, 2)).toEqual([two, one]);
    expect(await ids('search: "zoe mull"')).toEqual([one]);
    expect(await ids('search: "z"')).toEqual([two, one]);
  });

  test('the queue says how many wait, and for how long', async () => {
    const user = idle.south.owner;
    await submittedClient(user);
    const { packetQueue } = await read(
      user,
      '{ packetQueue { pending processing completed failed oldestPendingSeconds } }',
    );
    expect(packetQueue).toMatchObject({ processing: 0, completed: 0, failed: 0 });
    expect(packetQueue.pending).toBeGreaterThanOrEqual(4);
    expect(packetQueue.oldestPendingSeconds).toBeGreaterThanOrEqual(0);
  });
});

test('a client is of one contact, which is of one client', async () => {
  const contactId = idle.north.contactId;
  await createClient(waiting, { contactId });
  expect(
    await refusals(waiting, 'createClient', { name: 'Other', clientType: 'SENIOR', contactId }),
  ).toEqual(['TAKEN contactId']);
  expect(
    await refusals(waiting, 'createClient', { name: ' ', clientType: 'SENIOR', contactId: 'x' }),
  ).toEqual(['INVALID name', 'INVALID contactId']);
  expect(
    await refusals(waiting, 'createClient', {
      name: 'Other',
      clientType: 'SENIOR',
      contactId: idle.south.contactId,
    }),
  ).toEqual(['NOT_FOUND contactId']);
});
