/**
 * A Pipedrive at fault, and a server that is killed while it syncs: nothing is lost, and the end
 * says what was the matter.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import type { PipedriveFaults } from '../../src/sandbox/pipedrive-faults.ts';
import { eventually, subscribe } from '../support/live.ts';
import { startProcess } from '../support/process.ts';
import {
  type ConnectedServer,
  connect,
  ended,
  readSync,
  settingsFor,
  start,
  startConnected,
  sync,
} from './crm.ts';

let connected: ConnectedServer;
afterEach(() => connected?.stop());

async function startWith(faults: PipedriveFaults, size = 600) {
  connected = await startConnected({ size, faults });
  await connect(connected.server.north.owner, { apiToken: connected.sandbox.token });
  return connected;
}

const kinds = ['organizations', 'persons', 'deals', 'activities'] as const;
const total = ({ sandbox }: ConnectedServer) =>
  kinds.reduce((sum, kind) => sum + sandbox.account.count(kind), 0);
const linked = ({ server }: ConnectedServer) =>
  prismaOf(server.app.platform.database).contact.count({
    where: { tenantId: server.north.tenantId, pipedrivePersonId: { not: null } },
  });

describe('a Pipedrive at fault', () => {
  test.each<[string, PipedriveFaults]>([
    ['errors now and then', { serverErrors: 0.2 }],
    ['a page that broke off', { answer: 'half', times: 1, kind: 'persons' }],
    ['a connection that broke off', { answer: 'cut', times: 1, kind: 'activities' }],
    ['no body', { answer: 'nothing', times: 1 }],
    ['too many requests for a moment', { answer: 'busy', times: 2, kind: 'deals' }],
  ])('%s: the sync takes over all', async (_name, faults) => {
    const { server } = await startWith(faults);
    expect(await sync(server.north.owner)).toMatchObject({
      status: 'COMPLETED',
      fetched: total(connected),
      failed: 0,
    });
    expect(await linked(connected)).toBe(600);
  });

  test('the same page twice: all is taken over once, and the counts still add up', async () => {
    const { server } = await startWith({ repeatPages: true });
    const done = await sync(server.north.owner);
    expect(done).toMatchObject({ status: 'COMPLETED', fetched: 2 * total(connected), failed: 0 });
    expect(done.created + done.updated + done.unchanged).toBe(done.fetched);
    expect(await linked(connected)).toBe(600);
  });

  test('records with null everywhere fail alone, and are listed', async () => {
    const { server } = await startWith({ nullRecords: true });
    const done = await sync(server.north.owner);
    // A page each of organizations and deals, two of persons, three of activities.
    expect(done).toMatchObject({ status: 'COMPLETED', failed: 7, fetched: total(connected) + 7 });
    expect(done.created + done.updated + done.unchanged + done.failed).toBe(done.fetched);
    expect(done.failures).toHaveLength(7);
    expect(done.failures[0]).toEqual({
      externalId: 'unknown',
      message: 'This organization has no id, has no name.',
    });
    const { data } = await server.north.owner.run(
      'query ($id: ID!) { node(id: $id) { ... on CrmSync { failures(first: 3) { message } } } }',
      { id: done.id },
    );
    expect(data.node.failures).toHaveLength(3);
  });

  test.each<[string, PipedriveFaults, RegExp]>([
    [
      'blocks',
      { answer: 'blocked', kind: 'persons' },
      /^Pipedrive blocks this server after too many requests/,
    ],
    [
      'has used up its day',
      { answer: 'spent', kind: 'persons' },
      /^This company's Pipedrive requests for the day are used up/,
    ],
    ['answers 20 MB', { answer: 'huge', kind: 'persons' }, /^Pipedrive sent more than 16 MiB/],
    [
      'leads in a circle',
      { cursors: 'cycle', kind: 'persons' },
      /leads back to a page that was read before/,
    ],
    [
      'leads to the same page',
      { cursors: 'same', kind: 'persons' },
      /leads back to a page that was read before/,
    ],
  ])(
    'one that %s: the sync is FAILED with a message, what was read stays, and the next one takes over the rest',
    async (_name, faults, message) => {
      const { server, sandbox } = await startWith(faults);
      const failed = await sync(server.north.owner);
      expect(failed).toMatchObject({
        status: 'FAILED',
        errorMessage: expect.stringMatching(message),
      });
      expect(failed.fetched).toBeGreaterThanOrEqual(sandbox.account.count('organizations'));
      expect(failed.created + failed.updated + failed.unchanged + failed.failed).toBe(
        failed.fetched,
      );
      sandbox.setFaults({});
      expect(await sync(server.north.owner)).toMatchObject({
        status: 'COMPLETED',
        full: true,
        failed: 0,
      });
      expect(await linked(connected)).toBe(600);
    },
  );

  test('one that answers 429 for ever is given up with a message', async () => {
    const { server } = await startWith({ answer: 'busy' }, 10);
    expect(await sync(server.north.owner)).toMatchObject({
      status: 'FAILED',
      errorMessage: 'Pipedrive keeps reporting too many requests.',
    });
  });
});

describe('a sync under way', () => {
  test('subscribers see it grow to its end, never going back', async () => {
    const [first, activities] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { server, sandbox } = await startWith({ heldUntil: first.promise });
    const { id } = await start(server.north.member);
    const query =
      'subscription ($id: ID!) { crmSyncProgress(id: $id) { version status fetched created updated unchanged failed } }';
    const watching = subscribe(server.url, server.north.member, { id, query });
    const newest = () => watching.events.at(-1)?.data.crmSyncProgress;
    await eventually('a first state came', () => newest()?.fetched === 0);
    sandbox.setFaults({ kind: 'activities', heldUntil: activities.promise });
    first.resolve();
    await eventually('a state on the way came', () => newest().fetched > 0);
    activities.resolve();
    await eventually('the last state came', () => newest().status === 'COMPLETED');
    watching.stop();
    const states = watching.events.map((event) => event.data.crmSyncProgress);
    expect(states.length).toBeGreaterThan(2);
    for (const state of states)
      expect(state.created + state.updated + state.unchanged + state.failed).toBe(state.fetched);
    expect(states.map(({ version }) => version)).toEqual(
      [...new Set(states.map(({ version }) => version))].sort((a, b) => a - b),
    );
    expect(states.at(-1).fetched).toBe(total(connected));
    expect(sandbox.requests.length).toBeGreaterThan(5);
  });

  test('another tenant and a client see nothing of it', async () => {
    const { server } = await startWith({}, 10);
    const { id } = await start(server.north.owner);
    const query = 'subscription ($id: ID!) { crmSyncProgress(id: $id) { version } }';
    const foreign = subscribe(server.url, server.south.owner, { id, query });
    expect((await eventually('it is refused', () => foreign.events[0])).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
    const client = subscribe(server.url, server.north.client, { id, query });
    expect((await eventually('it is refused', () => client.events[0])).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(
      (await server.north.client.run('query ($id: ID!) { node(id: $id) { id } }', { id })).data
        ?.node,
    ).toBeNull();
    await ended(server.north.owner, id);
  });

  test('killed in the middle, it goes on from its last page in another process', async () => {
    connected = await startConnected({ size: 3_000, faults: { delayMs: 60 } }, { worker: false });
    const { server, sandbox } = connected;
    const { owner } = server.north;
    await connect(owner, { apiToken: sandbox.token });
    const first = await startProcess(server.databaseUrl, settingsFor(sandbox), 'worker');
    const { id } = await start(owner);
    await eventually(
      'some pages are stored',
      async () => (await readSync(owner, id)).fetched > 1_500,
    );
    await first.end('SIGKILL');
    const asked = sandbox.requests.length;
    const second = await startProcess(server.databaseUrl, settingsFor(sandbox), 'worker');
    const done = await ended(owner, id);
    await second.end('SIGTERM');
    expect(done).toMatchObject({
      status: 'COMPLETED',
      fetched: total(connected),
      created: total(connected),
      failed: 0,
    });
    // 23 pages are all there are: 2 of organizations, 6 of persons, 3 of deals, 12 of activities.
    const after = sandbox.requests.slice(asked).filter(({ path }) => path.startsWith('/api/v2/'));
    expect(after.length).toBeLessThan(21);
    expect(
      new Set(
        sandbox.requests
          .filter(({ path }) => path.startsWith('/api/v2/'))
          .map(({ path, query }) => path + query['cursor']),
      ).size,
    ).toBe(23);
    expect(await linked(connected)).toBe(3_000);
  });
});
