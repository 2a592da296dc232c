/**
 * The example app in headless Chromium against a whole server: people who work for several
 * agencies, and those who come to or lose one.
 */
import type { Page, Request, WebSocket } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { issuePersonToken } from '../../src/tenancy/tokens.ts';
import {
  type BuiltApp,
  NO_EXAMPLE_APP,
  type ServedApp,
  startBrowserWithApp,
} from '../support/example-app.ts';
import { eventually, setActive } from '../support/live.ts';
import {
  SECRET,
  startTestServer,
  type TestServer,
  type TestTenant,
  type TestUser,
  userFor,
} from '../support/server.ts';

// A browser, a server and PostgreSQL share what a small machine has.

let server: TestServer;
let built: BuiltApp;
let app: ServedApp;
/** The one client of each agency, by its global id. */
let clientIds: Record<'north' | 'south', string>;

beforeAll(async () => {
  if (NO_EXAMPLE_APP) return;
  built = await startBrowserWithApp();
  server = await startTestServer();
  app = await built.serve(server.url);
  clientIds = {
    north: await createClient(server.north, 'Nora of north'),
    south: await createClient(server.south, 'Sandra of south'),
  };
});
afterAll(async () => {
  if (NO_EXAMPLE_APP) return;
  await app.stop();
  await server.stop();
  await built.stop();
});
beforeEach(({ skip }) => {
  if (NO_EXAMPLE_APP) skip(NO_EXAMPLE_APP);
});

async function createClient({ owner }: TestTenant, name: string): Promise<string> {
  const query =
    'mutation ($input: CreateClientInput!) { createClient(input: $input) { client { id } } }';
  return (await owner.run(query, { input: { name, clientType: 'INDIVIDUAL' } })).data.createClient
    .client.id;
}

function user(
  tenant: TestTenant,
  email: string,
  role: 'OWNER' | 'MEMBER' = 'MEMBER',
): Promise<TestUser> {
  return userFor(server.app, { tenantId: tenant.tenantId, id: crypto.randomUUID(), email, role });
}

/** Somebody with a user in both tenants: a MEMBER of north, an OWNER of south. */
async function both(): Promise<{ token: string; north: TestUser; south: TestUser }> {
  const email = `${crypto.randomUUID()}@both.example`;
  const [north, south] = [
    await user(server.north, email),
    await user(server.south, email, 'OWNER'),
  ];
  return {
    token: await issuePersonToken(SECRET, { email, userIds: [north.id, south.id] }, {}),
    north,
    south,
  };
}

const tenantId = (name: 'north' | 'south') => encodeGlobalId('Tenant', server[name].tenantId);
const choice = (page: Page) => page.getByRole('heading', { name: 'Choose an agency' });
const switcher = (page: Page) =>
  page.getByRole('banner').getByRole('button', { name: /^Switch agency/ });
const clients = (page: Page) => page.getByRole('list', { name: 'Clients' }).getByRole('link');

/** The page of clients lists those of one agency, and of no other. */
async function expectClientsOf(page: Page, names: string[]): Promise<void> {
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await pages.getByRole('link', { name: 'Clients' }).click();
  await clients(page).first().waitFor();
  expect(await clients(page).allTextContents()).toEqual(names);
}

/** The tenant of each request from now on; undefined for those that name none. */
function tenantsAsked(page: Page): (string | undefined)[] {
  const tenants: (string | undefined)[] = [];
  page.on('request', (request: Request) => {
    if (request.url().endsWith('/graphql') && request.method() === 'POST')
      tenants.push(request.headers()['x-tenant']);
  });
  return tenants;
}

interface OpenedSocket {
  socket: WebSocket;
  /** What its connection_init named. */
  tenant: () => string | undefined;
}

/** Each WebSocket that the page opens from now on. */
function socketsOf(page: Page): OpenedSocket[] {
  const opened: OpenedSocket[] = [];
  page.on('websocket', (socket) => {
    let tenant: string | undefined;
    socket.on('framesent', ({ payload }) => {
      const message = JSON.parse(String(payload));
      if (message.type === 'connection_init') tenant = message.payload.tenant;
    });
    opened.push({ socket, tenant: () => tenant });
  });
  return opened;
}

test('who works for two agencies chooses one by keyboard, sees what is of it alone, and switches to the other', async () => {
  const page = await app.open(await both());
  await choice(page).waitFor();
  expect(
    await page.getByRole('list', { name: 'Agencies' }).getByRole('button').allInnerTexts(),
  ).toEqual([expect.stringMatching(/^north\s+Member$/), expect.stringMatching(/^south\s+Owner$/)]);
  const [asked, sockets] = [tenantsAsked(page), socketsOf(page)];
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expectClientsOf(page, ['Nora of north']);
  expect(await switcher(page).innerText()).toContain('north');
  await clients(page).click();
  await page.getByRole('heading', { name: 'Nora of north' }).waitFor();
  await eventually('a socket is open in north', () => sockets[0]?.tenant() === tenantId('north'));
  expect(new Set(asked)).toEqual(new Set([tenantId('north')]));

  asked.length = 0;
  await switcher(page).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Switch agency' });
  await dialog.getByRole('button', { name: /^south/ }).press('Enter');
  await expectClientsOf(page, ['Sandra of south']);
  expect(await switcher(page).innerText()).toContain('south');
  await eventually('the socket of north is closed', () => sockets[0]?.socket.isClosed());
  await clients(page).click();
  await page.getByRole('heading', { name: 'Sandra of south' }).waitFor();
  await eventually('a socket is open in south', () => sockets[1]?.tenant() === tenantId('south'));
  // Until the switch the page of north may still ask for something.
  expect(new Set(asked.slice(asked.indexOf(tenantId('south'))))).toEqual(
    new Set([tenantId('south')]),
  );
  expect(sockets).toHaveLength(2);

  await page.goto(`${app.url}/clients/${encodeURIComponent(clientIds.north)}`);
  await page.getByRole('heading', { name: 'There is no such client' }).waitFor();
});

test('the choice lasts as long as the tab, with the page that was asked for; Escape and the present agency change nothing', async () => {
  const page = await app.open(await both(), `/clients/${encodeURIComponent(clientIds.south)}`);
  await choice(page).waitFor();
  await page.getByRole('button', { name: /^south/ }).click();
  await page.getByRole('heading', { name: 'Sandra of south' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Sandra of south' }).waitFor();
  const dialog = page.getByRole('dialog', { name: 'Switch agency' });
  await switcher(page).click();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await switcher(page).click();
  await dialog.getByRole('button', { name: /^south/ }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await page.getByRole('heading', { name: 'Sandra of south' }).isVisible()).toBe(true);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Token').fill((await both()).token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await choice(page).waitFor();
});

test('who has one agency chooses nothing, and goes on in it when a second one adds the person', async () => {
  const email = `${crypto.randomUUID()}@alone.example`;
  const alone = await user(server.north, email);
  const page = await app.open({
    token: await issuePersonToken(SECRET, { email, userIds: [alone.id] }, {}),
  });
  await expectClientsOf(page, ['Nora of north']);
  await page.getByRole('banner').getByText('north', { exact: true }).waitFor();
  expect(await switcher(page).count()).toBe(0);
  const [asked, sockets] = [tenantsAsked(page), socketsOf(page)];
  const input = { name: 'Second', email, role: 'MEMBER' };
  const created = await server.south.owner.run(
    'mutation ($input: CreateUserInput!) { createUser(input: $input) { userErrors { code } } }',
    { input },
  );
  expect(created.data.createUser.userErrors).toEqual([]);
  await clients(page).click();
  await page.getByRole('heading', { name: 'Nora of north' }).waitFor();
  // The socket of the list goes on; the next one has to name the agency.
  app.cut();
  app.mend();
  await eventually('a socket is open in north', () => sockets[0]?.tenant() === tenantId('north'));
  await page.reload();
  await page.getByRole('heading', { name: 'Nora of north' }).waitFor();
  expect(await switcher(page).innerText()).toContain('north');
  expect(new Set(asked)).toEqual(new Set([tenantId('north')]));
});

test('who loses the agency on the page is told so, and is shown what is left', async () => {
  const given = await both();
  const page = await app.open(given, `/clients/${encodeURIComponent(clientIds.north)}`);
  await page.getByRole('button', { name: /^north/ }).click();
  await page.getByRole('heading', { name: 'Nora of north' }).waitFor();
  // Nobody touches the page: the server ends the socket.
  await setActive(server.north.owner, given.north, false);
  await page.getByText('You no longer have access to this agency.').waitFor();
  await expectClientsOf(page, ['Sandra of south']);
  expect(await switcher(page).count()).toBe(0);
  await setActive(server.south.owner, given.south, false);
  await page.getByText('This token is not accepted, or no longer.').waitFor();
});
