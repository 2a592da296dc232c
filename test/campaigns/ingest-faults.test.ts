/** What is acknowledged is kept and counted, whoever dies meanwhile. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../src/platform/database/migrate.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts';
import { openGate } from '../support/gate.ts';
import { eventually } from '../support/live.ts';
import { startProcess } from '../support/process.ts';
import { startTestServer, type TestServer, type TestTenant } from '../support/server.ts';
import {
  bodyOf,
  call,
  keptAndCounted,
  reply,
  SENT_SECOND,
  type SeededCampaign,
  seedCampaign,
  status,
  WHATSAPP_SETTINGS,
} from './webhook-calls.ts';

const QUIET = { info() {}, warn() {}, error() {} };
const KINDS = ['sent', 'delivered', 'read'];

/**
 * A sender that sends each call until it is acknowledged, at some places at once, as WhatsApp does.
 */
function startSender(campaign: SeededCampaign, url: () => string) {
  const refused: (number | null)[] = [];
  const acknowledged = new Set<string>();
  let next = 0;
  let running = true;
  const calls = Array.from({ length: 6 }, async () => {
    while (running) {
      const round = next;
      next += 1;
      const events = Array.from({ length: 10 }, (_, index) => ({
        id:
          campaign.messages[(round * 7 + index) % campaign.messages.length]?.whatsappMessageId ??
          '',
        kind: KINDS[(round + index) % 3] ?? '',
        at: SENT_SECOND + round,
      }));
      const statuses = events.map(({ id, kind, at }) =>
        status(id, kind, { timestamp: String(at) }),
      );
      const from = campaign.messages[round % campaign.messages.length]?.phone.slice(1);
      const body = bodyOf(campaign.phoneNumberId, {
        statuses,
        messages: [reply(`in.${campaign.campaignId}.${round}`, from)],
      });
      for (let answer: number | null = null; answer !== 200 && running; ) {
        answer = await call(url(), body).catch(() => null);
        if (answer === 200)
          for (const { id, kind, at } of events)
            acknowledged.add(`${id} ${kind.toUpperCase()} ${at}`);
        else {
          refused.push(answer);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    }
  });
  return {
    acknowledged,
    refused,
    stop: async () => {
      running = false;
      await Promise.all(calls);
    },
  };
}

async function expectAllKept(
  server: TestServer,
  tenant: TestTenant,
  { campaign, acknowledged }: { campaign: SeededCampaign; acknowledged: Set<string> },
) {
  const { pool } = server.app.platform.database;
  await eventually(
    'all is folded',
    async () => (await pool.query('select from webhook_inbox limit 1')).rowCount === 0,
  );
  const { rows } = await pool.query(
    `select "whatsappMessageId" || ' ' || status || ' ' || extract(epoch from at)::bigint as event from message_status_log`,
  );
  const stored = new Set(rows.map((row) => row.event));
  expect([...acknowledged].filter((event) => !stored.has(event))).toEqual([]);
  const { kept, counted } = await keptAndCounted(server, tenant, campaign.campaignId);
  expect(kept).toEqual(counted);
  expect(kept.reduce((sum, one) => sum + one.read, 0)).toBeGreaterThan(0);
  expect(kept.reduce((sum, one) => sum + one.replied, 0)).toBeGreaterThan(0);
}

describe('an API that is killed while it takes events', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ settings: WHATSAPP_SETTINGS, worker: false });
  });
  afterAll(() => server.stop());

  test('has kept all that it acknowledged, and the counters are exact', async () => {
    const campaign = await seedCampaign(server, server.north, { messages: 300, templates: 3 });
    let url = '';
    let sender: ReturnType<typeof startSender> | undefined;
    for (let round = 0; round < 3; round += 1) {
      const api = await startProcess(server.databaseUrl, WHATSAPP_SETTINGS);
      url = api.url;
      sender ??= startSender(campaign, () => url);
      const before = sender.acknowledged.size;
      const { acknowledged } = sender;
      await eventually('some are acknowledged', () => acknowledged.size > before + 500);
      expect((await api.end('SIGKILL')).signal).toBe('SIGKILL');
    }
    await sender?.stop();
    await expectAllKept(server, server.north, {
      campaign,
      acknowledged: sender?.acknowledged ?? new Set(),
    });
  });
});

/** Its connections may be closed by a PostgreSQL that stops sooner than by the pool's own end. */
function openPool(connectionString: string): pg.Pool {
  const ignore = () => undefined;
  return new pg.Pool({ connectionString })
    .on('error', ignore)
    .on('connect', (client) => client.on('error', ignore));
}

describe('when PostgreSQL is restarted while events come', () => {
  test('calls are refused until it is back, and nothing that was acknowledged is missing', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sheaf-ingest-'));
    let postgres = await startEmbeddedPostgres({ dataDir, log: QUIET });
    await migrate(postgres.url, {
      migrationsDir: join(import.meta.dirname, '../../prisma/migrations'),
      log: QUIET,
    });
    let pool = openPool(postgres.url);
    const tenant = { tenantId: uuidv7(), owner: { id: uuidv7() } } as TestTenant;
    await pool.query(`insert into tenant (id, name, country) values ($1, 'north', 'US')`, [
      tenant.tenantId,
    ]);
    const owner = [tenant.tenantId, tenant.owner.id];
    await pool.query(
      `insert into "user" ("tenantId", id, name, email, role, "searchText") values ($1, $2, 'o', 'o@x.example', 'OWNER', 'o')`,
      owner,
    );
    const serverOn = () => ({ app: { platform: { database: { pool } } } }) as unknown as TestServer;
    const campaign = await seedCampaign(serverOn(), tenant, { messages: 300, templates: 2 });
    const gate = await openGate(() => Number(new URL(postgres.url).port));
    const api = await startProcess(gate.url(postgres.url), WHATSAPP_SETTINGS);
    const sender = startSender(campaign, () => api.url);
    try {
      await eventually('some are acknowledged', () => sender.acknowledged.size > 500);
      await pool.end();
      await Promise.all([postgres.stop(), gate.close()]);
      const before = sender.refused.length;
      await eventually('some are refused', () => sender.refused.length > before + 10);
      postgres = await startEmbeddedPostgres({ dataDir, log: QUIET });
      await gate.open();
      const later = sender.acknowledged.size;
      await eventually('some are acknowledged again', () => sender.acknowledged.size > later + 500);
      await sender.stop();
      pool = openPool(postgres.url);
      await expectAllKept(serverOn(), tenant, { campaign, acknowledged: sender.acknowledged });
      expect(new Set(sender.refused)).toEqual(new Set([503]));
      expect(api.output()).not.toMatch(/unhandled|TypeError/i);
    } finally {
      await sender.stop();
      await api.end('SIGKILL');
      if (!pool.ended) await pool.end();
      await gate.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
