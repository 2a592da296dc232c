/** The client of Pipedrive, against the sandbox with all its faults. */
import { afterEach, expect, test } from 'vitest';
import { PipedriveClient, type PipedriveOptions } from '../../src/crm/pipedrive/client.ts';
import { readRecord } from '../../src/crm/pipedrive/read-record.ts';
import { PIPEDRIVE_KINDS } from '../../src/crm/pipedrive/records.ts';
import { HttpClient } from '../../src/platform/http-client.ts';
import {
  type PipedriveSandbox,
  type PipedriveSandboxOptions,
  startPipedriveSandbox,
} from '../../src/sandbox/pipedrive.ts';
import type { PipedriveFaults } from '../../src/sandbox/pipedrive-faults.ts';

const http = new HttpClient({ reach: 'any' });
let sandbox: PipedriveSandbox;
afterEach(() => sandbox?.close());

async function start(
  options: PipedriveSandboxOptions = {},
  client: Partial<PipedriveOptions> = {},
): Promise<PipedriveClient> {
  sandbox = await startPipedriveSandbox({ size: 60, rateLimit: null, ...options });
  return new PipedriveClient({
    apiUrl: sandbox.url,
    token: sandbox.token,
    http,
    pauseMs: 1,
    attempts: 4,
    ...client,
  });
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const collected = [];
  for await (const page of pages) collected.push(page);
  return collected;
}

function readAll(client: PipedriveClient, limit = 25) {
  return collect(client.pages('persons', { limit }));
}

test.each(PIPEDRIVE_KINDS)('all pages of %s are read, each record once', async (kind) => {
  const client = await start();
  const ids = [];
  for await (const page of client.pages(kind, { limit: 7 })) {
    expect(page.fetched).toBe(page.records.length);
    ids.push(...page.records.map(({ id }) => Number(id)));
  }
  expect(ids.sort((a, b) => a - b)).toEqual(
    Array.from({ length: sandbox.account.count(kind) }, (_, index) => index + 1),
  );
});

test('reading goes on from the cursor of a page', async () => {
  const client = await start();
  const [first, ...rest] = await readAll(client);
  expect(await collect(client.pages('persons', { limit: 25, cursor: first?.nextCursor }))).toEqual(
    rest,
  );
});

test('only what changed since a moment is read, whatever its fractions, and what was deleted is marked', async () => {
  const client = await start();
  const { update_time: changed } = sandbox.change('persons', 7, { name: 'Changed' });
  sandbox.delete('persons', 8);
  const [page] = await collect(
    client.pages('persons', { updatedSince: changed.replace('Z', '.000Z') }),
  );
  expect(page?.records).toMatchObject([
    { id: '7', name: 'Changed', isDeleted: false },
    { id: '8', isDeleted: true },
  ]);
});

test('users come with their e-mails', async () => {
  const client = await start();
  expect(await client.users()).toContainEqual({
    id: '101',
    name: 'Olivia North',
    email: 'owner@north.example',
  });
});

test.each<[string, PipedriveFaults]>([
  ['errors of the server', { answer: 'error', times: 3 }],
  ['half a page', { answer: 'half', times: 3 }],
  ['a connection that breaks off', { answer: 'cut', times: 3 }],
  ['no body', { answer: 'nothing', times: 3 }],
  ['a page of HTML', { answer: 'html', times: 3 }],
  ['too many requests', { answer: 'busy', times: 3 }],
  ['errors now and then', { serverErrors: 0.3 }],
])('%s: tried again until it passes', async (_name, faults) => {
  const client = await start({ faults }, { attempts: faults.serverErrors ? 20 : 4 });
  const pages = await readAll(client);
  expect(pages.flatMap(({ records }) => records)).toHaveLength(60);
});

test.each<[PipedriveFaults['answer'], string, RegExp, number]>([
  ['error', 'SERVER_ERROR', /an internal problem \(status 503\)/, 4],
  ['half', 'GARBLED', /something other than the data of its API/, 4],
  ['cut', 'GARBLED', /closed the connection in the middle/, 4],
  ['nothing', 'GARBLED', /something other/, 4],
  ['html', 'GARBLED', /something other/, 4],
  ['busy', 'BUSY', /too many requests/, 4],
  ['blocked', 'BLOCKED', /blocks this server/, 1],
  [
    'spent',
    'DAILY_LIMIT',
    /for the day are used up; more are possible from \d{4}-\d\d-\d\d 00:00 UTC/,
    1,
  ],
  ['huge', 'TOO_LARGE', /more than 16 MiB/, 1],
])('"%s" for ever is %s with a message for a person', async (answer, reason, message, requests) => {
  const client = await start({ faults: { answer } });
  await expect(readAll(client)).rejects.toMatchObject({
    name: 'PipedriveError',
    reason,
    message: expect.stringMatching(message),
  });
  expect(sandbox.requests).toHaveLength(requests);
});

test('a wrong token is told at once, and no message holds it', async () => {
  const client = await start({}, { token: 'a-wrong-token' });
  const failing = readAll(client);
  await expect(failing).rejects.toMatchObject({
    reason: 'UNAUTHORIZED',
    message: expect.not.stringContaining('a-wrong-token'),
  });
  expect(sandbox.requests).toHaveLength(1);
});

test('a server that is not there is told as such', async () => {
  const client = await start({}, { apiUrl: 'http://127.0.0.1:1' });
  await expect(client.users()).rejects.toMatchObject({
    reason: 'UNREACHABLE',
    message: expect.stringContaining("Pipedrive can't be reached"),
  });
});

test('the pause that Pipedrive asks for is kept', async () => {
  const client = await start({ rateLimit: { burst: 2 } });
  const pages = await readAll(client);
  expect(pages.flatMap(({ records }) => records)).toHaveLength(60);
  expect(sandbox.requests.map(({ status }) => status)).toEqual([200, 200, 429, 200]);
});

test.each<[PipedriveFaults['cursors'], string]>([
  ['same', 'CURSOR_LOOP'],
  ['cycle', 'CURSOR_LOOP'],
  ['endless', 'TOO_MANY_PAGES'],
])('a list whose cursors are "%s" ends with %s', async (cursors, reason) => {
  const client = await start({ faults: { cursors } }, { maxPages: 10 });
  await expect(readAll(client)).rejects.toMatchObject({ reason });
  expect(sandbox.requests.length).toBeLessThanOrEqual(10);
});

test('a cursor that Pipedrive no longer knows is told apart', async () => {
  const client = await start();
  await expect(collect(client.pages('persons', { cursor: 'forgotten' }))).rejects.toMatchObject({
    reason: 'CURSOR_REFUSED',
  });
});

test('records with null everywhere fail alone', async () => {
  const client = await start({ faults: { nullRecords: true } });
  for (const kind of PIPEDRIVE_KINDS) {
    const pages = await collect(client.pages(kind, { limit: 500 }));
    expect(pages.map(({ records, fetched }) => fetched - records.length)).toEqual([1]);
    expect(pages[0]?.failures).toEqual([
      { externalId: 'unknown', message: expect.stringContaining('has no id') },
    ]);
  }
});

test('a signal ends a pause and a request', async () => {
  const client = await start({ faults: { answer: 'error' } }, { pauseMs: 60_000 });
  const stop = new AbortController();
  const reading = collect(client.pages('persons', { signal: stop.signal }));
  setTimeout(() => stop.abort(), 50);
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  sandbox.setFaults({ answer: 'silent' });
  const stopNext = new AbortController();
  const waiting = collect(client.pages('persons', { signal: stopNext.signal }));
  setTimeout(() => stopNext.abort(), 50);
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});

const common = { id: 5, owner_id: 1, update_time: '2026-02-01T10:00:00Z', is_deleted: false };
const read = (kind: (typeof PIPEDRIVE_KINDS)[number], values: object): any => {
  const result: any = readRecord(kind, { ...common, ...values });
  return result.record ?? result.failure;
};

test('a person has its primary e-mail and phone, in whatever place they stand', () => {
  const emails = [
    { value: 'home@x.example', primary: false },
    { value: ' Ann@X.Example ', primary: true },
  ];
  const phones = [
    { value: '1', primary: false },
    null,
    { value: '+1 650 555 1234', primary: true },
  ];
  expect(
    read('persons', { name: ' Ann Lee ', emails, phones, org_id: 7, job_title: 'CEO' }),
  ).toEqual({
    id: '5',
    ownerId: '1',
    updateTime: '2026-02-01T10:00:00Z',
    isDeleted: false,
    name: 'Ann Lee',
    email: 'ann@x.example',
    emails: [
      { value: 'ann@x.example', label: null },
      { value: 'home@x.example', label: null },
    ],
    phone: '+1 650 555 1234',
    phones: [
      { value: '+1 650 555 1234', label: null },
      { value: '1', label: null },
    ],
    jobTitle: 'CEO',
    orgId: '7',
  });
});

test('an e-mail address that is none is passed over, and a person may lack all but its name', () => {
  expect(
    read('persons', {
      name: 'Ann',
      emails: [{ value: 'n/a', primary: true }, { value: 'ann@x.example' }],
    }),
  ).toMatchObject({ email: 'ann@x.example' });
  expect(
    read('persons', {
      name: 'Ann',
      emails: 'odd',
      phones: null,
      org_id: {},
      owner_id: null,
      update_time: 'odd',
    }),
  ).toMatchObject({
    name: 'Ann',
    email: null,
    phone: null,
    orgId: null,
    jobTitle: null,
    ownerId: null,
    updateTime: null,
  });
});

test.each([
  [
    { id: 5, name: null },
    { externalId: '5', message: 'This person has no name.' },
  ],
  [
    { id: 5, name: '  ' },
    { externalId: '5', message: 'This person has no name.' },
  ],
  [
    { id: null, name: null },
    { externalId: 'unknown', message: 'This person has no id, has no name.' },
  ],
  [null, { externalId: 'unknown', message: 'This person is not a record.' }],
  ['text', { externalId: 'unknown', message: 'This person is not a record.' }],
])('%j is a failure that says why', (record, failure) => {
  expect(readRecord('persons', record)).toEqual({ failure });
});

test('what PostgreSQL does not store is left out', () => {
  expect(read('persons', { name: 'A\u0000nn \ud800', job_title: 'x\u0000' })).toMatchObject({
    name: 'Ann \ufffd',
    jobTitle: 'x',
  });
});

test('an organization has the parts of its address', () => {
  const address = {
    value: '1 High Street, Leeds',
    locality: 'Leeds',
    country: 'United Kingdom',
    postal_code: null,
  };
  expect(read('organizations', { name: 'Acme', address })).toMatchObject({
    address: '1 High Street, Leeds',
    city: 'Leeds',
    country: 'United Kingdom',
  });
  expect(read('organizations', { name: 'Acme', address: null })).toMatchObject({
    address: null,
    city: null,
    country: null,
  });
  expect(read('organizations', { name: 'Acme', address: '1 High Street' })).toMatchObject({
    address: '1 High Street',
    city: null,
  });
});

test.each([
  ['open', 'OPEN'],
  ['won', 'WON'],
  ['lost', 'LOST'],
  ['deleted', null],
  [null, null],
])('a deal that is %s has the status %s', (status, expected) => {
  expect(
    read('deals', {
      title: 'Deal',
      value: 12_000.005,
      currency: 'USD',
      status,
      person_id: 1,
      org_id: 7,
    }),
  ).toMatchObject({
    value: 12_000.01,
    currency: 'USD',
    status: expected,
    personId: '1',
    orgId: '7',
  });
});

test.each([
  ['call', true, 'CALL'],
  ['email', true, 'EMAIL'],
  ['meeting', true, 'MEETING'],
  ['lunch', true, 'MEETING'],
  ['task', true, 'TASK'],
  ['deadline', true, 'TASK'],
  ['of_their_own', true, 'TASK'],
  [null, true, 'TASK'],
  ['call', false, 'TASK'],
])('an activity of type %s (done: %s) is a %s', (type, done, expected) => {
  expect(read('activities', { type, done, subject: 'Subject' })).toMatchObject({ type: expected });
});

test('the person of an activity may stand in its participants only, the primary one first', () => {
  const participants = [
    { person_id: 3, primary: false },
    { person_id: 4, primary: true },
  ];
  expect(read('activities', { person_id: null, participants })).toMatchObject({ personId: '4' });
  expect(read('activities', { person_id: 1, participants })).toMatchObject({ personId: '1' });
  expect(read('activities', { person_id: null, participants: null })).toMatchObject({
    personId: null,
  });
});

test.each([
  [{ due_date: '2026-01-15', due_time: '15:30:00', done: true }, '2026-01-15T15:30:00Z'],
  [{ due_date: '2026-01-15', due_time: null, done: true }, '2026-01-15T00:00:00Z'],
  [{ due_date: '2026-03-15', due_time: '15:30', done: true }, '2026-02-01T10:00:00Z'],
  [{ due_date: '2026-03-15', due_time: '15:30', done: false }, '2026-03-15T15:30:00Z'],
  [{ due_date: null, done: true }, '2026-02-01T10:00:00Z'],
  [
    { due_date: 'soon', done: false, update_time: null, add_time: '2026-01-01 08:00:00' },
    '2026-01-01T08:00:00Z',
  ],
])('an activity with %j is of %s', (values, expected) => {
  expect(read('activities', values)).toMatchObject({ occurredAt: expected });
});

test('the note of an activity is text', () => {
  expect(
    read('activities', { note: '<p>Tom &amp; I<br>spoke</p><script>x</script>' }),
  ).toMatchObject({ note: 'Tom & I\nspoke\nx' });
});
