/**
 * The example app in headless Chromium against a whole server and a sandbox WhatsApp: campaigns as
 * they are launched, watched and stopped.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type CampaignServer,
  many,
  newCampaign,
  newPhone,
  readCampaign,
  startCampaignServer,
  untilStatus,
} from '../campaigns/campaign-server.ts';
import {
  type BuiltApp,
  NO_EXAMPLE_APP,
  operationsOf,
  type ServedApp,
  startBrowserWithApp,
} from '../support/example-app.ts';
import { eventually } from '../support/live.ts';
import type { TestTenant } from '../support/server.ts';

// A browser, a server and PostgreSQL share what a small machine has.

/** Slow enough to be watched. */
const SETTINGS = { WHATSAPP_MESSAGES_PER_SECOND: '20' };
const TEMPLATES = [
  { templateName: 'spring_offer', weight: 2 },
  { templateName: 'spring_offer_short' },
];
const FIGURES = ['total', 'sent', 'delivered', 'read', 'replied'] as const;

let given: CampaignServer;
let north: TestTenant;
let built: BuiltApp;
let app: ServedApp;

beforeAll(async () => {
  if (NO_EXAMPLE_APP) return;
  built = await startBrowserWithApp();
  given = await startCampaignServer({
    sandbox: { speed: 10, outcomes: { replied: 0.5 } },
    settings: SETTINGS,
  });
  north = given.server.north;
  app = await built.serve(given.server.url);
});
afterAll(async () => {
  if (NO_EXAMPLE_APP) return;
  await app.stop();
  await given.stop();
  await built.stop();
});
beforeEach(({ skip }) => {
  if (NO_EXAMPLE_APP) skip(NO_EXAMPLE_APP);
  given.sandbox.setFaults();
});

const campaign = (contacts: number, more: object = {}) =>
  newCampaign(given.server, north, { contacts, templates: TEMPLATES, ...more });
const pathOf = (id: string) => `/campaigns/${encodeURIComponent(id)}`;
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
/** By the button and the question that follows, which says how many get a message. */
async function launch(page: Page): Promise<void> {
  await button(page, 'Launch').click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Send to \d+ contacts$/ })
    .click();
}
const state = (page: Page, label: string) =>
  page.getByRole('status').getByText(label, { exact: true }).waitFor();
const funnel = (page: Page) => page.getByRole('img', { name: /^Of \d+ messages/ });

/** The figures as the chart says them: total, sent, delivered, read, replied. */
async function funnelOf(page: Page): Promise<number[]> {
  return ((await funnel(page).getAttribute('aria-label')) ?? '').match(/\d+/g)?.map(Number) ?? [];
}

/** The widths of the bars, in per cent. */
async function barsOf(page: Page): Promise<number[]> {
  return page.evaluate(
    `[...document.querySelectorAll('.funnel-bar')].map((bar) => Number.parseFloat(bar.style.width))`,
  );
}

async function statsOf(id: string): Promise<any> {
  const counts = 'total sent delivered read replied failed deliveryRate readRate replyRate';
  const query = `query ($id: ID!) { campaign(id: $id) { stats { source totals { ${counts} } templates { templateName counts { ${counts} } } } } }`;
  return (await north.owner.run(query, { id })).data.campaign.stats;
}

/** The cells of the table, row by row. */
async function tableOf(page: Page): Promise<string[][]> {
  const rows = await page.getByRole('table', { name: 'Templates' }).getByRole('row').all();
  return Promise.all(
    rows
      .slice(1)
      .map(async (row) =>
        (await row.locator('th, td').allInnerTexts()).map((text) =>
          text.replaceAll(/\s+/g, ' ').trim(),
        ),
      ),
  );
}

function rowOf(name: string, counts: any): string[] {
  const percent = new Intl.NumberFormat('en-US', {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const withRate = (count: number, rate: number | null) =>
    `${count} ${rate === null ? '–' : percent.format(rate)}`;
  const { total, sent, delivered, read, replied, failed, deliveryRate, readRate, replyRate } =
    counts;
  return [
    name,
    String(total),
    String(sent),
    withRate(delivered, deliveryRate),
    withRate(read, readRate),
    withRate(replied, replyRate),
    String(failed),
  ];
}

/** Waits until no more events come and the page shows what the API says. */
async function expectSameAsApi(page: Page, id: string): Promise<void> {
  await eventually('the table is as the API says', async () => {
    const { templates, totals } = await statsOf(id);
    const expected = [
      ...templates.map((template: any) => rowOf(template.templateName, template.counts)),
      rowOf('All', totals),
    ];
    return JSON.stringify(await tableOf(page)) === JSON.stringify(expected);
  });
  const { totals } = await statsOf(id);
  expect(await funnelOf(page)).toEqual(FIGURES.map((figure) => totals[figure]));
}

/** Every event of what was sent has come and is counted. */
async function settled(id: string): Promise<void> {
  let last = '';
  let since = Date.now();
  await eventually('the figures stand still', async () => {
    const now = JSON.stringify(await statsOf(id));
    if (now !== last) since = Date.now();
    last = now;
    return Date.now() - since > 2_500;
  });
}

test('a campaign is launched, its funnel moves as messages are sent, and it ends as completed with the figures of the API', async () => {
  const withoutPhone = many(5, () => ({ phone: null }));
  const id = await campaign(0, {
    name: 'Spring',
    contacts: [...many(85, () => ({})), ...withoutPhone],
  });
  const page = await app.open(north.member, '/campaigns');
  await page.getByRole('link', { name: 'Spring' }).click();
  await state(page, 'Draft');
  expect(await funnelOf(page)).toEqual([0, 0, 0, 0, 0]);
  await launch(page);
  const seen: number[][] = [];
  const widths = new Set<number>();
  await eventually('the campaign is completed', async () => {
    seen.push(await funnelOf(page));
    widths.add((await barsOf(page))[1] ?? 0);
    return page.getByRole('status').getByText('Completed', { exact: true }).isVisible();
  });
  await settled(id);
  await expectSameAsApi(page, id);
  for (const [index, figure] of FIGURES.entries()) {
    const values = seen.map((figures) => figures[index] ?? 0);
    expect(values, figure).toEqual([...values].sort((one, other) => one - other));
    if (figure !== 'total') expect(new Set(values).size, figure).toBeGreaterThan(2);
  }
  expect(widths.size).toBeGreaterThan(2);
  const { totals } = await statsOf(id);
  expect((await barsOf(page)).map(Math.round)).toEqual(
    FIGURES.map((figure) => Math.round((100 * totals[figure]) / totals.total)),
  );
  expect(totals).toMatchObject({ total: 90, sent: 85 });
  await page.getByText('Up to date', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: /Launch|Pause|Cancel|Resume/ }).count()).toBe(0);
});

test('after a connection that was lost in the middle the page ends with the right state and figures', async () => {
  const id = await campaign(160);
  const page = await app.open(north.member, pathOf(id));
  await launch(page);
  await eventually('some are sent', async () => ((await funnelOf(page))[1] ?? 0) > 5);
  await page.getByText('Updates live').waitFor();
  app.cut();
  try {
    await page.getByText('Reconnecting…').waitFor();
    await page.getByText('Not live now').waitFor();
    await untilStatus(north, id, 'COMPLETED');
    await settled(id);
    expect((await funnelOf(page))[1]).toBeLessThan(160);
  } finally {
    app.mend();
  }
  await state(page, 'Completed');
  await page.getByText('Updates live').waitFor();
  await expectSameAsApi(page, id);
});

test('a campaign is paused, resumed and cancelled, and offers what its state allows', async () => {
  const id = await campaign(300);
  const page = await app.open(north.member, pathOf(id));
  await launch(page);
  await eventually('some are sent', async () => ((await funnelOf(page))[1] ?? 0) > 0);
  await button(page, 'Pause').click();
  await state(page, 'Paused');
  expect(await button(page, 'Launch').count()).toBe(0);
  await settled(id);
  const paused = (await funnelOf(page))[1] ?? 0;
  expect(paused).toBeLessThan(300);
  await button(page, 'Resume').click();
  await eventually('more are sent', async () => ((await funnelOf(page))[1] ?? 0) > paused);
  await button(page, 'Cancel').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
  expect((await readCampaign(north, id)).status).toBe('RUNNING');
  await button(page, 'Cancel').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the campaign' }).click();
  await state(page, 'Cancelled');
  expect(await page.getByRole('button', { name: /Launch|Pause|Cancel|Resume/ }).count()).toBe(0);
  await settled(id);
  await expectSameAsApi(page, id);
  expect((await statsOf(id)).totals.failed).toBeGreaterThan(0);
});

test('what the server refuses is said on the page', async () => {
  const id = await campaign(0);
  const page = await app.open(north.member, pathOf(id));
  await launch(page);
  await page.getByRole('alert').getByText('The campaign has no contacts.').waitFor();
});

test('a change that somebody else made first is explained, and the page shows the state that it led to', async () => {
  const id = await campaign(3);
  const page = await app.open(north.member, pathOf(id));
  await state(page, 'Draft');
  // Between the click and the server: earlier, the page would hear of it and offer no launch.
  await page.route('**/graphql', async (route) => {
    if (route.request().postDataJSON()?.operationName === 'LaunchCampaign')
      await north.owner.run(
        'mutation ($input: CampaignIdInput!) { cancelCampaign(input: $input) { campaign { id } } }',
        { input: { id } },
      );
    await route.continue();
  });
  await launch(page);
  await page
    .getByRole('alert')
    .getByText("A campaign that is CANCELLED can't be launched.")
    .waitFor();
  await state(page, 'Cancelled');
});

test('a pause of the server’s own comes by itself, with its reason', async () => {
  const id = await campaign(40);
  const page = await app.open(north.member, pathOf(id));
  given.sandbox.setFaults({ code: 132001, times: 1 });
  await launch(page);
  await state(page, 'Paused');
  const { statusReason } = await readCampaign(north, id);
  await page.getByText(statusReason, { exact: true }).waitFor();
});

test('the list shows each campaign with its state and its kept totals, by one document, and finds one by its name', async () => {
  const id = await campaign(2, {
    name: 'A list of two',
    contacts: [{ phone: newPhone() }, { phone: null }],
  });
  await north.owner.run(
    'mutation ($input: CampaignIdInput!) { launchCampaign(input: $input) { campaign { id } } }',
    { input: { id } },
  );
  await untilStatus(north, id, 'COMPLETED');
  await settled(id);
  const { totals } = await statsOf(id);
  const page = await app.open(north.member, '/campaigns');
  const asked = operationsOf(page);
  await page.reload();
  await page.getByLabel('Search campaigns').fill('list of');
  const rows = page
    .getByRole('list', { name: 'Campaigns' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('link') });
  await eventually(
    'one is found',
    async () => (await rows.count()) === 1 && (await rows.getByText('A list of two').isVisible()),
  );
  expect(await rows.getByText('Completed').isVisible()).toBe(true);
  const figures = (await rows.locator('.number').allTextContents()).map((text) =>
    Number(text.match(/\d+/)?.[0]),
  );
  expect(figures).toEqual([
    totals.sent,
    totals.delivered,
    totals.read,
    totals.replied,
    totals.failed,
  ]);
  expect(new Set(asked)).toEqual(new Set(['CampaignList']));
  await page.getByLabel('Search campaigns').fill('nothing like it');
  await page.getByRole('heading', { name: 'No campaign is called' }).waitFor();
});

test('an address that names no campaign says so', async () => {
  const page = await app.open(north.member, '/campaigns/nonsense');
  await page.getByRole('heading', { name: 'There is no such campaign' }).waitFor();
});

test('who may not see campaigns is told so, and not that there is none', async () => {
  const page = await app.open(north.client, pathOf(await campaign(1)));
  await page.getByRole('alert').getByText('Your role may not use this field.').waitFor();
  expect(await page.getByRole('heading', { name: 'There is no such campaign' }).count()).toBe(0);
});
