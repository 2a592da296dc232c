/**
 * Answers are kept until something in them changes, whoever changes it and however, and no reader
 * in any process ever sees an older state than the last commit.
 */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { eventually } from '../support/live.ts';
import {
  post,
  startTestServer,
  type TestServer,
  type TestUser,
  WHATSAPP_TOKEN,
} from '../support/server.ts';
import { change, createArtifact, createPackage, phaseOf } from '../work-packages/operations.ts';

let server: TestServer;
/** Another process on the same database. */
let other: TestServer;
let byHand: pg.Client;

beforeAll(async () => {
  server = await startTestServer();
  other = await startTestServer({ shareWith: server });
  byHand = new pg.Client({ connectionString: server.databaseUrl });
  await byHand.connect();
});
afterEach(() => vi.useRealTimers());
afterAll(async () => {
  await byHand.end();
  await other.stop();
  await server.stop();
});

/** What is known of the answers that the process of `owner` keeps. */
async function statistics(owner: TestUser): Promise<{ hits: number; size: number; bytes: number }> {
  const { data } = await owner.run('{ system { caches { name hits size bytes } } }');
  return data.system.caches.find(({ name }: { name: string }) => name === 'answers');
}

/** How many answers the process of `owner` has sent from memory so far. */
const hits = async (owner: TestUser) => (await statistics(owner)).hits;

/** The data of a query that was asked often enough to be kept. */
async function keep(user: TestUser, query: string, variables: object = {}): Promise<any> {
  const before = await hits(server.north.owner);
  for (let time = 1; time <= 2; time += 1) await user.run(query, variables);
  const answer = await user.run(query, variables);
  expect(answer.errors).toBeUndefined();
  expect(await hits(server.north.owner)).toBeGreaterThan(before);
  return answer.data;
}

const LIST = '{ workPackages(first: 5) { totalCount nodes { title progress } } }';

describe('a kept answer', () => {
  test('is sent the third time, and says so when it is asked for figures', async () => {
    const { owner } = server.north;
    await createPackage(owner, { title: 'Kept' });
    const data = await keep(owner, LIST);
    const measured = await owner.run(LIST, {}, { 'x-performance': '1' });
    expect(measured.data).toEqual(data);
    expect(measured.extensions?.performance).toMatchObject({ cacheHit: true, sqlStatements: 1 });
  });

  test('is another one for other variables, another operation and another selection', async () => {
    const { owner } = server.north;
    const query = `query One($first: Int) { workPackages(first: $first) { nodes { id } } }
      query Two($first: Int) { workPackages(first: $first) { nodes { title } } }`;
    await createPackage(owner, {});
    await createPackage(owner, {});
    const ask = async (operationName: string, first: number) => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${owner.token}` },
        body: JSON.stringify({ query, operationName, variables: { first } }),
      });
      return JSON.stringify(await response.json());
    };
    const answers = new Set<string>();
    for (let time = 1; time <= 3; time += 1)
      for (const operation of ['One', 'Two'])
        for (const first of [1, 2]) answers.add(await ask(operation, first));
    expect(answers.size).toBe(4);
  });

  test('has errors of nobody, and errors are not kept', async () => {
    const { owner } = server.north;
    const query = '{ workPackages(first: 1, after: "nonsense") { nodes { id } } }';
    for (let time = 1; time <= 3; time += 1)
      expect((await owner.run(query)).errors).toHaveLength(1);
  });

  test('belongs to one tenant', async () => {
    const query = '{ contacts(first: 100) { nodes { id name } } }';
    const ofNorth = await keep(server.north.owner, query);
    const { data } = await server.south.owner.run(query);
    expect(data).not.toEqual(ofNorth);
  });

  test('belongs to one role', async () => {
    const { owner, client, contactId } = server.north;
    await createPackage(owner, { title: 'A draft', contactId });
    await keep(owner, LIST);
    const { data } = await client.run(LIST);
    expect(data.workPackages.nodes).toEqual([]);
  });

  test('that shows the viewer belongs to one user', async () => {
    const query = '{ viewer { user { email } } }';
    for (const user of [server.north.owner, server.north.member])
      expect((await keep(user, query)).viewer.user.email).toBe(user.email);
  });

  test('that shows the state of the process is none', async () => {
    const query = '{ system { uptimeSeconds } workPackages(first: 1) { nodes { id } } }';
    const answers = new Set<number>();
    for (let time = 1; time <= 4; time += 1)
      answers.add((await server.north.owner.run(query)).data.system.uptimeSeconds);
    expect(answers.size).toBe(4);
  });

  test('that depends on today ends with the day', async () => {
    const { owner } = server.north;
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const { id } = await createPackage(owner, { startDate: tomorrow, phases: [phaseOf(1)] });
    const query = `query ($id: ID!) { workPackage(id: $id) { timelineStatus } }`;
    expect(await keep(owner, query, { id })).toEqual({
      workPackage: { timelineStatus: 'NOT_STARTED' },
    });
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(`${tomorrow}T00:00:01Z`) });
    const { data } = await owner.run(query, { id });
    expect(data.workPackage.timelineStatus).not.toBe('NOT_STARTED');
  });
});

test('the order of variables does not matter, nor those that are not declared', async () => {
  const { owner } = server.north;
  const query = `query ($first: Int, $last: Int, $by: WorkPackageOrder = { field: TITLE }) {
    workPackages(first: $first, last: $last, orderBy: $by) { nodes { id } } }`;
  await keep(owner, query, { first: 7, last: null });
  const before = await hits(owner);
  await owner.run(query, { last: null, first: 7 });
  await owner.run(query, { first: 7, last: null, unknown: 'x' });
  expect(await hits(owner)).toBe(before + 2);
});

test('nothing is kept of strangers', async () => {
  const { owner } = server.north;
  await statistics(owner);
  const { size } = await statistics(owner);
  for (let time = 1; time <= 5; time += 1)
    expect((await post(server.url, { query: '{ __typename }' })).data).toBeDefined();
  expect((await statistics(owner)).size).toBe(size);
});

test('what is known of a query counts too before its answer is kept', async () => {
  const { owner } = server.north;
  const packages = await Promise.all(Array.from({ length: 20 }, () => createPackage(owner, {})));
  const query =
    'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on WorkPackage { phases { id } } } }';
  const ids = packages.map(({ id }) => id);
  await statistics(owner);
  const { bytes } = await statistics(owner);
  await owner.run(query, { ids });
  const text = 2 * JSON.stringify({ ids }).length;
  expect((await statistics(owner)).bytes - bytes).toBeGreaterThan(text + 20 * 36);
});

test('a tenant that asks a lot pushes out its own answers, not those of others', async () => {
  const small = await startTestServer({ worker: false, settings: { ANSWERS_CACHE_MB: '1' } });
  try {
    const { north, south } = small;
    const query = '{ contacts(first: 5) { nodes { name } } }';
    for (let time = 1; time <= 2; time += 1) await south.owner.run(query);
    const id = encodeGlobalId('WorkPackage', crypto.randomUUID());
    const ask = () =>
      north.owner.run('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
        ids: [encodeGlobalId('Contact', crypto.randomUUID()), ...Array(50).fill(id)],
      });
    // Each takes 6 KiB: together more than there is room for.
    for (let time = 1; time <= 250; time += 1) await ask();
    const { bytes } = await statistics(north.owner);
    expect(bytes).toBeGreaterThan(900_000);
    expect(bytes).toBeLessThanOrEqual(1_048_576);
    const before = await hits(north.owner);
    await south.owner.run(query);
    expect(await hits(north.owner)).toBe(before + 1);
  } finally {
    await small.stop();
  }
});

describe('a change is seen at once by a reader in another process', () => {
  /** Keeps the answer there, changes something here, and compares with the answer there. */
  async function seesChange(query: string, variables: object, work: () => Promise<unknown>) {
    const reader = other.north.owner;
    for (let time = 1; time <= 3; time += 1) await reader.run(query, variables);
    const before = await reader.run(query, variables);
    await work();
    const after = await reader.run(query, variables);
    expect(after.errors).toBeUndefined();
    expect(after.data).not.toEqual(before.data);
  }
  const DETAIL = `query ($id: ID!) { workPackage(id: $id) {
    title phases { items { label collateral { artifact { title } } } } contact { name } } }`;

  test('of an object that a list did not have yet, empty ones included', async () => {
    const query = '{ workPackages(first: 5, filter: { search: "zanzibar" }) { nodes { title } } }';
    await seesChange(query, {}, () => createPackage(server.north.owner, { title: 'Zanzibar' }));
  });

  test('of a title, in a list and in the detail', async () => {
    const { id } = await createPackage(server.north.owner, { title: 'Before' });
    const rename = (title: string) => () =>
      change(server.north.owner)('updateWorkPackage', { id, title });
    await seesChange(LIST, {}, rename('After'));
    await seesChange(DETAIL, { id }, rename('Later'));
  });

  test('of an item, a collateral and an artifact in the detail', async () => {
    const { owner } = server.north;
    const { id, phases } = await createPackage(owner, { phases: [phaseOf(1)] });
    const item = phases[0]?.items[0]?.id;
    const artifact = await createArtifact(owner, 'Blog');
    await seesChange(DETAIL, { id }, () =>
      change(owner)('updateWorkPackageItem', { id: item, label: 'Changed' }),
    );
    await seesChange(DETAIL, { id }, () =>
      change(owner)('attachCollateral', { itemId: item, artifactId: artifact }),
    );
    await seesChange(DETAIL, { id }, () =>
      change(owner)('updateArtifact', { id: artifact, title: 'Renamed' }),
    );
    await seesChange(DETAIL, { id }, () => change(owner)('deleteArtifact', { id: artifact }));
    await seesChange(DETAIL, { id }, () => change(owner)('deleteWorkPackage', { id }));
  });

  test('of the contact of a package', async () => {
    const { owner, contactId } = server.north;
    const { id } = await createPackage(owner, { contactId });
    await seesChange(DETAIL, { id }, () =>
      owner.run(
        'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { message } } }',
        { input: { id: contactId, name: 'Another Name' } },
      ),
    );
  });

  test('of a WhatsApp number that another tenant takes', async () => {
    const { north, south } = server;
    const number = { displayPhoneNumber: '+1 555 010 0000', accessToken: WHATSAPP_TOKEN };
    const connect = (user: TestUser, phoneNumberId: string) =>
      user.run(
        'mutation ($input: ConnectWhatsAppInput!) { connectWhatsApp(input: $input) { number { id } userErrors { message } } }',
        { input: { ...number, phoneNumberId } },
      );
    await connect(north.owner, '5550100');
    await seesChange('{ whatsAppNumbers { phoneNumberId } }', {}, () =>
      connect(south.owner, '5550100'),
    );
  });

  test('that was made by hand', async () => {
    const { id } = await createPackage(server.north.owner, { phases: [phaseOf(1)] });
    await seesChange(DETAIL, { id }, () =>
      byHand.query(`update work_package_item set label = label || '!'`),
    );
    await seesChange(LIST, {}, () => byHand.query(`update work_package set title = title || '!'`));
    await seesChange('{ contacts(first: 5) { nodes { name } } }', {}, () =>
      byHand.query(`update contact set name = name || '!'`),
    );
  });

  test('that a transaction by hand makes, once it is committed', async () => {
    const query = '{ organizations(first: 5) { nodes { name } } }';
    await byHand.query('begin');
    await byHand.query(`update organization set name = name || '?'`);
    for (let time = 1; time <= 3; time += 1) await other.north.owner.run(query);
    const before = await other.north.owner.run(query);
    await byHand.query('commit');
    const after = await other.north.owner.run(query);
    expect(after.data).not.toEqual(before.data);
  });
});

describe('who asks while the answer to a change is being made', () => {
  const ASKING = 8;

  /** Answers of several who ask at the same time, while what the query reads last is locked. */
  async function askTogether(meanwhile: () => Promise<unknown>) {
    const { owner, contactId } = server.north;
    const query = '{ workPackages(first: 3) { nodes { title contact { name } } } }';
    const { id } = await createPackage(owner, { contactId });
    await keep(owner, query);
    await change(owner)('updateWorkPackage', { id, title: 'Asked by many' });
    const before = await hits(owner);
    await byHand.query('begin');
    await byHand.query('lock table contact in access exclusive mode');
    const answers = Array.from({ length: ASKING }, () => owner.run(query));
    await eventually('one waits', async () => (await waiting()).length > 0);
    // Who has not asked by then finds the answer kept, so that this can't fail by being too short.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await meanwhile();
    await byHand.query('rollback');
    return { answers: await Promise.all(answers), hits: (await hits(owner)) - before };
  }

  const waiting = async () =>
    (await byHand.query(`select pid from pg_stat_activity where wait_event_type = 'Lock'`)).rows;

  test('gets that one', async () => {
    const { answers, hits: sent } = await askTogether(async () => undefined);
    for (const { data } of answers) expect(data.workPackages.nodes[0].title).toBe('Asked by many');
    expect(sent).toBe(ASKING - 1);
  });

  test('gets one of its own where that fails', async () => {
    const { answers } = await askTogether(() =>
      byHand.query(
        `select pg_cancel_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'`,
      ),
    );
    expect(answers.filter(({ errors }) => errors)).toHaveLength(1);
    for (const { data } of answers.filter(({ errors }) => !errors))
      expect(data.workPackages.nodes[0].title).toBe('Asked by many');
  });
});

test('the detail of a package is kept while another one changes', async () => {
  const { owner } = server.north;
  const [first, second] = await Promise.all([
    createPackage(owner, { phases: [phaseOf(2)] }),
    createPackage(owner, { phases: [phaseOf(2)] }),
  ]);
  const query = `query ($id: ID!) { workPackage(id: $id) { title phases { items { label } } } }`;
  await keep(owner, query, { id: first.id });
  const before = await hits(owner);
  await change(owner)('updateWorkPackage', { id: second.id, title: 'Changed' });
  await owner.run(query, { id: first.id });
  expect(await hits(owner)).toBe(before + 1);
});

test('an answer that changes before each question is hardly ever tried to be kept', async () => {
  const { owner } = server.north;
  const { id } = await createPackage(owner, {});
  const query = `query ($id: ID!) { workPackage(id: $id) { title description } }`;
  const misses = async () =>
    (await owner.run('{ system { caches { name misses } } }')).data.system.caches.find(
      ({ name }: { name: string }) => name === 'answers',
    ).misses;
  const before = await misses();
  for (let time = 1; time <= 32; time += 1) {
    await change(owner)('updateWorkPackage', { id, title: `Title ${time}` });
    expect((await owner.run(query, { id })).data.workPackage.title).toBe(`Title ${time}`);
  }
  expect((await misses()) - before).toBeLessThan(12);
});

describe('over HTTP a kept answer', () => {
  const query = '{ workPackages(first: 50) { nodes { id title description progress } } }';
  const get = (headers: Record<string, string> = {}) =>
    fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { authorization: `Bearer ${server.north.owner.token}`, ...headers },
    });

  test('is the same bytes, compressed or not', async () => {
    const { owner } = server.north;
    for (let count = 0; count < 20; count += 1)
      await createPackage(owner, { title: `Number ${count}`, description: 'Ünïcode' });
    const texts = new Set<string>();
    for (let time = 1; time <= 4; time += 1)
      for (const encoding of ['gzip', 'identity'])
        texts.add(await (await get({ 'accept-encoding': encoding })).text());
    expect(texts.size).toBe(1);
    const compressed = await get({ 'accept-encoding': 'gzip' });
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(compressed.headers.get('vary')).toMatch(/accept-encoding/i);
    const refused = await get({ 'accept-encoding': 'gzip;q=0' });
    expect(refused.headers.get('content-encoding')).toBeNull();
  });

  test('is 304 for a client that has it, until it changes', async () => {
    const { owner } = server.north;
    await get();
    await get();
    const kept = await get();
    const tag = kept.headers.get('etag') ?? '';
    expect(kept.headers.get('cache-control')).toBe('private, no-cache');
    const same = await get({ 'if-none-match': `"other", ${tag}` });
    expect(same.status).toBe(304);
    expect(await same.text()).toBe('');
    await createPackage(owner, { title: 'Newer' });
    const newer = await get({ 'if-none-match': tag });
    expect(newer.status).toBe(200);
    expect(await newer.text()).toContain('Newer');
  });
});
