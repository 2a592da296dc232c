/**
 * The example app in headless Chromium against a whole server and a sandbox CRM: contacts as they
 * are looked through, and syncs.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { change, createContact } from '../contacts/operations.ts';
import { type ConnectedServer, connect, ended, start, startConnected, sync } from '../crm/crm.ts';
import {
  type BuiltApp,
  NO_EXAMPLE_APP,
  type ServedApp,
  startBrowserWithApp,
} from '../support/example-app.ts';
import { eventually } from '../support/live.ts';
import type { TestTenant } from '../support/server.ts';

// A browser, a server and PostgreSQL share what a small machine has.

const SOUTH_TOKEN = 'token-of-south';
/** Long enough to be watched. */
const SLOW = { delayMs: 400 };

let connected: ConnectedServer;
let north: TestTenant;
let south: TestTenant;
let built: BuiltApp;
let app: ServedApp;

beforeAll(async () => {
  if (NO_EXAMPLE_APP) return;
  built = await startBrowserWithApp();
  connected = await startConnected({ size: 260 });
  connected.sandbox.addAccount({ token: SOUTH_TOKEN, seed: 'south', size: 60 });
  ({ north, south } = connected.server);
  app = await built.serve(connected.server.url);
  await connect(north.owner, { apiToken: connected.sandbox.token });
  await sync(north.owner, true);
  // Made without its warmness, which would be computed while a test looks.
  await change(north.owner, 'updateContact', { id: north.contactId, jobTitle: 'Head of Sport' });
  for (const name of ['Robert Johnson', 'Roberta Stone'])
    await createContact(north.owner, { name, organizationName: 'Quillfeather Ltd' });
});
afterAll(async () => {
  if (NO_EXAMPLE_APP) return;
  await app.stop();
  await connected.stop();
  await built.stop();
});
beforeEach(({ skip }) => {
  if (NO_EXAMPLE_APP) skip(NO_EXAMPLE_APP);
  connected.sandbox.setFaults({});
});

const rows = (page: Page) => page.getByRole('list', { name: 'Contacts' }).getByRole('listitem');
const nameButtons = (page: Page) =>
  page.getByRole('list', { name: 'Contacts' }).locator('button[aria-expanded]');
const names = (page: Page) => nameButtons(page).allTextContents();
const namesAre = (page: Page, expected: string[]) =>
  eventually(
    `${expected} are listed`,
    async () => JSON.stringify(await names(page)) === JSON.stringify(expected),
  );

async function contactsInOrder(): Promise<{ name: string; warmness: Record<string, number> }[]> {
  const { data } = await north.owner.run(
    '{ contacts(first: 500) { nodes { name warmness { score base activity relationship engagement } } } }',
  );
  return data.contacts.nodes;
}

/** Puts the row of a place at the top; goes back a little where the page is beyond it already. */
const scrollTo = (place: number) =>
  `{ const row = document.querySelector('li[aria-posinset="${place}"]');
    if (row) row.scrollIntoView({ block: 'start', behavior: 'instant' });
    else window.scrollBy({ top: -200, behavior: 'instant' }); }`;

/** The rows that are in the page now, by their place. */
async function placesAndNames(page: Page): Promise<[number, string][]> {
  const script = `[...document.querySelectorAll('li[aria-posinset]')].map((row) => [Number(row.ariaPosInSet), row.querySelector('button').textContent])`;
  return page.evaluate(script);
}

test('scrolling leads through all contacts in priority order, with few of them in the page at a time', async () => {
  const expected = (await contactsInOrder()).map(({ name }) => name);
  const page = await app.open(north.member, '/contacts');
  await rows(page).first().waitFor();
  const seen = new Map<number, string>();
  let most = 0;
  let place = 0;
  await eventually('the last contact is seen', async () => {
    const shown = await placesAndNames(page);
    most = Math.max(most, shown.length);
    for (const [shownPlace, name] of shown) seen.set(shownPlace, name);
    while (seen.has(place + 1)) place += 1;
    // A busy machine draws and measures late: the last row before which none is missing leads on.
    if (place > 0) await page.evaluate(scrollTo(place));
    return place === expected.length;
  });
  expect(expected.length).toBeGreaterThan(200);
  expect([...seen].sort(([one], [other]) => one - other).map(([, name]) => name)).toEqual(expected);
  expect(most).toBeLessThan(60);
});

test('a name that is typed wrongly finds its contact', async () => {
  const page = await app.open(north.member, '/contacts');
  await page.getByLabel('Search contacts').fill('jhonson robert');
  await namesAre(page, ['Robert Johnson']);
  expect(new URL(page.url()).searchParams.get('search')).toBe('jhonson robert');
});

test('an answer that comes late does not replace the one to what was typed after it', async () => {
  const page = await app.open(north.member, '/contacts');
  await rows(page).first().waitFor();
  const late = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('"search":"roberta"')) return route.continue();
    await late.promise;
    // The app may have given the request up.
    await route.continue().catch(() => undefined);
    released.resolve();
  });
  const asked = page.waitForRequest(
    (request) => request.postData()?.includes('"search":"roberta"') ?? false,
  );
  await page.getByLabel('Search contacts').fill('roberta');
  await asked;
  await page.getByLabel('Search contacts').fill('robert johnson');
  await namesAre(page, ['Robert Johnson']);
  late.resolve();
  await released.promise;
  // Time for an answer to come and be shown, if one did.
  await page.waitForTimeout(500);
  expect(await names(page)).toEqual(['Robert Johnson']);
});

test('an organization is found while typing, chosen by keyboard, and left again', async () => {
  const page = await app.open(north.member, '/contacts');
  const field = page.getByRole('combobox', { name: 'Organization' });
  await field.fill('quillf');
  await page.getByRole('option', { name: /Quillfeather Ltd/ }).waitFor();
  await field.press('ArrowDown');
  await field.press('Enter');
  await eventually('both are listed', async () => (await names(page)).length === 2);
  expect((await names(page)).sort()).toEqual(['Robert Johnson', 'Roberta Stone']);
  await page.reload();
  await eventually(
    'the address keeps the organization',
    async () => (await field.inputValue()) === 'Quillfeather Ltd',
  );
  await eventually('both are listed', async () => (await names(page)).length === 2);
  await page.getByRole('button', { name: 'Any organization' }).click();
  await eventually('all are listed', async () => (await names(page)).length > 2);
  expect(await field.inputValue()).toBe('');
});

test("a contact's organization leads to all its contacts, whatever was searched before", async () => {
  const page = await app.open(north.member, '/contacts');
  await page.getByLabel('Search contacts').fill('robert johnson');
  await namesAre(page, ['Robert Johnson']);
  await rows(page).getByRole('link', { name: 'Quillfeather Ltd' }).click();
  await eventually('both are listed', async () => (await names(page)).length === 2);
  expect(await page.getByLabel('Search contacts').inputValue()).toBe('');
  await page.goBack();
  await namesAre(page, ['Robert Johnson']);
  expect(await page.getByLabel('Search contacts').inputValue()).toBe('robert johnson');
});

test('a row opens by keyboard to the parts of the score and the last activities', async () => {
  const [first] = await contactsInOrder();
  const page = await app.open(north.member, '/contacts');
  const name = nameButtons(page).first();
  await name.focus();
  await name.press('Enter');
  expect(await name.getAttribute('aria-expanded')).toBe('true');
  const more = page.getByRole('region', { name: `About ${first?.name}` });
  await more
    .getByRole('heading', { name: `Warmness: ${first?.warmness['score']} of 10` })
    .waitFor();
  const shown = await more.locator('.warmness-parts .number').allTextContents();
  expect(shown.map(Number)).toEqual(
    ['base', 'activity', 'relationship', 'engagement'].map((part) => first?.warmness[part]),
  );
  await more.getByRole('heading', { name: 'Last activities' }).waitFor();
});

const count = (page: Page, label: string) =>
  page
    .getByRole('region', { name: 'Newest sync' })
    .locator('.counts > div', { hasText: label })
    .locator('dd');
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { name }).waitFor();

test('an owner connects the CRM and syncs; the counts move to their end, and what was left out is listed', async () => {
  connected.sandbox.setFaults({ ...SLOW, nullRecords: true });
  const page = await app.open(south.owner, '/crm');
  await page.getByLabel('API token').fill(SOUTH_TOKEN);
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByRole('button', { name: 'Sync now' }).click();
  const counts: number[] = [];
  await eventually('the sync is done', async () => {
    if ((await count(page, 'records read').count()) > 0)
      counts.push(Number(await count(page, 'records read').textContent()));
    return page.getByRole('heading', { name: 'The sync is done' }).isVisible();
  });
  expect(new Set(counts).size).toBeGreaterThan(2);
  expect(counts).toEqual([...counts].sort((one, other) => one - other));
  expect(await page.getByRole('progressbar', { name: 'Sync' }).getAttribute('aria-valuenow')).toBe(
    '100',
  );
  expect(Number(await count(page, 'failed').textContent())).toBeGreaterThan(0);
  const failures = page.getByRole('list', { name: 'Failures' }).getByRole('listitem');
  expect(await failures.count()).toBe(Number(await count(page, 'failed').textContent()));
  expect(await page.getByText(/^The sync is done\. \d+ new/).count()).toBe(1);
});

test('a sync that somebody else began is shown to who would begin another', async () => {
  const page = await app.open(north.owner, '/crm');
  await heading(page, /^(The sync is done|All is up to date)/);
  connected.sandbox.setFaults(SLOW);
  const begun = Promise.withResolvers<string>();
  // Between the click and the server: earlier, the page would show it and offer no other.
  await page.route('**/graphql', async (route) => {
    if (route.request().postDataJSON()?.operationName === 'StartCrmSync')
      begun.resolve((await start(north.member, true)).id);
    await route.continue();
  });
  await page.getByRole('button', { name: 'Sync now' }).click();
  const id = await begun.promise;
  await page.getByText('A sync was under way already').waitFor();
  await heading(page, 'Reading from Pipedrive');
  expect(await page.getByRole('button', { name: 'Sync now' }).isDisabled()).toBe(true);
  connected.sandbox.setFaults({});
  await ended(north.owner, id);
  await heading(page, 'All is up to date');
  expect(await page.getByText('A sync was under way already').count()).toBe(0);
});

test('a sync that fails says why', async () => {
  connected.sandbox.setFaults({ answer: 'html' });
  const page = await app.open(north.owner, '/crm');
  await page.getByRole('button', { name: 'Sync everything' }).click();
  await heading(page, 'The sync failed');
  const { data } = await north.owner.run('{ crmSyncs(first: 1) { nodes { errorMessage } } }');
  await page.getByText(data.crmSyncs.nodes[0].errorMessage, { exact: true }).waitFor();
});

test('a portal client is offered neither contacts nor the CRM', async () => {
  const page = await app.open(north.client);
  await page.getByRole('heading', { name: 'Welcome, client@north.example' }).waitFor();
  expect(
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents(),
  ).toEqual(['Start', 'Packages', 'Questionnaires']);
});
