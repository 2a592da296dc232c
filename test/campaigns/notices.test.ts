/** What WhatsApp reports of templates, numbers and accounts, and what becomes of their campaigns. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TestTenant } from '../support/server.ts';
import {
  type CampaignServer,
  LAUNCH,
  mutate,
  newCampaign,
  readCampaign,
  startCampaignServer,
  untilStatus,
} from './campaign-server.ts';
import { bodyOf, call, folded, sign, status } from './webhook-calls.ts';

let given: CampaignServer;
let north: TestTenant;
let south: TestTenant;
beforeAll(async () => {
  given = await startCampaignServer();
  ({ north, south } = given.server);
  // Nothing is sent, so that the test alone says what is reported, and ends campaigns.
  await given.server.app.platform.database.pool.query(
    `update whatsapp_number set "nextSendAt" = now() + interval '1 hour'`,
  );
  // Events of messages say which account a number belongs to.
  for (const [number, account] of [
    ['1001', 'north'],
    ['2001', 'south'],
  ] as const)
    await post({ ...bodyOf(number, { statuses: [status('x', 'sent')] }) }, account);
  await folded(given.server);
});
afterEach(async () => {
  for (const tenant of [north, south])
    for (const { id } of (await read(tenant, CAMPAIGNS)).campaigns.nodes)
      await mutate(tenant, CANCEL, { id });
});
afterAll(() => given.stop());

const CAMPAIGNS = '{ campaigns(filter: { status: [RUNNING, PAUSED] }) { nodes { id } } }';
const CANCEL =
  'mutation ($input: CampaignIdInput!) { cancelCampaign(input: $input) { userErrors { message } } }';

async function read(tenant: TestTenant, query: string, variables: object = {}): Promise<any> {
  const { data, errors } = await tenant.owner.run(query, variables as never);
  if (errors) throw new Error(JSON.stringify([query, errors]));
  return data;
}

let time = Math.floor(Date.now() / 1_000) - 10_000;

async function post(body: any, account: string, at = time): Promise<void> {
  const entry = body.entry.map((one: object) => ({ ...one, id: account, time: at }));
  const text = JSON.stringify({ ...body, entry });
  const headers = { 'x-hub-signature-256': sign(text, 'the secret of the app') };
  expect(await call(given.server.url, text, headers)).toBe(200);
}

/** Reports something of an account, of the north's unless said otherwise; each later than before. */
async function report(field: string, value: object, { account = 'north', at = ++time } = {}) {
  await post(
    { object: 'whatsapp_business_account', entry: [{ changes: [{ field, value }] }] },
    account,
    at,
  );
}

const templateEvent = (event: string, name = 'spring_offer', more: object = {}) => ({
  event,
  message_template_id: 594425479261596,
  message_template_name: name,
  message_template_language: 'en_US',
  reason: 'NONE',
  ...more,
});

async function running(tenant = north): Promise<string> {
  const id = await newCampaign(given.server, tenant, { contacts: 500 });
  await mutate(tenant, LAUNCH, { id });
  return id;
}

async function told(tenant = north): Promise<{ title: string; body: string }[]> {
  return (await read(tenant, '{ notifications(first: 20) { nodes { title body } } }')).notifications
    .nodes;
}

async function templatesOf(id: string): Promise<any[]> {
  const query =
    'query ($id: ID!) { campaign(id: $id) { templates { templateName language weight parameters status statusReason quality } } }';
  return (await read(north, query, { id })).campaign.templates;
}

async function number(): Promise<any> {
  const query = '{ whatsAppNumbers { isFlagged messagingLimit restriction restrictedUntil } }';
  return (await read(north, query)).whatsAppNumbers[0];
}

describe('a template', () => {
  test.each(['PAUSED', 'DISABLED', 'REJECTED', 'DELETED'])(
    'that is %s pauses the campaigns that use it, and no others',
    async (event) => {
      const id = await running();
      await report(
        'message_template_status_update',
        templateEvent(event, 'spring_offer', {
          other_info: { title: 'FIRST_PAUSE', description: 'Its quality was low.' },
        }),
      );
      const { statusReason } = await untilStatus(north, id, 'PAUSED');
      expect(statusReason).toBe(
        `WhatsApp reports that the template spring_offer (en_US) is ${event}: Its quality was low.`,
      );
      expect((await told())[0]).toEqual({
        title: `The template spring_offer is ${event}`,
        body: `${statusReason} A campaign was paused.`,
      });
      expect(await templatesOf(id)).toMatchObject([
        { templateName: 'spring_offer', status: event, statusReason: 'Its quality was low.' },
      ]);
      await report('message_template_status_update', templateEvent('APPROVED'));
      expect(await templatesOf(id)).toMatchObject([{ status: 'APPROVED', statusReason: null }]);
      expect((await told())[0]?.title).toBe('The template spring_offer is APPROVED');
    },
  );

  test('of another name, language or account pauses nothing', async () => {
    const id = await running();
    const other = await running(south);
    await report('message_template_status_update', templateEvent('PAUSED', 'second'));
    await report(
      'message_template_status_update',
      templateEvent('PAUSED', 'spring_offer', { message_template_language: 'de' }),
    );
    await report('message_template_status_update', templateEvent('PAUSED'), { account: 'nobody' });
    expect((await readCampaign(north, id)).status).toBe('RUNNING');
    await report('message_template_status_update', templateEvent('PAUSED'), { account: 'south' });
    await untilStatus(south, other, 'PAUSED');
    expect((await readCampaign(north, id)).status).toBe('RUNNING');
  });

  test('is as the newest report says, whose repetition tells nobody again', async () => {
    const id = await running();
    const at = ++time;
    await report('message_template_status_update', templateEvent('FLAGGED'), { at: at + 5 });
    const before = await told();
    await report('message_template_status_update', templateEvent('PAUSED'), { at });
    await report('message_template_status_update', templateEvent('FLAGGED'), { at: at + 5 });
    time = at + 5;
    expect(await told()).toEqual(before);
    expect(await templatesOf(id)).toMatchObject([{ status: 'FLAGGED' }]);
    expect((await readCampaign(north, id)).status).toBe('RUNNING');
  });

  test('that is paused once more pauses what was launched again', async () => {
    const id = await running();
    for (const _time of [1, 2]) {
      await report('message_template_status_update', templateEvent('PAUSED'));
      await untilStatus(north, id, 'PAUSED');
      await mutate(north, LAUNCH, { id });
    }
    await report('message_template_status_update', templateEvent('PAUSED'), { at: time });
    expect((await readCampaign(north, id)).status).toBe('RUNNING');
  });

  test('shows its quality', async () => {
    const id = await running();
    await report('message_template_quality_update', {
      previous_quality_score: 'GREEN',
      new_quality_score: 'YELLOW',
      message_template_id: 1,
      message_template_name: 'spring_offer',
      message_template_language: 'en_US',
    });
    expect(await templatesOf(id)).toMatchObject([{ quality: 'YELLOW' }]);
    expect((await told())[0]?.title).toBe('The quality of the template spring_offer is YELLOW');
    expect((await readCampaign(north, id)).status).toBe('RUNNING');
  });
});

describe('an account', () => {
  test.each<[string, object, string]>([
    [
      'that may not write first',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [
          { restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: '4102444800' },
        ],
      },
      'WhatsApp restricted the account: RESTRICTED_BIZ_INITIATED_MESSAGING',
    ],
    [
      'that is disabled',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE', waba_ban_date: 'May 1' } },
      'WhatsApp disabled the account on May 1',
    ],
    ['that is deleted', { event: 'ACCOUNT_DELETED' }, 'The WhatsApp account was deleted'],
  ])('%s pauses the campaigns of its numbers', async (_what, value, restriction) => {
    const [id, other] = [await running(), await running(south)];
    await report('account_update', value);
    const { statusReason } = await untilStatus(north, id, 'PAUSED');
    expect(statusReason).toContain(restriction);
    expect(await number()).toMatchObject({ restriction });
    expect((await told())[0]).toEqual({
      title: 'The WhatsApp number +1 555 078 1001 is restricted',
      body: `${statusReason} A campaign was paused.`,
    });
    expect((await readCampaign(south, other)).status).toBe('RUNNING');
    await report('account_update', {
      event: 'DISABLED_UPDATE',
      ban_info: { waba_ban_state: 'REINSTATE' },
    });
    expect(await number()).toMatchObject({ restriction: null, restrictedUntil: null });
  });

  test('that will be disabled is told, and goes on sending', async () => {
    const id = await running();
    await report('account_update', {
      event: 'DISABLED_UPDATE',
      ban_info: { waba_ban_state: 'SCHEDULE_FOR_DISABLE', waba_ban_date: 'May 9' },
    });
    expect(await number()).toMatchObject({
      restriction: 'WhatsApp will disable the account on May 9',
    });
    expect((await told())[0]?.body).toContain('will disable the account on May 9');
    expect((await readCampaign(north, id)).status).toBe('RUNNING');
  });
});

test('a number shows its quality and its limit, which are told to owners', async () => {
  const event = {
    display_phone_number: '15550781001',
    event: 'FLAGGED',
    current_limit: 'TIER_10K',
  };
  await report('phone_number_quality_update', event);
  expect(await number()).toMatchObject({ isFlagged: true, messagingLimit: 'TIER_10K' });
  expect((await told())[0]).toEqual({
    title: 'The WhatsApp number +1 555 078 1001: FLAGGED',
    body: 'WhatsApp reports FLAGGED of the number +1 555 078 1001. Its messaging limit is TIER_10K.',
  });
  await report('phone_number_quality_update', { ...event, event: 'UNFLAGGED' });
  expect(await number()).toMatchObject({ isFlagged: false });
});

test('what is not signed, not known or not well formed changes nothing', async () => {
  const before = await told();
  const body = JSON.stringify({
    entry: [
      {
        id: 'north',
        changes: [{ field: 'message_template_status_update', value: templateEvent('PAUSED') }],
      },
    ],
  });
  const headers = { 'x-hub-signature-256': sign(body, 'another secret') };
  expect(await call(given.server.url, body, headers)).toBe(401);
  for (const value of [{}, { event: 'PAUSED' }, { message_template_name: 5, event: [] }, null, 7])
    await report('message_template_status_update', value as object);
  await report('account_update', { event: 'VERIFIED_ACCOUNT', phone_number: '15550781001' });
  await report('phone_number_quality_update', { display_phone_number: '1', event: 'FLAGGED' });
  await report('security', { event: 'PIN_CHANGED' });
  expect(await told()).toEqual(before);
});
