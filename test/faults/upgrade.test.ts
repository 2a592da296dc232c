/**
 * Processes of the release before, started before the migration, go on beside new ones after it. The release before
 * is the newest tag; where there is none, the commit before the one that added the newest migration.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../cli/run-command.ts';
import { send } from '../support/http.ts';
import { eventually, subscribe } from '../support/live.ts';
import { allOperations, fill, variablesOf } from '../support/operations.ts';
import { type ServerProcess, startProcess, startProcessOf } from '../support/process.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const PROJECT = join(import.meta.dirname, '../..');
/** Of all operations that pass every field, each of these is tried. */
const EVERY = 7;
const SETTINGS = { MAX_COST: '10000000', MAX_DEPTH: '100', MAX_TOKENS: '100000' };

const BEFORE = releaseBefore();
const NO_RELEASE =
  BEFORE === null
    ? 'the history of the repository does not reach back to the release before'
    : null;

/** Null where there is no history, as in a shallow clone. */
function releaseBefore(): string | null {
  const git = (...args: string[]) => {
    try {
      const options = { cwd: PROJECT, encoding: 'utf8', stdio: 'pipe' } as const;
      return execFileSync('git', args, options).trim() || null;
    } catch {
      return null;
    }
  };
  const tag = git('describe', '--tags', '--abbrev=0');
  if (tag) return tag;
  if (git('rev-parse', '--is-shallow-repository') !== 'false') return null;
  const added = git('log', '-1', '--format=%H', '--diff-filter=A', '--', 'prisma/migrations');
  return added && git('rev-parse', '--verify', '--quiet', `${added}^`);
}

let folder: string;
let base: TestServer;
let older: ServerProcess;
let newer: ServerProcess;
let ids: Record<string, string | string[]>;

beforeEach(({ skip }) => {
  if (NO_RELEASE) skip(NO_RELEASE);
});
beforeAll(async () => {
  if (NO_RELEASE) return;
  folder = mkdtempSync(join(tmpdir(), 'sheaf-before-'));
  execFileSync('sh', ['-c', `git archive ${BEFORE} | tar -x -C ${folder}`], { cwd: PROJECT });
  await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  base = await startTestServer();
  ids = await fill(base.north, 1);
  const settings = { DATABASE_URL: base.databaseUrl, ...SETTINGS };
  // It was started before the migrations that it does not know, for it refuses to start on them.
  const { pool } = base.app.platform.database;
  const known = readdirSync(join(folder, 'prisma/migrations'));
  await pool.query(
    `create table later as select * from _prisma_migrations where migration_name <> all(array[${known.map((name) => `'${name}'`)}])`,
  );
  await pool.query('delete from _prisma_migrations where migration_name <> all($1)', [known]);
  older = await startProcessOf(folder, settings, 'api');
  await pool.query('insert into _prisma_migrations select * from later');
  await pool.query('drop table later');
  newer = await startProcess(base.databaseUrl, SETTINGS);
});
afterAll(async () => {
  if (NO_RELEASE) return;
  await older.end('SIGKILL');
  await newer.end('SIGKILL');
  await base.stop();
  await rm(folder, { recursive: true, force: true });
});

const ask = async (at: ServerProcess, query: string, variables: object = {}): Promise<any> => {
  const { token } = base.north.owner;
  return (await send(at.url, { token, body: { query, variables } })).body;
};

test('the release before answers on the new database what the new one does', async () => {
  const schema = buildSchema(readFileSync(join(folder, 'schema.graphql'), 'utf8'));
  // Uploads and WhatsApp's templates are not among what the test fills.
  const operations = allOperations(schema).filter(
    ({ name }, index) =>
      index % EVERY === 0 &&
      !/^system|rateLimits|^contactImportPreview|^whatsAppTemplates|^previewCampaignMessage/.test(
        name,
      ),
  );
  expect(operations.length).toBeGreaterThan(50);
  const differing: string[] = [];
  for (const { name, query } of operations) {
    const variables = variablesOf(query, ids);
    // Jobs that follow from the filling may change something between the two.
    let [one, other] = [await ask(older, query, variables), await ask(newer, query, variables)];
    for (let tries = 0; tries < 3 && JSON.stringify(one) !== JSON.stringify(other); tries += 1)
      [one, other] = [await ask(older, query, variables), await ask(newer, query, variables)];
    if (one.errors || JSON.stringify(one) !== JSON.stringify(other))
      differing.push(`${name}\n${JSON.stringify(one)}\n${JSON.stringify(other)}`);
  }
  expect(differing.join('\n\n')).toBe('');
});

test('what one changes, subscribers of the other see, and all of it holds', async () => {
  const CREATE =
    'mutation ($n: String!) { createWorkPackage(input: { title: $n, phases: [{ name: "One", items: [{ label: "It" }] }] }) { workPackage { id } userErrors { message } } }';
  const RENAME =
    'mutation ($id: ID!, $n: String!) { updateWorkPackage(input: { id: $id, title: $n }) { workPackage { version } userErrors { message } } }';
  for (const [writer, reader] of [
    [older, newer],
    [newer, older],
  ] as const) {
    const made = await ask(writer, CREATE, { n: 'Made' });
    expect(made.errors ?? made.data.createWorkPackage.userErrors).toEqual([]);
    const { id } = made.data.createWorkPackage.workPackage;
    const watching = subscribe(reader.url, base.north.owner, { id });
    await eventually('the present state', () => watching.events.length > 0);
    const renamed = await ask(writer, RENAME, { id, n: 'Renamed' });
    expect(renamed.errors ?? renamed.data.updateWorkPackage.userErrors).toEqual([]);
    await eventually('the change', () =>
      watching.events.some(({ data }) => data?.workPackageChanged.workPackage.title === 'Renamed'),
    );
    watching.stop();
    for (const mutation of [
      'mutation ($n: String!) { createContact(input: { name: $n }) { contact { id } userErrors { message } } }',
      'mutation ($n: String!) { createOrganization(input: { name: $n }) { organization { id } userErrors { message } } }',
      'mutation ($n: String!) { createClient(input: { name: $n, clientType: INDIVIDUAL }) { client { id } userErrors { message } } }',
    ]) {
      const { data, errors } = await ask(writer, mutation, { n: crypto.randomUUID() });
      expect(errors).toBeUndefined();
      expect((Object.values(data)[0] as any).userErrors).toEqual([]);
    }
  }
  const verified = await runCommand('src/cli/verify.ts', [], { DATABASE_URL: base.databaseUrl });
  expect(verified.stdout).toMatch(/All is well: \d+ checks\.\n$/);
});
