/** One search over packages, contacts, organizations and campaigns. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { createContact } from './operations.ts';

const EVERYTHING = `query Search($text: String!, $first: Int) {
  search(text: $text, first: $first) {
    workPackages { title }
    contacts { name organization { name } }
    organizations { name }
    campaigns { name }
  }
}`;

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  const { owner } = server.north;
  await createContact(owner, { name: 'Robert Quill', organizationName: 'Zephyr Studios' });
  await createContact(owner, { name: 'Zephyr Jones', email: 'zj@x.example' });
  await createContact(owner, { name: 'Anna Zephyr' });
  await createContact(owner, { name: 'Ben Other', email: 'ben@zephyr.example' });
  const { contactId } = server.north;
  await createPackage(owner, { title: 'Zephyr website' }, 'ACTIVE');
  await createPackage(owner, { title: 'Old zephyr draft' });
  await createPackage(owner, { title: 'Portal zephyr', contactId }, 'ACTIVE');
  await createPackage(owner, { title: 'Portal zephyr draft', contactId });
  await done(
    owner,
    'mutation ($input: CreateCampaignInput!) { done: createCampaign(input: $input) { userErrors { message } } }',
    {
      name: 'Spring at Zephyr',
      templates: [{ templateName: 'spring', language: 'en' }],
      contactIds: [contactId],
    },
  );
});
afterAll(() => server.stop());

async function done(user: TestUser, mutation: string, input: object): Promise<any> {
  const { data, errors } = await user.run(mutation, { input });
  expect(errors ?? data.done.userErrors).toEqual([]);
  return data.done;
}

async function createPackage(user: TestUser, input: object, status = 'DRAFT'): Promise<void> {
  const { workPackage } = await done(
    user,
    'mutation ($input: CreateWorkPackageInput!) { done: createWorkPackage(input: $input) { workPackage { id } userErrors { message } } }',
    input,
  );
  await done(
    user,
    'mutation ($input: UpdateWorkPackageInput!) { done: updateWorkPackage(input: $input) { userErrors { message } } }',
    { id: workPackage.id, status },
  );
}

async function search(user: TestUser, text: string, first?: number) {
  const { data, errors, extensions } = await user.run(
    EVERYTHING,
    { text, ...(first !== undefined && { first }) },
    { 'x-performance': '1' },
  );
  expect(errors ?? []).toEqual([]);
  const names = Object.fromEntries(
    Object.entries<{ name?: string; title?: string }[]>(data.search).map(([kind, found]) => [
      kind,
      found.map(({ name, title }) => name ?? title),
    ]),
  );
  return { names, statements: extensions?.performance?.sqlStatements ?? Number.NaN, data };
}

const NOTHING = { workPackages: [], contacts: [], organizations: [], campaigns: [] };

test('finds every kind of object by one text, those that begin with it first', async () => {
  const { names, data } = await search(server.north.owner, 'zephyr');
  expect(names).toEqual({
    workPackages: ['Zephyr website', 'Portal zephyr draft', 'Portal zephyr', 'Old zephyr draft'],
    contacts: ['Zephyr Jones', 'Anna Zephyr', 'Ben Other', 'Robert Quill'],
    organizations: ['Zephyr Studios'],
    campaigns: ['Spring at Zephyr'],
  });
  expect(data.search.contacts[3].organization.name).toBe('Zephyr Studios');
});

test('takes at most five statements, whatever is found and however it is misspelt', async () => {
  for (const text of ['zephyr', 'zehpyr', 'robert quill', 'xylophone', 'a', 'x '.repeat(100)]) {
    const { statements } = await search(server.north.owner, text);
    expect(statements, text).toBeLessThanOrEqual(5);
  }
  expect((await search(server.north.owner, ' !? ')).statements).toBe(0);
});

test('looks past typing errors, and for words that no contact has', async () => {
  expect((await search(server.north.owner, 'zehpyr')).names).toEqual(
    (await search(server.north.owner, 'zephyr')).names,
  );
  expect((await search(server.north.owner, 'website zephyr')).names).toEqual({
    ...NOTHING,
    workPackages: ['Zephyr website'],
  });
});

test('returns as many of each kind as are wanted', async () => {
  const { names } = await search(server.north.owner, 'zephyr', 2);
  expect(names).toEqual({
    workPackages: ['Zephyr website', 'Portal zephyr draft'],
    contacts: ['Zephyr Jones', 'Anna Zephyr'],
    organizations: ['Zephyr Studios'],
    campaigns: ['Spring at Zephyr'],
  });
});

test('finds nothing of another tenant', async () => {
  expect((await search(server.south.owner, 'zephyr')).names).toEqual(NOTHING);
});

test('members find what owners find', async () => {
  expect((await search(server.north.member, 'zephyr')).names).toEqual(
    (await search(server.north.owner, 'zephyr')).names,
  );
});

test('portal users find the packages that they may see, and nothing else', async () => {
  const { names, statements } = await search(server.north.client, 'zephyr');
  expect(names).toEqual({ ...NOTHING, workPackages: ['Portal zephyr'] });
  expect(statements).toBeLessThanOrEqual(5);
  // A correction would tell them which words the contacts of the agency have.
  expect((await search(server.north.client, 'zehpyr')).names).toEqual(NOTHING);
});

test.each([0, -1, 11, 1_000_000])('refuses a `first` of %d', async (first) => {
  const { errors } = await server.north.owner.run(EVERYTHING, { text: 'zephyr', first });
  expect(errors?.[0]).toMatchObject({
    message: 'Argument "first": Expected a number from 1 to 10.',
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test.each(["'", '\\', '!&|()', ':*', "' or 1=1 --", '%', 'a:*b', '🦊'])(
  '%j breaks nothing',
  async (text) => {
    for (const user of [server.north.owner, server.north.client]) await search(user, text);
  },
);

test('a text that is too long is refused', async () => {
  const { errors } = await server.north.owner.run(EVERYTHING, { text: 'x'.repeat(257) });
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});
