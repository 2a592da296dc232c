/** `npm run verify`: all is well while people work, and each kind of damage is told. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startProcess } from '../support/process.ts';
import { startTestServer } from '../support/server.ts';
import { runCommand } from './run-command.ts';

const verify = (url: string) => runCommand('src/cli/verify.ts', [], { DATABASE_URL: url });

describe('of a database with demo data', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    const { code } = await runCommand('src/cli/demo-data.ts', ['--scale', '0.02'], {
      DATABASE_URL: database.url,
    });
    expect(code).toBe(0);
    // The first process makes the queues.
    await (await startProcess(database.url)).end('SIGTERM');
  });
  afterAll(() => database.drop());

  /** Past the triggers that would set it right. */
  async function damagedCopy(damage: string): Promise<TestDatabase> {
    const copy = await createTestDatabase(new URL(database.url).pathname.slice(1));
    const client = new pg.Client({ connectionString: copy.url });
    await client.connect();
    await client.query('set session_replication_role = replica');
    const { rowCount } = await client.query(damage);
    await client.end();
    expect(rowCount).not.toBe(0);
    return copy;
  }

  test('says that all is well', async () => {
    const { code, stdout, stderr } = await verify(database.url);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trim().split('\n');
    expect(lines.at(-1)).toBe(`All is well: ${lines.length - 1} checks.`);
    expect(lines.slice(0, -1).filter((line) => !line.startsWith('ok '))).toEqual([]);
  });

  const ANY = (table: string) => `(select id from ${table} order by id limit 1)`;
  test.each([
    [
      'organization',
      `update organization set "contactCount" = "contactCount" + 1 where id = ${ANY('organization')}`,
      'contacts',
    ],
    [
      'work package',
      `update work_package set "totalEstimatedHours" = 1e6 where id = ${ANY('work_package')}`,
      'items',
    ],
    [
      'phase',
      `update work_package_phase set "itemCount" = 99 where id = ${ANY('work_package_phase')}`,
      '99 items',
    ],
    [
      'campaign',
      `update campaign set "contactCount" = 12345 where id = (select id from campaign where "startedAt" is null limit 1)`,
      '12345 contacts',
    ],
    [
      'campaign',
      'update campaign_counter set sent = sent + 3 where ctid = (select k.ctid from campaign_counter k join campaign_figures f using ("tenantId", "campaignId") where f."eventsDroppedAt" is null limit 1)',
      'off by 3',
    ],
    [
      'tenant',
      `update sending_figure set sent = sent + 7 where ctid = (select ctid from sending_figure where subject = 'TEMPLATE' limit 1)`,
      'TEMPLATE',
    ],
    [
      'workflow',
      `insert into workflow_figure ("tenantId", "workflowId", level, block, subject, runs, completed, failed, cancelled, parallel, slots, counts, ms)
       select "tenantId", id, 3, 0, 'EXECUTION', 5, 5, 0, 0, 0, '{}', '{}', '{}' from workflow limit 1`,
      '5 executions, 0 counted',
    ],
    [
      'packet',
      `insert into packet ("tenantId", id, "clientId", type, "maxAttempts", "jobId")
       values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), (enum_range(null::"PacketType"))[1], 3, gen_random_uuid())`,
      'is PENDING',
    ],
    [
      'job',
      `insert into pgboss.job (name, data) values ('packets', '{"packetId": "01920000-0000-7000-8000-000000000000"}')`,
      'job ',
    ],
    ['trigger', 'alter table contact disable trigger user', 'of contact'],
  ])('tells of a wrong %s', async (what, damage, told) => {
    const copy = await damagedCopy(damage);
    const { code, stdout, stderr } = await verify(copy.url);
    await copy.drop();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^1 of \d+ checks failed/),
    });
    const wrong = stdout.split('\n').filter((line) => /^(WRONG| {9})/.test(line));
    expect(wrong.length).toBeGreaterThanOrEqual(2);
    expect(wrong[0]).toMatch(/^WRONG/);
    expect(wrong[1]).toContain(told);
    if (what !== 'trigger') expect(wrong[1]).toContain(what);
  });
});

test('says that all is well while people work', async () => {
  const server = await startTestServer();
  let working = true;
  let changes = 0;
  const work = async (user: typeof server.north.owner) => {
    while (working) {
      const { errors } = await user.run(
        `mutation ($input: CreateWorkPackageInput!) { createWorkPackage(input: $input) { userErrors { message } } }`,
        {
          input: {
            title: 'Under way',
            phases: [{ name: 'One', items: [{ label: 'Item', estimatedHoursEach: 3 }] }],
          },
        },
      );
      expect(errors).toBeUndefined();
      await user.run(
        'mutation ($input: CreateContactInput!) { createContact(input: $input) { userErrors { message } } }',
        { input: { name: `Person ${changes}`, organizationName: 'Busy' } },
      );
      changes += 1;
    }
  };
  const workers = [server.north.owner, server.south.owner].map(work);
  try {
    expect(await verify(server.databaseUrl)).toMatchObject({ code: 0, stderr: '' });
    expect(changes).toBeGreaterThan(0);
  } finally {
    working = false;
    await Promise.all(workers);
    await server.stop();
  }
});
