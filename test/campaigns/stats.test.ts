/**
 * The figures of campaigns: where they come from, what they cost, how they freeze, thaw, are
 * recounted and watched.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freezeCampaigns } from '../../src/campaigns/figures/freeze.ts';
import { reconcileCampaigns } from '../../src/campaigns/figures/recount.ts';
import { updateAllResponseRates } from '../../src/campaigns/figures/response-rates.ts';
import { dropOldEvents } from '../../src/campaigns/ingest/retention.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { registry } from '../../src/platform/metrics.ts';
import { eventually, subscribe } from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import {
  bodyOf,
  call,
  folded,
  keptAndCounted,
  reply,
  type Seed,
  type SeededCampaign,
  seedCampaign,
  status,
  WHATSAPP_SETTINGS,
} from './webhook-calls.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    settings: {
      ...WHATSAPP_SETTINGS,
      CAMPAIGN_FREEZE_AFTER_HOURS: '0',
      CAMPAIGN_EVENTS_KEEP_DAYS: '1',
    },
    worker: false,
  });
});
afterAll(() => server.stop());

const seed = (wanted: Partial<Seed> = {}) =>
  seedCampaign(server, server.north, { messages: 4, templates: 2, ...wanted });
const sql = async (text: string, ...values: unknown[]) =>
  (await server.app.platform.database.pool.query(text, values)).rows;
const never = new AbortController().signal;

async function deliver(campaign: SeededCampaign, kind: string, indexes: number[]): Promise<void> {
  const statuses = indexes.map((index) =>
    status(campaign.messages[index]?.whatsappMessageId ?? '', kind),
  );
  expect(await call(server.url, bodyOf(campaign.phoneNumberId, { statuses }))).toBe(200);
  await folded(server);
}

const COUNTS = 'total sent delivered read replied failed';
const STATS = `query ($id: ID!) { campaign(id: $id) { stats { campaignId version source computedAt totals { ${COUNTS} deliveryRate readRate replyRate } templates { templateName counts { ${COUNTS} } } } } }`;

async function stats(campaign: SeededCampaign): Promise<any> {
  const answer = await server.north.member.run(
    STATS,
    { id: campaign.id },
    { 'x-performance': '1' },
  );
  expect(answer.errors).toBeUndefined();
  return {
    ...answer.data.campaign.stats,
    statements: answer.extensions?.performance?.sqlStatements,
  };
}

const recount = async (id: string, user = server.north.member) =>
  (
    await user.run(
      `mutation ($input: CampaignIdInput!) { recountCampaign(input: $input) { drift stats { version source totals { ${COUNTS} } } userErrors { code field } } }`,
      {
        input: { id },
      },
    )
  ).data.recountCampaign;

describe('figures', () => {
  test('are kept, and read with the campaign in two statements', async () => {
    const campaign = await seed();
    await deliver(campaign, 'read', [0, 1, 2]);
    const { version, computedAt, ...rest } = await stats(campaign);
    const counts = { total: 2, sent: 2, delivered: 2, read: 2, replied: 0, failed: 0 };
    expect(rest).toEqual({
      campaignId: campaign.id,
      source: 'KEPT',
      statements: 2,
      totals: {
        total: 4,
        sent: 4,
        delivered: 3,
        read: 3,
        replied: 0,
        failed: 0,
        deliveryRate: 0.75,
        readRate: 0.75,
        replyRate: 0,
      },
      templates: [
        { templateName: 'template_1', counts },
        { templateName: 'template_2', counts: { ...counts, delivered: 1, read: 1 } },
      ],
    });
    expect(version).toBeGreaterThan(1);
    expect(Date.parse(computedAt)).not.toBeNaN();
  });

  test('have no rates where nothing was sent', async () => {
    const { totals } = await stats(await seed({ messages: 0, sending: 2 }));
    expect(totals).toMatchObject({
      total: 2,
      sent: 0,
      deliveryRate: null,
      readRate: null,
      replyRate: null,
    });
  });

  test('are counted live where none are kept, still in two statements', async () => {
    const campaign = await seed();
    await deliver(campaign, 'delivered', [1]);
    await sql('delete from campaign_counter where "campaignId" = $1', campaign.campaignId);
    await sql('delete from campaign_figures where "campaignId" = $1', campaign.campaignId);
    expect(await stats(campaign)).toMatchObject({
      source: 'LIVE',
      version: 0,
      statements: 2,
      totals: { total: 4, sent: 4, delivered: 1 },
    });
    await deliver(campaign, 'delivered', [2]);
    expect(await stats(campaign)).toMatchObject({ source: 'LIVE', totals: { delivered: 2 } });
    expect(await recount(campaign.id)).toMatchObject({
      drift: 0,
      stats: { source: 'KEPT', totals: { delivered: 2 } },
    });
    await deliver(campaign, 'delivered', [3]);
    expect(await stats(campaign)).toMatchObject({ source: 'KEPT', totals: { delivered: 3 } });
  });

  test('of a page of campaigns cost two statements', async () => {
    for (let index = 0; index < 5; index += 1) await seed({ messages: 1 });
    const query = `{ campaigns(first: 100) { nodes { id name status contactCount stats { source totals { ${COUNTS} } templates { templateName } } } } }`;
    const answer = await server.north.member.run(query, {}, { 'x-performance': '1' });
    expect(answer.data.campaigns.nodes.length).toBeGreaterThan(4);
    expect(answer.extensions?.performance?.sqlStatements).toBe(2);
  });
});

describe('recountCampaign', () => {
  test('answers how far the counters were off, and mends them', async () => {
    const campaign = await seed();
    await deliver(campaign, 'read', [0, 1]);
    await sql(
      'update campaign_counter set delivered = delivered + 3, failed = failed + 1 where "campaignId" = $1 and "templateId" = $2',
      campaign.campaignId,
      campaign.templateIds[0],
    );
    expect(await recount(campaign.id)).toMatchObject({
      drift: 4,
      stats: { totals: { delivered: 2, failed: 0 } },
    });
    expect(await recount(campaign.id)).toMatchObject({ drift: 0 });
  });

  test('beside events that come at the same time loses none', async () => {
    const campaign = await seed({ messages: 40 });
    await Promise.all(
      campaign.messages.map(async ({ whatsappMessageId }, index) => {
        await call(
          server.url,
          bodyOf(campaign.phoneNumberId, { statuses: [status(whatsappMessageId, 'delivered')] }),
        );
        if (index % 8 === 0) expect(await recount(campaign.id)).toMatchObject({ drift: 0 });
      }),
    );
    await folded(server);
    expect(await stats(campaign)).toMatchObject({ totals: { delivered: 40 } });
    const { kept, counted } = await keptAndCounted(server, server.north, campaign.campaignId);
    expect(kept).toEqual(counted);
  });

  test('of another tenant, or of nothing, is NOT_FOUND', async () => {
    const campaign = await seed();
    const notFound = {
      drift: null,
      stats: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['id'] }],
    };
    expect(await recount(campaign.id, server.south.owner)).toEqual(notFound);
    expect(await recount(encodeGlobalId('Campaign', server.north.owner.id))).toEqual(notFound);
  });
});

describe('the hourly check', () => {
  const drift = async () =>
    (await registry.getSingleMetric('sheaf_campaign_drift')?.get())?.values[0]?.value;

  test('finds no drift, and says how much there is when something is wrong', async () => {
    const campaign = await seed();
    await deliver(campaign, 'read', [0]);
    const errors: object[] = [];
    const log = {
      ...server.app.platform.log,
      error: (values: object) => errors.push(values),
    } as never;
    await reconcileCampaigns({ ...server.app.platform, log }, never);
    expect([await drift(), errors]).toEqual([0, []]);
    await sql(
      'update campaign_counter set sent = sent - 2 where "campaignId" = $1 and "templateId" = $2',
      campaign.campaignId,
      campaign.templateIds[1],
    );
    await reconcileCampaigns({ ...server.app.platform, log }, never);
    expect([await drift(), errors]).toEqual([
      2,
      [expect.objectContaining({ campaign: campaign.campaignId, drift: 2 })],
    ]);
    await recount(campaign.id);
  });
});

describe('the figures of a completed campaign', () => {
  test('freeze, thaw by an event that moves them, and stay as they are by one that does not', async () => {
    const campaign = await seed({ status: 'COMPLETED' });
    await deliver(campaign, 'delivered', [0]);
    const running = await seed();
    await freezeCampaigns(server.app.platform, never);
    const frozen = await stats(campaign);
    expect(frozen).toMatchObject({ source: 'FROZEN', totals: { delivered: 1 } });
    expect(await stats(running)).toMatchObject({ source: 'KEPT' });
    await deliver(campaign, 'delivered', [0]);
    expect(await stats(campaign)).toEqual(frozen);
    await deliver(campaign, 'read', [0]);
    expect(await stats(campaign)).toMatchObject({ source: 'KEPT', totals: { read: 1 } });
    await freezeCampaigns(server.app.platform, never);
    expect(await stats(campaign)).toMatchObject({ source: 'FROZEN', totals: { read: 1 } });
  });

  test('outlive its raw events, and are not recounted then', async () => {
    const campaign = await seed({ status: 'COMPLETED' });
    await sql(
      `update campaign set "startedAt" = now() - interval '2 days' where id = $1`,
      campaign.campaignId,
    );
    await deliver(campaign, 'read', [0, 1, 2]);
    const thawed = await seed();
    await sql(
      `update campaign set "startedAt" = now() - interval '2 days' where id = $1`,
      thawed.campaignId,
    );
    await deliver(thawed, 'read', [0]);
    await call(
      server.url,
      bodyOf(campaign.phoneNumberId, { statuses: [status('wamid.of-nobody', 'read')] }),
    );
    await folded(server);
    await freezeCampaigns(server.app.platform, never);
    await dropOldEvents(server.app.platform, never);
    const events = async (of: SeededCampaign) =>
      (
        await sql(
          `select count(*)::int as count from message_status_log where "whatsappMessageId" = any($1)`,
          of.messages.map((message) => message.whatsappMessageId),
        )
      )[0].count;
    expect([await events(campaign), await events(thawed)]).toEqual([0, 1]);
    expect(
      (
        await sql(
          `select count(*)::int as count from message_status_log where "whatsappMessageId" = 'wamid.of-nobody'`,
        )
      )[0].count,
    ).toBe(0);
    expect(await stats(campaign)).toMatchObject({
      source: 'FROZEN',
      totals: { delivered: 3, read: 3 },
    });
    expect(await recount(campaign.id)).toMatchObject({
      drift: null,
      userErrors: [{ code: 'UNSUPPORTED', field: ['id'] }],
    });
    // What comes later still moves them.
    await deliver(campaign, 'read', [3]);
    expect(await stats(campaign)).toMatchObject({
      source: 'KEPT',
      totals: { delivered: 4, read: 4 },
    });
  });
});

describe('campaignStats', () => {
  const LIVE = `subscription ($id: ID!) { campaignStats(campaignId: $id) { version source totals { ${COUNTS} } } }`;
  const watch = (campaign: { id: string }, user = server.north.member) => {
    const { events, ...rest } = subscribe(server.url, user, { id: campaign.id, query: LIVE });
    return { ...rest, events, states: () => events.map((event) => event.data.campaignStats) };
  };

  test('begins with the figures as they are, moves with them, at most 5 times a second, and ends at the last state', async () => {
    const campaign = await seed({ messages: 60 });
    const watched = watch(campaign);
    await eventually('the first state', () => watched.events.length > 0);
    expect(watched.states()[0].totals).toMatchObject({ total: 60, delivered: 0 });
    const startedAt = performance.now();
    for (const message of campaign.messages) {
      await call(
        server.url,
        bodyOf(campaign.phoneNumberId, {
          statuses: [status(message.whatsappMessageId, 'delivered')],
        }),
      );
      await sleep(25);
    }
    await eventually('the last state', () => watched.states().at(-1).totals.delivered === 60);
    const seconds = (performance.now() - startedAt) / 1_000;
    const versions = watched.states().map((state) => state.version);
    expect(versions).toEqual(versions.toSorted((a: number, b: number) => a - b));
    expect(new Set(versions).size).toBe(versions.length);
    expect(versions.length).toBeGreaterThan(3);
    expect(versions.length).toBeLessThanOrEqual(Math.ceil(seconds * 5) + 2);
    watched.stop();
  });

  test('follows a campaign that came without counters', async () => {
    const campaign = await seed();
    await sql('delete from campaign_counter where "campaignId" = $1', campaign.campaignId);
    await sql('delete from campaign_figures where "campaignId" = $1', campaign.campaignId);
    const watched = watch(campaign);
    await eventually('the first state', () => watched.events.length > 0);
    await deliver(campaign, 'delivered', [0]);
    await eventually('the delivery', () => watched.states().at(-1).totals.delivered === 1);
    watched.stop();
  });

  test('of another tenant is NOT_FOUND', async () => {
    const campaign = await seed();
    const watched = watch(campaign, server.south.owner);
    await eventually('the error', () => watched.events.length > 0);
    expect(watched.events[0].errors[0].extensions.code).toBe('NOT_FOUND');
  });
});

describe('the messages of a campaign', () => {
  const MESSAGES = `query ($id: ID!, $first: Int, $after: String, $templateName: String, $status: MessageStatus) { campaign(id: $id) {
    messages(first: $first, after: $after, templateName: $templateName, status: $status) { totalCount pageInfo { hasNextPage endCursor } nodes { id phone templateName status contact { id name } } } } }`;
  const list = async (campaign: SeededCampaign, args: object = {}) =>
    (await server.north.member.run(MESSAGES, { id: campaign.id, ...args })).data.campaign.messages;

  test('come in pages, in one order', async () => {
    const campaign = await seed({ messages: 7 });
    const phones: string[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = await list(campaign, { first: 3, after });
      phones.push(...page.nodes.map((message: any) => message.phone));
      expect(page.totalCount).toBe(7);
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(phones).toEqual(campaign.messages.map((message) => message.phone));
  });

  test('can be asked for by template and status', async () => {
    const campaign = await seed({ messages: 4, sending: 1 });
    await deliver(campaign, 'read', [0]);
    await deliver(campaign, 'failed', [1]);
    await deliver(campaign, 'delivered', [2]);
    const found = async (args: object) =>
      (await list(campaign, args)).nodes.map((message: any) =>
        campaign.messages.findIndex(({ phone }) => phone === message.phone),
      );
    expect(await found({ templateName: 'template_2' })).toEqual([1, 3]);
    expect(await found({ templateName: 'template_9' })).toEqual([]);
    for (const [kind, index] of Object.entries({
      READ: 0,
      FAILED: 1,
      DELIVERED: 2,
      SENT: 3,
      QUEUED: 4,
    }))
      expect(await found({ status: kind })).toEqual([index]);
    expect((await list(campaign, { status: 'READ', templateName: 'template_1' })).totalCount).toBe(
      1,
    );
  });

  test('have their contact, and are nodes of their tenant', async () => {
    const campaign = await seed({ messages: 1 });
    const [message] = (await list(campaign)).nodes;
    expect(message.contact).toEqual({
      id: encodeGlobalId('Contact', campaign.messages[0]?.contactId ?? ''),
      name: 'Contact',
    });
    const node = 'query ($id: ID!) { node(id: $id) { id } }';
    expect((await server.north.owner.run(node, { id: message.id })).data.node).toEqual({
      id: message.id,
    });
    for (const user of [server.south.owner, server.north.client])
      expect((await user.run(node, { id: message.id })).data.node).toBeNull();
  });
});

test('contacts get the share of delivered messages that they replied to', async () => {
  const campaign = await seed({ messages: 2 });
  await deliver(campaign, 'delivered', [0, 1]);
  const [first, second] = campaign.messages;
  await call(
    server.url,
    bodyOf(campaign.phoneNumberId, {
      messages: [reply(`in.${campaign.campaignId}`, first?.phone.slice(1))],
    }),
  );
  await folded(server);
  const stop = new AbortController();
  const working = updateAllResponseRates(server.app.platform, stop.signal);
  const rates = async () =>
    (
      await sql('select "responseRate" from contact where id = any($1::uuid[]) order by id', [
        first?.contactId,
        second?.contactId,
      ])
    ).map((row) => row.responseRate);
  await eventually('the rates', async () => (await rates())[0] === 1);
  expect(await rates()).toEqual([1, 0]);
  stop.abort();
  await working;
  await eventually(
    'nothing is left',
    async () => (await sql('select from response_change')).length === 0,
  );
});
