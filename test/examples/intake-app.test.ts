/**
 * The example app in headless Chromium against a whole server: a questionnaire, its packets, and a
 * connection that is lost in between.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type BuiltApp,
  NO_EXAMPLE_APP,
  type ServedApp,
  startBrowserWithApp,
} from '../support/example-app.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const ENDLESS = '{% for i in (1..90000000) %}{{ i }}{% endfor %}';
/** A failed attempt is the last one. */
const SETTINGS = { PACKET_MAX_ATTEMPTS: '1' };

const QUESTIONS = [
  { key: 'nickname', label: 'What shall we call you?', kind: 'TEXT', required: true },
  { key: 'story', label: 'What brings you here?', kind: 'LONG_TEXT' },
  {
    key: 'weight',
    label: 'Your weight',
    kind: 'NUMBER',
    required: true,
    unit: 'kg',
    min: 30,
    max: 250,
  },
  { key: 'smoker', label: 'Do you smoke?', kind: 'BOOLEAN', required: true },
  { key: 'start', label: 'When would you begin?', kind: 'DATE' },
  {
    key: 'goal',
    label: 'Your goal',
    kind: 'SINGLE_CHOICE',
    required: true,
    options: ['Strength', 'Endurance'],
  },
  {
    key: 'days',
    label: 'Which days suit you?',
    kind: 'MULTIPLE_CHOICE',
    options: ['Monday', 'Tuesday', 'Friday'],
  },
];

// A browser, a server and PostgreSQL share what a small machine has.

let server: TestServer;
let agency: ReturnType<typeof agencyOf>;
let built: BuiltApp;
let app: ServedApp;

beforeAll(async () => {
  if (NO_EXAMPLE_APP) return;
  built = await startBrowserWithApp();
  server = await startTestServer({ settings: SETTINGS });
  app = await built.serve(server.url);
  agency = agencyOf(server);
  await agency.prepare();
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

/** What an agency does beside the app. */
function agencyOf({ north: { owner } }: TestServer) {
  const change = async (mutation: string, input: object, selection = ''): Promise<any> => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const answer = await owner.run(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} userErrors { message field } } }`,
      { input },
    );
    expect(answer.data?.[mutation].userErrors ?? answer.errors).toEqual([]);
    return answer.data[mutation];
  };
  const setTemplate = (packetType: string, body: string) =>
    change('upsertPacketTemplate', {
      packetType,
      name: `Our ${packetType.toLowerCase()}`,
      isDefault: true,
      sections: [{ heading: 'Begin', body }],
    });
  /**
   * Questions of every kind for individuals, and a path of one packet for youths, whose template
   * fails.
   */
  const prepare = async () => {
    await change('upsertQuestionBlock', {
      key: 'all-kinds',
      title: 'You and your goals',
      category: 'profile',
      questions: QUESTIONS,
    });
    await change('upsertQuestionBlock', {
      key: 'short',
      title: 'In short',
      category: 'profile',
      questions: [{ key: 'age', label: 'Your age', kind: 'NUMBER' }],
    });
    await change('upsertIntakePath', {
      clientType: 'INDIVIDUAL',
      title: 'Coaching',
      blockKeys: ['all-kinds'],
      packetTypes: ['WELCOME', 'NUTRITION', 'WORKOUT'],
    });
    await change('upsertIntakePath', {
      clientType: 'YOUTH',
      title: 'Youth',
      blockKeys: ['short'],
      packetTypes: ['YOUTH'],
    });
    for (const type of ['WELCOME', 'NUTRITION', 'WORKOUT'])
      await setTemplate(type, 'Welcome, {{ answers.nickname }}. Your goal: {{ answers.goal }}.');
    await setTemplate('YOUTH', ENDLESS);
  };
  const createClient = async (input: object = {}): Promise<string> =>
    (
      await change(
        'createClient',
        { name: 'Robin', clientType: 'INDIVIDUAL', ...input },
        'client { id }',
      )
    ).client.id;
  const client = async (id: string) => {
    const query =
      'query ($id: ID!) { client(id: $id) { packetSummary { done completed failed } intake { answers percent } } }';
    return (await owner.run(query, { id })).data.client;
  };
  return { change, prepare, setTemplate, createClient, client };
}

const pathOf = (id: string, page: 'intake' | 'packets') =>
  `/clients/${encodeURIComponent(id)}/${page}`;
const question = (page: Page, label: string) => page.getByRole('group', { name: label });
const isVisible = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const rowOf = (page: Page, title: string | RegExp) =>
  page.getByRole('listitem').filter({ hasText: title });

async function fillIn(page: Page): Promise<void> {
  await page.getByLabel('What shall we call you?').fill('Rob');
  await page.getByLabel('What brings you here?').fill('My back hurts.\nAnd I like mornings.');
  await page.getByLabel('Your weight').fill('72.5');
  await question(page, 'Do you smoke?').getByText('No').click();
  await page.getByLabel('When would you begin?').fill('2027-01-04');
  await question(page, 'Your goal').getByText('Strength').click();
  await question(page, 'Which days suit you?').getByText('Monday').click();
  await question(page, 'Which days suit you?').getByText('Friday').click();
}

test('an agency member creates a client, fills the questionnaire in, submits it, and watches its packets to the end', async () => {
  const page = await app.open(server.north.member, '/clients');
  await page.getByRole('button', { name: 'New client' }).click();
  await page.getByLabel('Name').fill('Robin Hood');
  await page.getByRole('button', { name: 'Create' }).click();
  await fillIn(page);
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByRole('heading', { name: 'All packets are ready' }).waitFor();
  const all = page.getByRole('progressbar', { name: 'All packets' });
  expect(await all.getAttribute('aria-valuenow')).toBe('100');
  await page.getByRole('link').filter({ hasText: 'Our welcome' }).click();
  const packet = page.frameLocator('iframe');
  await packet.getByText('Welcome, Rob. Your goal: Strength.').waitFor();
  expect(await page.getByRole('button', { name: 'Print' }).isEnabled()).toBe(true);
});

test('answers of every kind are saved while they are given, as the API wants them', async () => {
  const id = await agency.createClient();
  const page = await app.open(server.north.member, pathOf(id, 'intake'));
  await fillIn(page);
  const saved = await eventually('all is saved', async () => {
    const { intake } = await agency.client(id);
    return intake?.percent === 100 && intake.answers.days?.length === 2 && intake;
  });
  expect(saved.answers).toEqual({
    nickname: 'Rob',
    story: 'My back hurts.\nAnd I like mornings.',
    weight: 72.5,
    smoker: false,
    start: '2027-01-04',
    goal: 'Strength',
    days: ['Monday', 'Friday'],
  });
  await isVisible(page, /^Saved at/);
});

test('an answer that the server refuses is explained at its question, and the others are saved without it', async () => {
  const id = await agency.createClient();
  const page = await app.open(server.north.member, pathOf(id, 'intake'));
  await page.getByLabel('Your weight').fill('900');
  await page.getByLabel('What shall we call you?').fill('Rob');
  const weight = page.getByLabel('Your weight');
  await eventually(
    'the error is at the input',
    async () => (await weight.getAttribute('aria-invalid')) === 'true',
  );
  const described = (await weight.getAttribute('aria-describedby'))?.split(' ') ?? [];
  const texts = await Promise.all(
    described.map((part) => page.locator(`[id="${part}"]`).textContent()),
  );
  expect(texts.slice(0, 2)).toEqual(['kg', '30 to 250 kg']);
  expect(texts[2]).toContain('250');
  const answers = await eventually(
    'the name is saved',
    async () => (await agency.client(id)).intake?.answers,
  );
  expect(answers).toEqual({ nickname: 'Rob' });
});

test('submitting too early leads to the first question that lacks an answer', async () => {
  const page = await app.open(server.north.member, pathOf(await agency.createClient(), 'intake'));
  await page.getByLabel('What shall we call you?').fill('Rob');
  await page.getByRole('button', { name: 'Submit' }).click();
  await isVisible(page, '3 questions need an answer:');
  expect(await page.locator('input:focus').getAttribute('name')).toBe('weight');
});

test('two tabs that fill in one questionnaire lose no answer, and each gets to see those of the other', async () => {
  const id = await agency.createClient();
  const [one, two] = [
    await app.open(server.north.member, pathOf(id, 'intake')),
    await app.open(server.north.owner, pathOf(id, 'intake')),
  ];
  await two.getByLabel('Your weight').waitFor();
  await one.getByLabel('What shall we call you?').fill('Rob');
  await isVisible(one, /^Saved at/);
  await two.getByLabel('Your weight').fill('80');
  await isVisible(two, /^Saved at/);
  expect(await two.getByLabel('What shall we call you?').inputValue()).toBe('Rob');
  expect((await agency.client(id)).intake.answers).toEqual({ nickname: 'Rob', weight: 80 });
  // As when its window is looked at again.
  await one.evaluate('window.dispatchEvent(new Event("focus"))');
  await eventually(
    'the other tab shows it',
    async () => (await one.getByLabel('Your weight').inputValue()) === '80',
  );
});

test('a packet that failed is told once, and can be tried again', async () => {
  const id = await agency.createClient({ clientType: 'YOUTH' });
  const page = await app.open(server.north.member, pathOf(id, 'intake'));
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByRole('heading', { name: 'One packet failed' }).waitFor();
  expect(await page.getByText('Youth packet failed.').count()).toBe(1);
  await agency.setTemplate('YOUTH', 'All is well.');
  await page.getByRole('button', { name: 'Retry Youth packet' }).click();
  await page.getByRole('heading', { name: 'All packets are ready' }).waitFor();
});

test('after a lost connection the newest state comes by itself, and what happened meanwhile is told once', async () => {
  const api = await startTestServer({ settings: SETTINGS, worker: false });
  const own = agencyOf(api);
  await own.prepare();
  const served = await built.serve(api.url);
  const id = await own.createClient();
  const page = await served.open(api.north.member, pathOf(id, 'packets'));
  const told = page.getByText('All packets are ready.', { exact: true });
  await isVisible(page, 'No packets yet');
  await own.change('submitIntake', {
    clientId: id,
    answers: { nickname: 'Rob', weight: 70, smoker: false, goal: 'Endurance' },
  });
  await eventually(
    'all wait',
    async () => (await page.getByText('Waiting', { exact: true }).count()) === 3,
  );

  served.cut();
  await isVisible(page, 'Reconnecting…');
  const worker = await startTestServer({ settings: SETTINGS, shareWith: api });
  await eventually(
    'all packets are generated',
    async () => (await own.client(id)).packetSummary.done,
  );
  expect(await page.getByText('Waiting', { exact: true }).count()).toBe(3);
  served.mend();
  await page.getByRole('heading', { name: 'All packets are ready' }).waitFor();
  await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
  expect(await told.count()).toBe(1);

  served.cut();
  await isVisible(page, 'Reconnecting…');
  served.mend();
  await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
  // The first may have gone by now, as it does after some seconds.
  expect(await told.count()).toBeLessThan(2);
  await served.stop();
  await worker.stop();
  await api.stop();
});

test('a token that is not accepted leads back to the sign-in with the reason', async () => {
  const page = await app.open({ token: 'no.token.at-all' });
  await isVisible(page, 'This token is not accepted');
});

test('a portal client sees its own clients, and neither creates nor retries', async () => {
  const id = await agency.createClient({
    name: 'Cleo',
    clientType: 'YOUTH',
    contactId: server.north.contactId,
  });
  await agency.setTemplate('YOUTH', ENDLESS);
  const page = await app.open(server.north.client, '/clients');
  await isVisible(page, '1 client');
  expect(await page.getByRole('button', { name: 'New client' }).count()).toBe(0);
  await rowOf(page, 'Cleo').getByRole('link').click();
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByRole('heading', { name: 'One packet failed' }).waitFor();
  expect(await page.getByRole('button', { name: /Retry/ }).count()).toBe(0);
  expect((await agency.client(id)).packetSummary.failed).toBe(1);
});
