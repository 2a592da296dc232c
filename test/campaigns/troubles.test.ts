/** What WhatsApp refuses only by statuses, what is sent again, and the order of all writers' locks. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ResultWriter } from '../../src/campaigns/sending/result-writer.ts';
import { readSender } from '../../src/campaigns/sending/sender.ts';
import {
  type CampaignServer,
  figuresOf,
  LAUNCH,
  many,
  mutate,
  newCampaign,
  queueOf,
  refused,
  setPace,
  startCampaignServer,
  untilStatus,
  uuidOf,
} from './campaign-server.ts';
import { bodyOf, call, folded, sign, status } from './webhook-calls.ts';

let given: CampaignServer;
beforeAll(async () => {
  given = await startCampaignServer({
    sandbox: { messagesPerSecond: null, speed: 50, outcomes: { failed: 0, replied: 0 } },
  });
});
afterEach(async () => {
  given.sandbox.setFaults();
  await setPace(given.server, null);
});
afterAll(() => given.stop());

const RETRY = `mutation ($input: RetryCampaignMessagesInput!) { retryCampaignMessages(input: $input) { retried campaign { status } userErrors { code field message } } }`;
const SETTINGS = `mutation ($input: UpdateCampaignSettingsInput!) { updateCampaignSettings(input: $input) { settings { maxRetries } userErrors { code field message } } }`;

async function launched(input: Parameters<typeof newCampaign>[2] = {}): Promise<string> {
  const { server } = given;
  const id = await newCampaign(server, server.north, input);
  await mutate(server.north, LAUNCH, { id });
  return id;
}

/** The figures once all events are folded; kept and counted ones must agree. */
async function settledFigures(id: string): Promise<Record<string, number>> {
  await given.sandbox.idle();
  await folded(given.server);
  const { kept, counted } = await figuresOf(given.server, given.server.north, id);
  expect(kept).toEqual(counted);
  return kept;
}

const timesSent = async (id: string) =>
  (await queueOf(given.server, id)).map(
    ({ phone }) => given.sandbox.sent.filter(({ to }) => `+${to}` === phone).length,
  );

describe('an error that somebody can fix', () => {
  test('pauses the campaign for the same reason, whether it is answered or comes by a status', async () => {
    const { server, sandbox } = given;
    sandbox.setFaults({ code: 131042 });
    const answered = await launched({ contacts: 40 });
    const { statusReason } = await untilStatus(server.north, answered, 'PAUSED');
    sandbox.setFaults({ failsWith: 131042 });
    const reported = await launched({ contacts: 240 });
    const paused = await untilStatus(server.north, reported, 'PAUSED');
    expect(paused.statusReason).toBe(statusReason);
    expect(statusReason).toContain('locked the account of the WhatsApp number +1 555 078 1001');
    const { sent, failed, total } = await settledFigures(reported);
    expect(total).toBe(240);
    expect(failed).toBe(sent);
    expect(failed).toBeLessThan(200);
  });

  test('lets what failed for it be sent on the next launch, and is not paused by late news of it', async () => {
    const { server, sandbox } = given;
    sandbox.setFaults({ failsWith: 131042, times: 5 });
    const id = await launched({ contacts: 60 });
    await untilStatus(server.north, id, 'PAUSED');
    const before = await settledFigures(id);
    expect(before.failed).toBe(5);
    const { retried, campaign } = await mutate(server.north, RETRY, {
      campaignId: id,
      fixableOnly: true,
    });
    expect([retried, campaign.status]).toEqual([5, 'PAUSED']);
    expect(await settledFigures(id)).toMatchObject({ total: 60, failed: 0 });
    await mutate(server.north, LAUNCH, { id });
    // What WhatsApp reports again of a former try.
    const [old] = (
      await server.app.platform.database.pool.query(
        `select "whatsappMessageId", "phoneNumberId" from message where "campaignId" = $1 and "templateId" is null`,
        [uuidOf(id)],
      )
    ).rows;
    sandbox.emit({
      phoneNumberId: old.phoneNumberId,
      kind: 'status',
      body: status(old.whatsappMessageId, 'failed', {
        errors: [{ code: 131042, title: 'Business eligibility payment issue' }],
      }) as Record<string, unknown>,
    });
    await untilStatus(server.north, id, 'COMPLETED');
    expect(await settledFigures(id)).toMatchObject({ total: 60, sent: 60, failed: 0 });
    expect((await timesSent(id)).sort()).toEqual([...many(55, () => 1), ...many(5, () => 2)]);
  });
});

describe('retryCampaignMessages', () => {
  test('sends what failed again, as often as the tenant allows, and nothing that was delivered', async () => {
    const { server, sandbox } = given;
    sandbox.setFaults({ failsWith: 131026, times: 3 }, { code: 131026, times: 2 });
    const id = await launched({ contacts: 10 });
    await untilStatus(server.north, id, 'COMPLETED');
    expect(await settledFigures(id)).toMatchObject({ total: 10, sent: 8, failed: 5 });
    sandbox.setFaults({ failsWith: 131026 });
    const only = await mutate(server.north, RETRY, { campaignId: id, errorCodes: [131049] });
    expect(only.retried).toBe(0);
    const unsent = await mutate(server.north, RETRY, { campaignId: id, statuses: ['UNSENT'] });
    expect([unsent.retried, unsent.campaign.status]).toEqual([2, 'RUNNING']);
    await untilStatus(server.north, id, 'COMPLETED');
    expect(await settledFigures(id)).toMatchObject({ total: 10, sent: 10, failed: 5 });
    expect((await mutate(server.north, RETRY, { campaignId: id })).retried).toBe(5);
    await untilStatus(server.north, id, 'COMPLETED');
    await settledFigures(id);
    // Two of them have been tried three times by now.
    expect((await mutate(server.north, RETRY, { campaignId: id })).retried).toBe(3);
    await untilStatus(server.north, id, 'COMPLETED');
    await settledFigures(id);
    expect((await mutate(server.north, RETRY, { campaignId: id })).retried).toBe(0);
    await mutate(server.north, SETTINGS, { maxRetries: 3 });
    sandbox.setFaults();
    expect((await mutate(server.north, RETRY, { campaignId: id })).retried).toBe(5);
    await untilStatus(server.north, id, 'COMPLETED');
    expect(await settledFigures(id)).toMatchObject({ total: 10, sent: 10, failed: 0 });
    await mutate(server.north, SETTINGS, { maxRetries: 2 });
  });

  test('has a limit that stays where it is left out', async () => {
    const { south } = given.server;
    const limit = async (input: object) =>
      (await mutate(south, SETTINGS, input)).settings.maxRetries;
    expect(await limit({})).toBe(2);
    expect(await limit({ maxRetries: 4 })).toBe(4);
    expect(await limit({})).toBe(4);
    await limit({ maxRetries: 2 });
  });

  test('is refused for a campaign that was not launched', async () => {
    const { server } = given;
    const id = await newCampaign(server, server.north);
    expect(await refused(server.north, RETRY, { campaignId: id })).toMatchObject([
      { code: 'CONFLICT', field: ['campaignId'] },
    ]);
  });
});

describe('many writers', () => {
  test('never deadlock: senders with refused and accepted messages, whose events are folded at the same time', async () => {
    const { server } = given;
    const { database } = server.app.platform;
    const deadlocks = async () =>
      Number(
        (
          await database.pool.query(
            'select deadlocks from pg_stat_database where datname = current_database()',
          )
        ).rows[0].deadlocks,
      );
    // Claimed by nobody: the test is the sender.
    await setPace(server, 1);
    const ids = await Promise.all(many(3, () => launched({ contacts: 60 })));
    const before = await deadlocks();
    const { rows } = await database.pool.query(
      `update send_queue set status = 'SENDING', "sendingAt" = clock_timestamp(), attempts = 1 where status = 'QUEUED' and "campaignId" = any($1) returning *, "sendingAt"::text`,
      [ids.map(uuidOf)],
    );
    const calls: Promise<unknown>[] = [];
    await Promise.all(
      ids.flatMap((id) =>
        [0, 1].map(async (half) => {
          const tenant = database.forTenant(server.north);
          const [campaign] = (
            await database.pool.query(
              'select id, "updatedAt"::text as since from campaign where id = $1',
              [uuidOf(id)],
            )
          ).rows;
          const sender = await readSender(server.app.platform, tenant, campaign);
          if (!sender) throw new Error('The campaign does not run.');
          const own = rows.filter(
            (row: { campaignId: string; position: number }) =>
              row.campaignId === uuidOf(id) && row.position % 2 === half,
          );
          for (let first = 0; first < own.length; first += 6) {
            const writer = new ResultWriter(server.app.platform, {
              campaign,
              sender,
              database: tenant,
              onStop: () => undefined,
            });
            for (const [index, row] of own.slice(first, first + 6).entries()) {
              const whatsappMessageId = `wamid.lock.${row.id}`;
              const body = JSON.stringify(
                bodyOf('1001', {
                  statuses: [
                    status(whatsappMessageId, 'delivered', { biz_opaque_callback_data: row.id }),
                  ],
                }),
              );
              const headers = { 'x-hub-signature-256': sign(body, 'the secret of the app') };
              calls.push(call(server.url, body, headers));
              writer.add({
                row: { ...row, optedOut: false },
                outcome:
                  index % 2 === 0
                    ? { kind: 'failed', message: '(#131026) Message undeliverable' }
                    : { kind: 'sent', whatsappMessageId, recipient: { phone: '', userId: '' } },
              });
            }
            await writer.close();
          }
        }),
      ),
    );
    await Promise.all(calls);
    for (const id of ids) await settledFigures(id);
    expect((await deadlocks()) - before).toBe(0);
  });
});
