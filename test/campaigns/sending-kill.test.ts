/**
 * Workers that are killed while they send: no message goes out twice, and the figures are right in
 * the end.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settleMessages } from '../../src/campaigns/sending/settle.ts';
import { eventually } from '../support/live.ts';
import { type ServerProcess, startProcess } from '../support/process.ts';
import {
  type CampaignServer,
  figuresOf,
  LAUNCH,
  mutate,
  newCampaign,
  queueOf,
  readCampaign,
  startCampaignServer,
  uuidOf,
  whatsAppSettings,
} from './campaign-server.ts';

const MESSAGES = 600;

let given: CampaignServer;
beforeAll(async () => {
  // Answers take a while, so that a kill meets messages that are on their way.
  given = await startCampaignServer({
    worker: false,
    sandbox: { messagesPerSecond: null, speed: 50 },
    settings: { WHATSAPP_MESSAGES_PER_SECOND: '100' },
  });
  given.sandbox.setFaults({ delayMs: 40 });
});
afterAll(() => given.stop());

function startWorker(): Promise<ServerProcess> {
  const settings = { ...whatsAppSettings(given.sandbox), WHATSAPP_MESSAGES_PER_SECOND: '100' };
  return startProcess(given.server.databaseUrl, settings, 'worker');
}

test('kill -9, again and again: each message is sent at most once, and what is known of it is stored', async () => {
  const { server, sandbox } = given;
  const id = await newCampaign(server, server.north, { contacts: MESSAGES });
  await mutate(server.north, LAUNCH, { id });
  for (const atLeast of [60, 200, 350]) {
    const worker = await startWorker();
    await eventually(`${atLeast} are sent`, () => sandbox.sent.length >= atLeast);
    expect((await worker.end('SIGKILL')).signal).toBe('SIGKILL');
  }
  const last = await startWorker();
  try {
    await eventually('all that can be is sent', async () =>
      (await queueOf(server, id)).every(({ status }) => status !== 'QUEUED'),
    );
    await sandbox.flush();
    await eventually('events have settled what was sent', async () => {
      const queue = await queueOf(server, id);
      return queue.filter(({ status }) => status === 'SENT').length === sandbox.sent.length;
    });
    const { pool } = server.app.platform.database;
    await pool.query(
      `update send_queue set "sendingAt" = "sendingAt" - interval '11 minutes' where "campaignId" = $1 and status = 'SENDING'`,
      [uuidOf(id)],
    );
    await settleMessages(server.app.platform, new AbortController().signal);
  } finally {
    await last.end('SIGTERM');
  }
  const queue = await queueOf(server, id);
  const times = Map.groupBy(sandbox.sent, ({ to }) => to);
  expect(queue.filter(({ phone }) => (times.get((phone ?? '').slice(1))?.length ?? 0) > 1)).toEqual(
    [],
  );
  // Sent and known to be sent are the same messages.
  expect(
    queue
      .filter(({ status }) => status === 'SENT')
      .map(({ whatsappMessageId }) => whatsappMessageId)
      .sort(),
  ).toEqual(sandbox.sent.map((message) => message.id).sort());
  expect(
    queue
      .filter(({ status }) => status === 'FAILED')
      .every(({ errorMessage }) => errorMessage?.startsWith('unknown')),
  ).toBe(true);
  expect(
    queue.map(({ status }) => status).every((status) => status === 'SENT' || status === 'FAILED'),
  ).toBe(true);
  expect((await readCampaign(server.north, id)).status).toBe('COMPLETED');
  await eventually('kept and counted figures agree', async () => {
    const { kept, counted } = await figuresOf(server, server.north, id);
    return (
      kept['total'] === MESSAGES &&
      kept['sent'] === sandbox.sent.length &&
      JSON.stringify(kept) === JSON.stringify(counted)
    );
  });
});

test('SIGTERM: what was not sent yet goes back to the queue, and nothing is left in hand', async () => {
  const { server, sandbox } = given;
  const before = sandbox.sent.length;
  const id = await newCampaign(server, server.south, { contacts: 300 });
  await mutate(server.south, LAUNCH, { id });
  const worker = await startWorker();
  await eventually('some are sent', () => sandbox.sent.length > before + 40);
  expect((await worker.end('SIGTERM')).code).toBe(0);
  const queue = await queueOf(server, id);
  expect(queue.filter(({ status }) => status === 'SENDING')).toEqual([]);
  expect(queue.filter(({ status }) => status === 'SENT')).toHaveLength(
    sandbox.sent.length - before,
  );
  expect(queue.filter(({ status, attempts }) => status === 'QUEUED' && attempts > 0)).toEqual([]);
  expect(queue.some(({ status }) => status === 'QUEUED')).toBe(true);
});
