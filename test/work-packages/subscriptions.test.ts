/** workPackageChanged over WebSocket: the state first, then every newer one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { absentId, change, createArtifact, createPackage, phaseOf } from './operations.ts';

let server: TestServer;
let other: TestServer;
let owner: TestUser;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  server = await startTestServer();
  other = await startTestServer({ shareWith: server });
  owner = server.north.owner;
});
afterAll(async () => {
  for (const close of closing) await close();
  await other.stop();
  await server.stop();
});

const CHANGED = `subscription ($id: ID!) { workPackageChanged(id: $id) {
  version workPackage { title status version progress phases { items { label artifacts { title } } } } } }`;

type Event = {
  data?: { workPackageChanged: { version: number; workPackage: any } } | null;
  errors?: readonly { extensions?: { code?: string } }[];
};

/** The events of a subscription, each waited for at most 5 s; after the last one `done` is true. */
function subscribe(
  user: TestUser,
  id: string,
  at = server,
): { next: () => Promise<IteratorResult<Event, undefined>>; state: () => Promise<any> } {
  const client = createClient({
    url: `${at.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${user.token}` },
    retryAttempts: 0,
  });
  closing.push(() => client.dispose());
  const events = client.iterate({ query: CHANGED, variables: { id } });
  const next = () =>
    Promise.race([
      events.next() as Promise<IteratorResult<Event, undefined>>,
      sleep(120_000).then(() => Promise.reject(new Error('No event came.'))),
    ]);
  return { next, state: async () => (await next()).value?.data?.workPackageChanged };
}

describe('a subscriber', () => {
  test('gets the present state first', async () => {
    const { id } = await createPackage(owner, { phases: [phaseOf(1)] });
    expect(await subscribe(owner, id).state()).toMatchObject({
      version: 1,
      workPackage: { title: 'Website', version: 1 },
    });
  });

  test('gets each change of the package and of what is in it', async () => {
    const blog = await createArtifact(owner);
    const { id, phases } = await createPackage(owner, {
      phases: [{ name: 'x', items: [{ label: 'x', collateral: [{ artifactId: blog }] }] }],
    });
    const { state } = subscribe(owner, id);
    await state();
    await change(owner)('updateWorkPackage', { id, title: 'Shop' });
    expect(await state()).toMatchObject({ version: 2, workPackage: { title: 'Shop' } });
    await change(owner)('updateWorkPackageItem', {
      id: phases[0]?.items[0]?.id,
      progressCompleted: 30,
    });
    expect(await state()).toMatchObject({ version: 3, workPackage: { progress: 30 } });
    await change(owner)('updateArtifact', { id: blog, title: 'Renamed' });
    expect(await state()).toMatchObject({
      version: 4,
      workPackage: { phases: [{ items: [{ artifacts: [{ title: 'Renamed' }] }] }] },
    });
  });

  test('gets the changes made in another process', async () => {
    const { id } = await createPackage(owner);
    const { state } = subscribe(owner, id, other);
    await state();
    await change(owner)('updateWorkPackage', { id, title: 'Shop' });
    expect(await state()).toMatchObject({ version: 2, workPackage: { title: 'Shop' } });
  });

  test('gets states in order only, and the last one, however fast they come', async () => {
    const { id } = await createPackage(owner);
    const { state } = subscribe(owner, id);
    const versions = [(await state()).version];
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        change(owner)('updateWorkPackage', { id, title: `Title ${index}` }),
      ),
    );
    while (versions.at(-1) !== 41) versions.push((await state()).version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });

  test('gets nothing for a change that changes nothing', async () => {
    const { id } = await createPackage(owner);
    const { state } = subscribe(owner, id);
    await state();
    await change(owner)('updateWorkPackage', { id, title: 'Website' });
    await change(owner)('updateWorkPackage', { id, title: 'Shop' });
    expect((await state()).version).toBe(2);
  });

  test('stays when the package is COMPLETED', async () => {
    const { id } = await createPackage(owner);
    const { state } = subscribe(owner, id);
    await state();
    await change(owner)('updateWorkPackage', { id, status: 'COMPLETED' });
    await state();
    await change(owner)('updateWorkPackage', { id, status: 'ACTIVE' });
    expect(await state()).toMatchObject({ version: 3, workPackage: { status: 'ACTIVE' } });
  });

  test('is completed when the package is deleted', async () => {
    const { id } = await createPackage(owner);
    const { next } = subscribe(owner, id);
    await next();
    await change(owner)('deleteWorkPackage', { id });
    expect((await next()).done).toBe(true);
  });
});

describe('refused with NOT_FOUND is', () => {
  const codeOf = async (user: TestUser, id: string) => {
    const { next } = subscribe(user, id);
    const errors = await next().then(
      (event) => event.value?.errors,
      (thrown) => thrown,
    );
    return (Array.isArray(errors) ? errors : [])[0]?.extensions?.code;
  };

  test('an id that is absent', async () => {
    expect(await codeOf(owner, absentId('WorkPackage'))).toBe('NOT_FOUND');
  });

  test('an id of another tenant', async () => {
    expect(await codeOf(owner, (await createPackage(server.south.owner)).id)).toBe('NOT_FOUND');
  });

  test('an id of another type', async () => {
    expect(await codeOf(owner, await createArtifact(owner))).toBe('NOT_FOUND');
  });

  test('to a client a package that it may not see', async () => {
    expect(
      await codeOf(
        server.north.client,
        (await createPackage(owner, { contactId: server.north.contactId })).id,
      ),
    ).toBe('NOT_FOUND');
  });

  test('but a malformed id with BAD_USER_INPUT', async () => {
    expect(await codeOf(owner, 'nonsense')).toBe('BAD_USER_INPUT');
  });
});

describe('a client', () => {
  async function activePackage(): Promise<string> {
    const { id } = await createPackage(owner, { contactId: server.north.contactId });
    await change(owner)('updateWorkPackage', { id, status: 'ACTIVE' });
    return id;
  }

  test('follows a package that it may see', async () => {
    const id = await activePackage();
    const { state } = subscribe(server.north.client, id);
    await state();
    await change(owner)('updateWorkPackage', { id, title: 'Shop' });
    expect(await state()).toMatchObject({ version: 3, workPackage: { title: 'Shop' } });
  });

  test.each([{ status: 'ARCHIVED' }, { contactId: null, companyId: null }])(
    'sees no more of a package that becomes %j',
    async (input) => {
      const id = await activePackage();
      const { next } = subscribe(server.north.client, id);
      await next();
      await change(owner)('updateWorkPackage', { id, ...input });
      expect((await next()).done).toBe(true);
    },
  );
});
