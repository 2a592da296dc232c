/**
 * The example app as `npm run app` builds it and the server serves it at /app, in headless Chromium:
 * signing in as somebody of the demo, pages that can't be loaded, and a build that is replaced.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DemoUser } from '../../src/http/explore/explore-start.ts';
import { buildApp, NO_EXAMPLE_APP, startBrowser } from '../support/example-app.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const users: DemoUser[] = [];
let folder: string;
let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  if (NO_EXAMPLE_APP) return;
  folder = await mkdtemp(join(tmpdir(), 'sheaf-served-app-'));
  browser = await startBrowser();
  const graphiql = { defaultQuery: '{ __typename }', users, builtApp: join(folder, 'dist') };
  server = await startTestServer({ graphiql, loopbackOnly: true });
  const { email, token } = server.north.owner;
  const place = { role: 'OWNER', tenant: 'north' } as const;
  users.push({ email, name: 'Olivia Hart', users: [place], token });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  if (folder) await rm(folder, { recursive: true });
});

async function openApp(path = ''): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  await page.goto(`${server.url}/app/${path}`);
  return page;
}

async function signIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Olivia Hart Owner, north' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

const contacts = (page: Page) => page.getByRole('link', { name: 'Contacts', exact: true });
const failure = (page: Page) => page.getByText('This page could not be loaded.');
const pageTitle = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

beforeEach(({ skip }) => {
  if (NO_EXAMPLE_APP) skip(NO_EXAMPLE_APP);
});

test('says how to build it while it is not built', async () => {
  const page = await openApp();
  await page.getByText('npm run app').waitFor();
  buildApp(join(folder, 'dist'), '/app/');
  await page.reload();
  await page.getByRole('heading', { name: 'Look around as' }).waitFor();
});

test('signs in by one click, and opens any of its addresses', async () => {
  const page = await openApp('contacts');
  await signIn(page);
  await pageTitle(page, 'Contacts').waitFor();
  await page.reload();
  await pageTitle(page, 'Contacts').waitFor();
  expect(new URL(page.url()).pathname).toBe('/app/contacts');
});

test('keeps the rest of the app where a page can’t be loaded, and loads it once it can', async () => {
  const page = await openApp();
  await signIn(page);
  await page.context().setOffline(true);
  await contacts(page).click();
  await failure(page).waitFor();
  await page.getByRole('link', { name: 'Clients', exact: true }).click();
  await pageTitle(page, 'Clients').waitFor();
  await contacts(page).click();
  await failure(page).waitFor();
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await pageTitle(page, 'Contacts').waitFor();
});

test('loads the new version where its own pages are gone', async () => {
  const page = await openApp();
  await signIn(page);
  const reloaded = page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame());
  buildApp(join(folder, 'dist'), '/app/', server.url);
  await contacts(page).click();
  await reloaded;
  await pageTitle(page, 'Contacts').waitFor();
});

test('shows its users to pages of this machine’s server only', async () => {
  const offered = async (headers: Record<string, string>) => {
    const response = await fetch(`${server.url}/app/demo-users`, { headers });
    return response.status === 200 ? ((await response.json()) as { users: unknown[] }).users : [];
  };
  expect(await offered({})).toHaveLength(1);
  expect(await offered({ 'sec-fetch-site': 'cross-site' })).toEqual([]);
  expect(await offered({ 'x-forwarded-for': '203.0.113.9' })).toEqual([]);
});
