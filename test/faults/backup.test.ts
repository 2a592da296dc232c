/** A backup that is taken while people work, and restored elsewhere. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { issueToken } from '../../src/tenancy/tokens.ts';
import { runCommand } from '../cli/run-command.ts';
import { send } from '../support/http.ts';
import { eventually } from '../support/live.ts';
import { type ServerProcess, startProcess } from '../support/process.ts';
import { SECRET } from '../support/server.ts';
import {
  NO_SYSTEM_POSTGRES,
  type SystemPostgres,
  startSystemPostgres,
} from '../support/system-postgres.ts';

/** People who change something at the same time. */
const WRITERS = 4;
const CHANGES = [
  'mutation ($n: String!) { createWorkPackage(input: { title: $n, phases: [{ name: "One", items: [{ label: "It" }] }] }) { workPackage { id } } }',
  'mutation ($n: String!) { createContact(input: { name: $n }) { contact { id } } }',
  'mutation ($n: String!) { createOrganization(input: { name: $n }) { organization { id } } }',
  'mutation ($n: String!) { createClient(input: { name: $n, clientType: INDIVIDUAL }) { client { id } } }',
];

let postgres: SystemPostgres;
let folder: string;
const processes: ServerProcess[] = [];

beforeEach(({ skip }) => {
  if (NO_SYSTEM_POSTGRES) skip(NO_SYSTEM_POSTGRES);
});
beforeAll(async () => {
  if (NO_SYSTEM_POSTGRES) return;
  postgres = await startSystemPostgres();
  folder = await mkdtemp(join(tmpdir(), 'sheaf-backup-'));
});
afterAll(async () => {
  if (NO_SYSTEM_POSTGRES) return;
  for (const process of processes) await process.end('SIGKILL');
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startOne(url: string, role: 'api' | 'worker'): Promise<ServerProcess> {
  const started = await startProcess(url, {}, role);
  processes.push(started);
  return started;
}

async function tokenOf(url: string, email: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select id from "user" where email = $1', [email]);
  await client.end();
  return issueToken(SECRET, rows[0].id);
}

/** Changes one thing after the other until `stop`, which resolves to how often it did. */
function writing(api: ServerProcess, token: string) {
  const work = { done: 0, going: true, faults: [] as unknown[] };
  const write = async (writer: number) => {
    for (let n = 0; work.going; n += 1) {
      const query = CHANGES[n % CHANGES.length] ?? '';
      const { body } = await send(api.url, {
        token,
        body: { query, variables: { n: `Written ${writer} ${n}` } },
      });
      if (body.errors) work.faults.push(body.errors);
      work.done += 1;
    }
  };
  const all = Array.from({ length: WRITERS }, (_, writer) => write(writer));
  const stop = async () => {
    work.going = false;
    await Promise.all(all);
  };
  return { work, stop };
}

test('that was dumped while people worked holds all that must hold, and is served', async () => {
  const url = await postgres.createDatabase('original');
  const environment = { DATABASE_URL: url };
  expect((await runCommand('src/cli/migrate.ts', [], environment)).code).toBe(0);
  expect((await runCommand('src/cli/demo-data.ts', ['--scale', '0.02'], environment)).code).toBe(0);
  const [api] = [await startOne(url, 'api'), await startOne(url, 'worker')];
  const token = await tokenOf(url, 'owner@north.example');

  const { work, stop } = writing(api, token);
  await eventually('people work', () => work.done >= 20);
  const [file, before] = [join(folder, 'backup.dump'), work.done];
  await postgres.dump(url, file);
  // So that changes were under way from its beginning to its end.
  await eventually('they work on', () => work.done >= before + 5);
  await stop();
  expect(work.faults).toEqual([]);

  const restored = await postgres.createDatabase('restored');
  await postgres.restore(file, restored);
  const verified = await runCommand('src/cli/verify.ts', [], { DATABASE_URL: restored });
  expect(verified.stdout).toMatch(/All is well: \d+ checks\.\n$/);
  expect(verified.code).toBe(0);

  const other = await startOne(restored, 'api');
  await startOne(restored, 'worker');
  const { body } = await send(other.url, {
    token,
    body: { query: '{ workPackages(first: 1) { totalCount nodes { title } } }' },
  });
  expect(body.errors).toBeUndefined();
  expect(body.data.workPackages.totalCount).toBeGreaterThan(0);
});
