/**
 * The README as a newcomer walks it: in a clean copy, `npm start`, then each block as it stands, in
 * the order in which they come. Only the port is another one, and the ids that it leaves open (…)
 * are filled in.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { NO_CHROMIUM, startBrowser } from '../support/example-app.ts';
import { send } from '../support/http.ts';
import { eventually } from '../support/live.ts';

const PROJECT = join(import.meta.dirname, '../..');
const NO_COPY = existsSync(join(PROJECT, '.git'))
  ? undefined
  : 'this is no clone of the repository';
const GIVE_UP_MS = 120_000;

const README = readFileSync(join(PROJECT, 'README.md'), 'utf8');
const blocks = (language: string) =>
  [...README.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(
    ([, text = '']) => text,
  );
const [INSTALL = '', REQUEST = '', STREAM = ''] = blocks('sh');
const GRAPHQL = new Map(
  blocks('graphql').map((text) => [/(?:query|mutation|subscription) (\w+)/.exec(text)?.[1], text]),
);

let folder: string;
let url: string;
let port: string;
let server: ChildProcess;
let output = '';
let token: string;
/** What the first mutation makes. */
let made: any;

beforeEach(({ skip }) => {
  if (NO_COPY) skip(NO_COPY);
});

beforeAll(async () => {
  if (NO_COPY) return;
  folder = await mkdtemp(join(tmpdir(), 'sheaf-readme-'));
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: PROJECT, encoding: 'utf8' });
  for (const file of files.split('\0').filter((name) => name && existsSync(join(PROJECT, name))))
    cpSync(join(PROJECT, file), join(folder, file), { recursive: true });
  // What `npm ci` makes; whoever runs this test has run it.
  await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
  expect(INSTALL).toMatch(/^npm ci && npm start .*\nnpm ci && npm test .*\n$/);
  server = shell('npm start');
  for (const stream of [server.stdout, server.stderr])
    stream?.on('data', (text) => {
      output += String(text);
    });
  await eventually('npm start is ready', async () => {
    if (server.exitCode !== null) throw new Error(`npm start ended: ${output}`);
    return (await send(url, { method: 'GET', path: '/readyz' }).catch(() => null))?.status === 200;
  });
  token = await stdoutOf(REQUEST.split('\n')[0] ?? '', '; printf %s "$TOKEN"');
});

afterAll(async () => {
  if (NO_COPY) return;
  await endOf(server);
  await rm(folder, { recursive: true, force: true });
});

/** Starts a text of the README in the copy, with the port of this run, as a group of processes. */
function shell(text: string): ChildProcess {
  return spawn('bash', ['-c', text.replaceAll('127.0.0.1:4000', `127.0.0.1:${port}`)], {
    cwd: folder,
    detached: true,
    env: { PATH: process.env['PATH'], HOME: folder, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function stdoutOf(text: string, more = ''): Promise<string> {
  const child = shell(text + more);
  let stdout = '';
  child.stdout?.on('data', (chunk) => {
    stdout += String(chunk);
  });
  await once(child, 'close');
  expect(child.exitCode).toBe(0);
  return stdout;
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const gone = once(child, 'close');
  process.kill(-child.pid, 'SIGTERM');
  await gone;
}

async function freePort(): Promise<string> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const free = String((listener.address() as AddressInfo).port);
  listener.close();
  await once(listener, 'close');
  return free;
}

async function ask(name: string, id?: string): Promise<any> {
  const query = (GRAPHQL.get(name) ?? '').replace('…', id ?? '…');
  const { body } = await send(url, { token, body: { query } });
  expect(body.errors).toBeUndefined();
  return body.data;
}

/** What a subscription or a live query is sent, until `done`. */
async function watching(name: string, id?: string) {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const results: any[] = [];
  const query = (GRAPHQL.get(name) ?? '').replace('…', id ?? '…');
  const read = (async () => {
    for await (const result of client.iterate({ query })) results.push(result);
  })().catch((error: unknown) => results.push({ errors: [error] }));
  await eventually(`${name} answers at once`, () => results.length > 0);
  expect(results[0].errors).toBeUndefined();
  const done = async () => {
    await client.dispose();
    await read;
  };
  return { results, done };
}

test('says which operations there are, and each is tried here', () => {
  expect([...GRAPHQL.keys()]).toEqual([
    'WorkPackages',
    'CreateWorkPackage',
    'WorkPackageChanged',
    'UpdateItem',
    'Board',
    'Overview',
    'Changed',
  ]);
  expect(blocks('sh')).toHaveLength(3);
});

test('`npm start` prints tokens of the demo users and the address', () => {
  expect(output).toContain(`:${port}`);
  for (const user of ['owner', 'member', 'client'])
    expect(output).toContain(`${user}@north.example`);
});

test('the first query answers, from a shell too', async () => {
  const { workPackages } = await ask('WorkPackages');
  expect(workPackages.nodes).toHaveLength(5);
  const answer = JSON.parse(await stdoutOf(REQUEST));
  expect(answer.data.workPackages.totalCount).toBeGreaterThan(0);
});

test('the first mutation makes a package with the dates that the text tells of', async () => {
  const { workPackage, userErrors } = (await ask('CreateWorkPackage')).createWorkPackage;
  expect(userErrors).toEqual([]);
  made = workPackage;
  expect(made.expectedEndDate).toBe('2027-01-07');
  expect(made.phases).toMatchObject([
    { name: 'Design', startDate: '2027-01-04', expectedEndDate: '2027-01-06' },
    { name: 'Build', startDate: '2027-01-07', expectedEndDate: '2027-01-07' },
  ]);
});

test('the subscription has the state at once, and the next one after the change', async () => {
  const { results, done } = await watching('WorkPackageChanged', made.id);
  const board = await watching('Board');
  const changed = await ask('UpdateItem', made.phases[0].items[0].id);
  expect(changed.updateWorkPackageItem.userErrors).toEqual([]);
  const { progress, version } = changed.updateWorkPackageItem.workPackage;
  await eventually('the next state comes', () =>
    results.some(({ data }) => data?.workPackageChanged.version === version),
  );
  expect(results.at(-1).data.workPackageChanged.workPackage.progress).toBe(progress);
  await eventually('the live list changes', () => board.results.length > 1);
  await done();
  await board.done();
});

test('the other live queries and subscriptions answer', async () => {
  for (const name of ['Overview', 'Changed']) await (await watching(name)).done();
});

test('a shell gets the state over server-sent events', async () => {
  const child = shell(`TOKEN=${token}; ${STREAM.replace('…', made.id)}`);
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += String(chunk);
  });
  await eventually('an event comes', () => /^data: \{.*workPackageChanged.*\}$/m.test(text));
  await endOf(child);
});

test('each file and each command that it names is there', () => {
  const links = [...README.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !/^https?:/.test(path) && !existsSync(join(folder, path)))).toEqual(
    [],
  );
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const named = [...README.matchAll(/npm (?:run )?(?:--silent )?([a-z:-]+)/g)].map(
    ([, name = '']) => name,
  );
  expect(named.filter((name) => !(name in scripts) && name !== 'ci')).toEqual([]);
});

test('in a browser GraphiQL is signed in, and runs the first query as it is pasted', async ({
  skip,
}) => {
  if (NO_CHROMIUM) skip(NO_CHROMIUM);
  const browser = await startBrowser();
  try {
    const context = await browser.newContext({
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    page.setDefaultTimeout(GIVE_UP_MS);
    await page.goto(`${url}/graphql`);
    const editor = page.locator(
      '.graphiql-query-editor .view-lines, .graphiql-query-editor .CodeMirror',
    );
    await editor.first().click();
    await page.evaluate(
      `navigator.clipboard.writeText(${JSON.stringify(GRAPHQL.get('WorkPackages'))})`,
    );
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('ControlOrMeta+V');
    await page.locator('.graphiql-execute-button').click();
    await page.locator('.graphiql-response').getByText('totalCount').first().waitFor();
    expect(await page.locator('.graphiql-response').innerText()).not.toMatch(/errors/);
  } finally {
    await browser.close();
  }
});
