/** The commands about tokens, tenants and migrations, as their user runs them. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, pendingMigrations } from '../../src/platform/database/migrate.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { DAY, SECOND } from '../../src/platform/time.ts';
import { MIGRATIONS_FOLDER } from '../../src/project.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { missingDatabaseUrl, runCommand, SECRET } from './run-command.ts';

const QUIET = { info() {}, warn() {}, error() {} };
const JWKS = { AUTH_JWKS_URL: 'https://id.example/keys' };

let database: TestDatabase;
let settings: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  settings = { DATABASE_URL: database.url, AUTH_SECRET: SECRET };
  const { code } = await createTenant('Acme & Sons', 'owner@acme.example');
  expect(code).toBe(0);
});

afterAll(() => database.drop());

describe('token', () => {
  test('prints one token of the user, valid for a month, and nothing else on stdout', async () => {
    const { code, stdout } = await token('owner@acme.example');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const { payload } = await verify(stdout);
    const [user] = await query<{ id: string }>(
      `select id from "user" where email = 'owner@acme.example'`,
    );
    expect(payload).toMatchObject({
      sub: user?.id,
      email: 'owner@acme.example',
      email_verified: true,
    });
    expect(payload.exp! * SECOND - Date.now()).toBeGreaterThan(29 * DAY);
  });

  test('carries the issuer and audience of the settings', async () => {
    const { stdout } = await runCommand('src/cli/token.ts', ['owner@acme.example'], {
      ...settings,
      AUTH_ISSUER: 'sheaf',
      AUTH_AUDIENCE: 'api',
    });
    expect((await verify(stdout)).payload).toMatchObject({ iss: 'sheaf', aud: 'api' });
  });

  test('takes an e-mail address in any case', async () => {
    expect((await token('Owner@ACME.example')).code).toBe(0);
  });

  test('fails for an unknown user with a line on stderr', async () => {
    const result = await token('nobody@acme.example');
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr: 'No user has the e-mail address nobody@acme.example.\n',
    });
  });

  test('fails for a user that is not active', async () => {
    const created = await createTenant('Closed', 'owner@closed.example');
    expect(created.code).toBe(0);
    await query(`update "user" set active = false where email = 'owner@closed.example'`);
    const result = await token('owner@closed.example');
    expect(result).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('is not active'),
    });
  });

  describe('of somebody with users in several tenants', () => {
    const EMAIL = 'pat@several.example';
    const users: { id: string; tenantId: string; name: string }[] = [];

    beforeAll(async () => {
      for (const name of ['East', 'West', 'Twin', 'Other'])
        expect((await createTenant(name, EMAIL)).code).toBe(0);
      await query(`update tenant set name = 'Twin' where name = 'Other'`);
      users.push(
        ...(await query<(typeof users)[number]>(
          `select u.id, u."tenantId", t.name from "user" u join tenant t on t.id = u."tenantId" where u.email = '${EMAIL}' order by t.name, u.id`,
        )),
      );
    });

    const user = (name: string) => users.find((one) => one.name === name) ?? users[0]!;
    const run = (...args: string[]) => runCommand('src/cli/token.ts', args, settings);

    test('is of the person, and stderr lists the tenants that requests may name', async () => {
      const { code, stdout, stderr } = await run(EMAIL);
      expect(code).toBe(0);
      expect((await verify(stdout)).payload).toMatchObject({
        sub: EMAIL,
        email: EMAIL,
        email_verified: true,
      });
      expect(stderr).toContain('x-tenant');
      for (const { tenantId, name } of users)
        expect(stderr).toContain(`${encodeGlobalId('Tenant', tenantId)}  ${name}`);
    });

    test.each<[string, () => string]>([
      ['name', () => 'West'],
      ['name in another case', () => 'west'],
      ['id', () => encodeGlobalId('Tenant', user('West').tenantId)],
      ['uuid', () => user('West').tenantId],
    ])('is of one user with --tenant and its %s', async (_what, tenant) => {
      const { stdout } = await run(EMAIL, '--tenant', tenant());
      const { payload } = await verify(stdout);
      expect([payload.sub, payload['email']]).toEqual([user('West').id, undefined]);
    });

    test('asks for the id where two tenants have the name, and lists them', async () => {
      const { code, stdout, stderr } = await run(EMAIL, '--tenant', 'Twin');
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      const twins = users.filter(({ name }) => name === 'Twin');
      expect(twins).toHaveLength(2);
      for (const { tenantId } of twins)
        expect(stderr).toContain(encodeGlobalId('Tenant', tenantId));
    });

    test('lists the tenants where none of them is meant', async () => {
      const { code, stderr } = await run(EMAIL, '--tenant', 'Acme & Sons');
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/has no user in a tenant "Acme & Sons".*\n.*East\n/),
      });
    });

    test('leaves out a user that is not active', async () => {
      await query(`update "user" set active = false where id = '${user('East').id}'`);
      expect((await run(EMAIL)).stderr).not.toContain('East');
      expect(await run(EMAIL, '--tenant', 'East')).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('is not active'),
      });
    });
  });

  test('says who makes the tokens where it is an identity provider', async () => {
    const result = await runCommand('src/cli/token.ts', ['owner@acme.example'], {
      DATABASE_URL: database.url,
      ...JWKS,
    });
    expect(result).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('identity provider of AUTH_JWKS_URL'),
    });
  });

  test('says how it is used when it is used otherwise', async () => {
    expect(await runCommand('src/cli/token.ts', [], settings)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^Expected one e-mail address, found 0.\nUsage: npm run --silent token -- EMAIL/,
      ),
    });
  });

  test('names every wrong setting without a stack', async () => {
    const { code, stderr } = await runCommand('src/cli/token.ts', ['a@b.example'], {
      DATABASE_URL: 'mysql://x',
      PORT: 'http',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /PORT is "http"; expected a whole number\n.*DATABASE_URL is not an address .*postgres:/,
    );
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test.each([
    ['does not exist', () => missingDatabaseUrl(), 'database "no_such_database" does not exist'],
    [
      'does not answer',
      () => 'postgres://127.0.0.1:1/sheaf',
      'No database responds at 127.0.0.1:1',
    ],
  ])('fails in one line when the database %s', async (_what, url, reason) => {
    const { code, stderr } = await runCommand('src/cli/token.ts', ['a@b.example'], {
      DATABASE_URL: url(),
      AUTH_SECRET: SECRET,
    });
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('names the command that is missing on a database without migrations', async () => {
    const empty = await createTestDatabase('template0');
    const { code, stderr } = await runCommand('src/cli/token.ts', ['a@b.example'], {
      DATABASE_URL: empty.url,
      AUTH_SECRET: SECRET,
    });
    await empty.drop();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('npm run migrate'),
    });
  });
});

describe('create-tenant', () => {
  test('makes a tenant whose owner the printed token is for', async () => {
    const { stdout } = await createTenant('Umber', 'Olive@Umber.example');
    const { payload } = await verify(stdout);
    const [row] = await query(
      `select t.name, t.country, u.email, u.role, u.active from "user" u join tenant t on t.id = u."tenantId" where u.id = '${payload.sub}'`,
    );
    expect(row).toEqual({
      name: 'Umber',
      country: 'US',
      email: 'olive@umber.example',
      role: 'OWNER',
      active: true,
    });
  });

  test('makes a further user for an owner who has one elsewhere, and a token of that tenant alone', async () => {
    const args = (name: string) => [
      name,
      '--country',
      'DE',
      '--owner',
      'ann@several.example',
      '--external-id',
      'auth|9',
    ];
    const tokens = [];
    for (const name of ['First', 'Second']) {
      const { code, stdout } = await runCommand('src/cli/create-tenant.ts', args(name), settings);
      expect(code).toBe(0);
      tokens.push((await verify(stdout)).payload);
    }
    const users = await query(
      `select u.id, t.name, u."externalId" from "user" u join tenant t on t.id = u."tenantId" where email = 'ann@several.example' order by name`,
    );
    expect(users).toEqual([
      { id: tokens[0]?.sub, name: 'First', externalId: 'auth|9' },
      { id: tokens[1]?.sub, name: 'Second', externalId: 'auth|9' },
    ]);
    expect(tokens.map(({ email }) => email)).toEqual([undefined, undefined]);
  });

  test('says that a tenant exists where its owner has one of this name, however many ask at once', async () => {
    const results = await Promise.all(
      ['Ann@Again.example', 'ann@again.example'].map((owner) => createTenant('Again', owner)),
    );
    const tenants = await query<{ id: string }>(`select id from tenant where name = 'Again'`);
    expect(tenants).toHaveLength(1);
    const refused = results.filter(({ code }) => code !== 0);
    expect(refused).toEqual([
      {
        code: 1,
        stdout: '',
        stderr: `The tenant "Again" with the owner ann@again.example exists already: its id is ${encodeGlobalId('Tenant', tenants[0]?.id ?? '')}. Nothing was changed.\n`,
      },
    ]);
    // Another agency may have the same name.
    expect((await createTenant('Again', 'somebody@else.example')).code).toBe(0);
  });

  test('names every wrong argument at once', async () => {
    const { code, stderr } = await runCommand(
      'src/cli/create-tenant.ts',
      ['X', '--country', 'Narnia', '--owner', 'nobody'],
      settings,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/country: .*; owner: Expected an e-mail address/);
  });

  test('says how it is used when an argument is missing', async () => {
    const { code, stderr } = await runCommand(
      'src/cli/create-tenant.ts',
      ['X', '--country', 'US'],
      settings,
    );
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^Expected --owner.\nUsage: npm run create-tenant/),
    });
  });

  test('links the owner to the identity provider that makes the tokens', async () => {
    const args = [
      'Linked',
      '--country',
      'DE',
      '--owner',
      'lin@linked.example',
      '--external-id',
      'auth|7',
    ];
    const { code, stdout } = await runCommand('src/cli/create-tenant.ts', args, {
      DATABASE_URL: database.url,
      ...JWKS,
    });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('auth|7 may sign in'),
    });
    expect(
      await query(`select "externalId" from "user" where email = 'lin@linked.example'`),
    ).toEqual([{ externalId: 'auth|7' }]);
  });

  test('says how the owner can sign in by an identity provider', async () => {
    const { stdout } = await runCommand(
      'src/cli/create-tenant.ts',
      ['Later', '--country', 'DE', '--owner', 'lea@later.example'],
      {
        DATABASE_URL: database.url,
        ...JWKS,
      },
    );
    expect(stdout).toContain(
      'lea@later.example may sign in with one of its tokens that has this address as verified',
    );
    expect(stdout).toContain('externalId');
    expect(stdout).toContain('--external-id');
  });
});

describe('migrate', () => {
  test('lists, applies and lists again, without a setting for tokens', async () => {
    const empty = await createTestDatabase('template0');
    const run = (...args: string[]) =>
      runCommand('src/cli/migrate.ts', args, { DATABASE_URL: empty.url });
    expect(await run('--status')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d{14}_work_packages +pending\n/),
    });
    expect(await run()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^applied \d{14}_work_packages \(1 of \d+, \d+\.\d s\)\n/),
    });
    expect(await run('--status')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d{14}_work_packages +applied \d{4}-\d\d-\d\dT/),
    });
    expect(await run()).toMatchObject({
      code: 0,
      stdout: 'Nothing to do: every migration is applied.\n',
    });
    expect(await pendingMigrations(empty.url, MIGRATIONS_FOLDER)).toEqual([]);
    await empty.drop();
  });

  test('refuses an option that it does not know', async () => {
    const { code, stderr } = await runCommand('src/cli/migrate.ts', ['--force'], settings);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^There is no option --force.\nUsage: npm run migrate/),
    });
  });
});

describe('without DATABASE_URL', () => {
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sheaf-cli-'));
  });

  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  test('a command starts the embedded database, and its token is signed with the secret of the data folder', async () => {
    const { code, stdout } = await runCommand(
      'src/cli/create-tenant.ts',
      ['Local', '--country', 'FR', '--owner', 'luc@local.example'],
      { DATA_DIR: dataDir },
    );
    expect(code).toBe(0);
    const secret = await readFile(join(dataDir, 'auth-secret'), 'utf8');
    await expect(jwtVerify(stdout.trim(), new TextEncoder().encode(secret))).resolves.toBeDefined();
  });

  test('a command uses the database of the process that runs it', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir, log: QUIET });
    await migrate(postgres.url, { migrationsDir: MIGRATIONS_FOLDER, log: QUIET });
    const { code } = await runCommand(
      'src/cli/create-tenant.ts',
      ['Beside', '--country', 'FR', '--owner', 'bea@beside.example'],
      { DATA_DIR: dataDir },
    );
    const names = await queryAt<{ name: string }>(
      postgres.url,
      'select name from tenant order by name',
    );
    await postgres.stop();
    expect(code).toBe(0);
    expect(names.map(({ name }) => name)).toEqual(['Beside', 'Local']);
  });
});

function token(email: string) {
  return runCommand('src/cli/token.ts', [email], settings);
}

function createTenant(name: string, owner: string) {
  return runCommand(
    'src/cli/create-tenant.ts',
    [name, '--country', 'us', '--owner', owner],
    settings,
  );
}

function verify(printed: string) {
  return jwtVerify(printed.trim(), new TextEncoder().encode(SECRET));
}

function query<Row extends object>(sql: string): Promise<Row[]> {
  return queryAt<Row>(database.url, sql);
}

async function queryAt<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
