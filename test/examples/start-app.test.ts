/**
 * The example app in headless Chromium against a whole server: what each role sees first, the search
 * over everything, and what owners set.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createContact } from '../contacts/operations.ts';
import {
  type BuiltApp,
  NO_EXAMPLE_APP,
  type ServedApp,
  startBrowserWithApp,
} from '../support/example-app.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';

const LONG_AGO = '2020-01-06';

let server: TestServer;
let built: BuiltApp;
let app: ServedApp;

beforeAll(async () => {
  if (NO_EXAMPLE_APP) return;
  built = await startBrowserWithApp();
  server = await startTestServer();
  app = await built.serve(server.url);
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

async function createPackage(user: TestUser, input: object): Promise<string> {
  const phases = [{ name: 'Design', items: [{ label: 'Draft', estimatedHoursEach: 8 }] }];
  const created = await user.run(
    'mutation ($input: CreateWorkPackageInput!) { createWorkPackage(input: $input) { workPackage { id phases { items { id } } } } }',
    { input: { startDate: LONG_AGO, phases, ...input } },
  );
  const { id } = created.data.createWorkPackage.workPackage;
  await user.run(
    'mutation ($id: ID!) { updateWorkPackage(input: { id: $id, status: ACTIVE }) { userErrors { code } } }',
    { id },
  );
  return id;
}

const section = (page: Page, name: RegExp) => page.getByRole('region', { name });
const searchBox = (page: Page) => page.getByRole('combobox', { name: 'Search everything' });

test('the first page says what is overdue, and follows it live to its page', async () => {
  const page = await app.open(server.north.member);
  await page.getByRole('heading', { name: 'Today at north' }).waitFor();
  await section(page, /^Overdue packages/)
    .getByText('Nothing is overdue.')
    .waitFor();
  await createPackage(server.north.owner, { title: 'Late website' });
  await section(page, /^Overdue packages 1/)
    .getByRole('link', { name: 'Late website' })
    .click();
  await page.getByRole('heading', { name: 'Late website' }).waitFor();
  await page.getByRole('heading', { name: 'Design' }).waitFor();
  await page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: 'Packages' })
    .click();
  await page.getByRole('link', { name: 'Overdue', exact: true }).click();
  await page
    .getByRole('list', { name: 'Packages' })
    .getByRole('link', { name: 'Late website' })
    .waitFor();
  expect(new URL(page.url()).search).toBe('?show=OVERDUE');
});

test('everything is found from any page by keyboard, and opened', async () => {
  await createContact(server.north.owner, {
    name: 'Zara Quill',
    organizationName: 'Quill Studios',
  });
  const id = await createPackage(server.north.owner, { title: 'Quill rebranding' });
  const page = await app.open(server.north.member, '/campaigns');
  await page.getByRole('heading', { name: 'Campaigns' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('quill');
  const options = page.getByRole('listbox', { name: 'What was found' }).getByRole('option');
  await eventually('all three are found', async () => (await options.count()) === 3);
  expect(await options.allInnerTexts()).toEqual([
    expect.stringMatching(/^Quill rebranding\s+Package$/),
    expect.stringMatching(/^Zara Quill Quill Studios\s+Contact$/),
    expect.stringMatching(/^Quill Studios\s+Organization$/),
  ]);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Quill rebranding' }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/packages/${encodeURIComponent(id)}`);
  expect(await searchBox(page).inputValue()).toBe('');
  await searchBox(page).fill('nothing of the kind');
  await page.getByText('Nothing is found.').waitFor();
});

test('a portal user starts at the own work, and finds nothing else', async () => {
  const { owner, client, contactId } = server.north;
  await createPackage(owner, { title: 'Hidden matter' });
  const page = await app.open(client);
  await page.getByRole('heading', { name: 'Your work is being prepared' }).waitFor();
  await createPackage(owner, { title: 'My matter', contactId });
  await page.getByRole('link', { name: 'My matter' }).waitFor();
  await searchBox(page).fill('matter');
  const options = page.getByRole('listbox', { name: 'What was found' }).getByRole('option');
  await options.first().waitFor();
  expect(await options.allInnerTexts()).toEqual([expect.stringMatching(/^My matter\s+Package$/)]);
  await page.goto(`${app.url}/settings`);
  await page.getByRole('heading', { name: 'Settings are for owners' }).waitFor();
});

test('an owner adds a user, locks the user out, and names the agency', async () => {
  const page = await app.open(server.south.owner, '/settings');
  await page.getByRole('button', { name: 'New user' }).click();
  const dialog = page.getByRole('dialog', { name: 'New user' });
  await dialog.getByLabel('Name').fill('Nell Newcomer');
  await dialog.getByLabel('E-mail address').fill('owner@south.example');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await eventually('the address is refused', async () =>
    (await dialog.getByRole('alert').allInnerTexts()).some((text) => text !== ''),
  );
  await dialog.getByLabel('E-mail address').fill('nell@south.example');
  await dialog.getByRole('button', { name: 'Add' }).click();
  const row = page
    .getByRole('list', { name: 'Users' })
    .getByRole('listitem')
    .filter({ hasText: 'nell@south.example' });
  await row.getByRole('button', { name: 'Lock out Nell Newcomer' }).click();
  await row.getByText('Locked out').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('South by South');
  await page.getByRole('form', { name: 'Agency' }).getByRole('button', { name: 'Save' }).click();
  await page.getByText('The agency is saved.').waitFor();
  const { data } = await server.south.owner.run('{ viewer { tenant { name } } }');
  expect(data.viewer.tenant.name).toBe('South by South');
});
