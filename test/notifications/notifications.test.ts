/** Notifications: stored, listed, marked, and seen live without a gap. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Message, notify } from '../../src/notifications/index.ts';
import { decodeGlobalId } from '../../src/platform/global-id.ts';
import { eventually, subscribe } from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser, userFor } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

function tell(
  tenant: { tenantId: string },
  message: Omit<Message, 'body' | 'subject'> & Partial<Message>,
): Promise<number> {
  const { platform } = server.app;
  return platform.database
    .forTenant(tenant)
    .transaction((tx) => notify(platform, tx, { body: '', subject: null, ...message }));
}

async function newUser(name: string): Promise<TestUser> {
  return userFor(server.app, {
    tenantId: server.north.tenantId,
    id: crypto.randomUUID(),
    email: `${name}@north.example`,
    role: 'MEMBER',
  });
}

async function list(user: TestUser, given = '') {
  const { data, errors } = await user.run(
    `{ notifications${given} { totalCount pageInfo { hasNextPage endCursor } nodes { id title readAt subject { id } } } }`,
  );
  expect(errors).toBeUndefined();
  return data.notifications;
}

const mark = (user: TestUser, ids: string[]) =>
  user.run(
    'mutation ($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) { notifications { id readAt } userErrors { code field } } }',
    { input: { ids } },
  );

describe('notifications', () => {
  test('are each user’s own, newest first, page by page', async () => {
    const [ann, bob] = [await newUser('ann'), await newUser('bob')];
    for (const title of ['one', 'two', 'three'])
      await tell(server.north, { to: { userId: ann.id }, title });
    const first = await list(ann, '(first: 2)');
    expect(first).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: true },
      nodes: [{ title: 'three' }, { title: 'two' }],
    });
    expect(
      (await list(ann, `(first: 2, after: "${first.pageInfo.endCursor}")`)).nodes,
    ).toMatchObject([{ title: 'one' }]);
    expect((await list(bob)).totalCount).toBe(0);
  });

  test('to a role reach its active users of the tenant', async () => {
    expect(await tell(server.north, { to: { role: 'CLIENT' }, title: 'To clients' })).toBe(1);
    expect((await list(server.north.client)).nodes[0].title).toBe('To clients');
    expect((await list(server.south.client)).totalCount).toBe(0);
  });

  test('have a subject while it exists, for those who may see it', async () => {
    const subject = decodeGlobalId(server.north.organizationId);
    await tell(server.north, { to: { userId: server.north.owner.id }, title: 'x', subject });
    await tell(server.north, {
      to: { userId: server.north.owner.id },
      title: 'y',
      subject: { type: 'Contact', id: crypto.randomUUID() },
    });
    const [gone, there] = (await list(server.north.owner, '(first: 2)')).nodes;
    expect([gone.subject, there.subject]).toEqual([null, { id: server.north.organizationId }]);
    await tell(server.north, {
      to: { userId: server.north.client.id },
      title: 'z',
      subject: { type: 'User', id: server.north.owner.id },
    });
    expect((await list(server.north.client, '(first: 1)')).nodes[0].subject).toBeNull();
  });

  test('are marked as read, all or none, and keep the time of the first mark', async () => {
    const [ann, bob] = [await newUser('ann2'), await newUser('bob2')];
    for (const title of ['one', 'two']) await tell(server.north, { to: { userId: ann.id }, title });
    await tell(server.north, { to: { userId: bob.id }, title: 'of another' });
    const ids = (await list(ann)).nodes.map(({ id }: { id: string }) => id);
    const foreign = (await list(bob)).nodes[0].id;
    expect((await mark(ann, [ids[0], foreign])).data.markNotificationsRead).toEqual({
      notifications: [],
      userErrors: [{ code: 'NOT_FOUND', field: ['ids', '1'] }],
    });
    expect((await list(ann, '(unreadOnly: true)')).totalCount).toBe(2);
    const [marked] = (await mark(ann, [ids[0]])).data.markNotificationsRead.notifications;
    expect(marked).toEqual({ id: ids[0], readAt: expect.any(String) });
    expect((await mark(ann, ids)).data.markNotificationsRead.notifications).toMatchObject([
      marked,
      { id: ids[1] },
    ]);
    expect((await list(ann, '(unreadOnly: true)')).nodes).toEqual([]);
    expect((await mark(ann, ['nonsense'])).data.markNotificationsRead.userErrors).toEqual([
      { code: 'INVALID', field: ['ids', '0'] },
    ]);
    expect(
      (await ann.run('query ($id: ID!) { node(id: $id) { id } }', { id: foreign })).data.node,
    ).toBeNull();
  });
});

describe('a subscriber', () => {
  const ADDED = 'subscription { notificationAdded { title } }';
  const titles = (subscriber: { events: any[] }) =>
    subscriber.events.map((event) => event.data?.notificationAdded?.title);

  test('gets the newest unread one at first, then every further one', async () => {
    const ann = await newUser('ann3');
    for (const title of ['one', 'two', 'three'])
      await tell(server.north, { to: { userId: ann.id }, title });
    await mark(ann, [(await list(ann)).nodes[0].id]);
    const subscriber = subscribe(server.url, ann, { id: '', query: ADDED });
    await eventually('the first', () => subscriber.events.length > 0);
    for (const title of ['four', 'five'])
      await tell(server.north, { to: { userId: ann.id }, title });
    await eventually('all', () => subscriber.events.length === 3);
    expect(titles(subscriber)).toEqual(['two', 'four', 'five']);
    subscriber.stop();
  });

  test('without unread ones waits for the next', async () => {
    const ann = await newUser('ann4');
    const subscriber = subscribe(server.url, ann, { id: '', query: ADDED });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await tell(server.north, { to: { userId: ann.id }, title: 'first' });
    await eventually('it comes', () => subscriber.events.length === 1);
    expect(titles(subscriber)).toEqual(['first']);
    subscriber.stop();
  });

  test('misses none of many that are committed at the same time, and gets them in one order', async () => {
    const ann = await newUser('ann5');
    const subscribers = [
      subscribe(server.url, ann, { id: '', query: ADDED }),
      subscribe(server.url, ann, { id: '', query: ADDED }),
    ];
    await tell(server.north, { to: { userId: ann.id }, title: 'n0' });
    await eventually('both are subscribed', () =>
      subscribers.every(({ events }) => events.length === 1),
    );
    const all = Array.from({ length: 250 }, (_, index) => `n${index}`);
    const waiting = all.slice(1);
    const sender = async () => {
      for (let title = waiting.pop(); title !== undefined; title = waiting.pop())
        await tell(server.north, { to: { userId: ann.id }, title });
    };
    await Promise.all(Array.from({ length: 6 }, sender));
    await eventually('all came', () =>
      subscribers.every(({ events }) => events.length === all.length),
    );
    const [one, other] = subscribers.map(titles);
    expect([...(one ?? [])].sort()).toEqual(all.sort());
    expect(other).toEqual(one);
    for (const subscriber of subscribers) subscriber.stop();
  });
});
