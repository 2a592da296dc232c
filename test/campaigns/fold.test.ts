/**
 * Events of any order, number and repetition lead to one state, and the kept counters to what the
 * raw rows count to. People have several identities, which are told in any order, too.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimMessages } from '../../src/campaigns/sending/claim.ts';
import { TIMES } from '../support/histories.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { type Drawn, drawnEvents, LATE, MESSAGES, People } from './drawn-events.ts';
import {
  bodyOf,
  call,
  type Event,
  folded,
  keptAndCounted,
  messageStates,
  recount,
  type SeededCampaign,
  seedCampaign,
  sendingFigures,
  storeSent,
  WHATSAPP_SETTINGS,
} from './webhook-calls.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ settings: WHATSAPP_SETTINGS, worker: false });
});
afterAll(() => server.stop());

/**
 * Two campaigns that write to the same phones from one number, and one that does so from another.
 */
async function seededCampaigns(round: number): Promise<[SeededCampaign, ...SeededCampaign[]]> {
  const seed = {
    messages: MESSAGES,
    sending: LATE,
    templates: 3,
    firstPhone: 17_000_000_000 + round * 100,
  };
  const shared = { ...seed, phoneNumberId: `shared-${round}` };
  return [
    await seedCampaign(server, server.north, shared),
    await seedCampaign(server, server.north, shared),
    await seedCampaign(server, server.north, seed),
  ];
}

/** What is done, in this order: calls with up to `cut` events each, stored answers, and folds. */
function stepsOf(
  events: readonly Drawn[],
  people: People,
  cut: number,
): (() => Promise<unknown>)[] {
  const { north } = server;
  const { phoneNumberId, messages } = people.campaign;
  const steps: (() => Promise<unknown>)[] = [];
  let values: Event[] = [];
  const flush = () => {
    const taken = values;
    values = [];
    const value = {
      statuses: taken.flatMap((one) => one.statuses ?? []),
      messages: taken.flatMap((one) => one.messages ?? []),
      user_preferences: taken.flatMap((one) => one.user_preferences ?? []),
    };
    if (taken.length > 0)
      steps.push(async () =>
        expect(await call(server.url, bodyOf(phoneNumberId, value))).toBe(200),
      );
  };
  for (const event of events) {
    if (event.kind === 'stored') {
      flush();
      const message = messages[event.message];
      const recipient = people.told(event);
      if (message)
        steps.push(() =>
          storeSent(server, north, { phoneNumberId, messages: [{ ...message, recipient }] }),
        );
    } else if (event.kind === 'retry') {
      flush();
      steps.push(() => retry(people.campaign));
    } else if (event.kind === 'fold') {
      // As another process's folder would, of which one at a time gets to do it.
      flush();
      const values = [north.tenantId, event.maxEvents];
      steps.push(() =>
        server.app.platform.database.pool.query('select * from "foldEvents"($1, $2, 30)', values),
      );
    } else {
      for (let times = 0; times < event.repeat; times += 1) values.push(people.eventOf(event));
      if (values.length >= cut) flush();
    }
  }
  flush();
  return steps;
}

/** Puts what failed back into the queue, as retryCampaignMessages does. */
function retry({ campaignId }: SeededCampaign) {
  return server.app.platform.database.pool.query(
    'select "retryMessages"($1, $2, true, true, null, 2)',
    [server.north.tenantId, campaignId],
  );
}

describe('kept counters', () => {
  test('are what the raw rows count to, for any events, identities, repetitions, orders, cuts into calls and calls at once', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        drawnEvents,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        async (events, cut, atOnce) => {
          round += 1;
          const { north } = server;
          const campaigns = await seededCampaigns(round);
          const people = new People(campaigns[0], round);
          const steps = stepsOf(events, people, cut);
          await Promise.all(
            Array.from({ length: atOnce }, async () => {
              for (let step = steps.shift(); step; step = steps.shift()) await step();
            }),
          );
          await folded(server);
          for (const { campaignId } of campaigns) {
            const { kept, counted } = await keptAndCounted(server, north, campaignId);
            expect(kept).toEqual(counted);
            // The state of each message, too, is what its raw events say.
            const states = await messageStates(server, north, campaignId);
            expect(await recount(server, north, campaignId)).toBe(0);
            expect(await messageStates(server, north, campaignId)).toEqual(states);
          }
          const { kept, counted } = await sendingFigures(server, north);
          expect(kept).toEqual(counted);
          const second = await keptAndCounted(server, north, campaigns[1]?.campaignId ?? '');
          expect(second.kept.reduce((sum, one) => sum + one.delivered, 0)).toBe(0);
          await expectOnePersonEach(people, campaigns[0], events);
        },
      ),
      { numRuns: 15 * TIMES },
    );
  });
});

describe('a stop', () => {
  test('by any identity known by then holds for all that is claimed afterwards, also of what is sent again', async () => {
    let round = 500;
    await fc.assert(
      fc.asyncProperty(
        drawnEvents,
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat(80), { maxLength: 6 }),
        async (events, cut, claims) => {
          round += 1;
          const { north } = server;
          const seed = {
            messages: MESSAGES,
            sending: LATE,
            firstPhone: 17_000_000_000 + round * 100,
          };
          const campaign = await seedCampaign(server, north, seed);
          const people = new People(campaign, round);
          const places = [...new Set([...claims, events.length])].sort((one, other) => one - other);
          let done = 0;
          for (const place of places) {
            for (const step of stepsOf(events.slice(done, place), people, cut)) await step();
            done = Math.max(done, Math.min(place, events.length));
            await folded(server);
            await retry(campaign);
            const known = people.expected(events.slice(0, done));
            for (const { row, phone, optedOut } of await claimed(campaign)) {
              expect([phone, optedOut]).toEqual([phone, known.wantsNone(phone)]);
              if (!optedOut) await storeSent(server, north, { ...campaign, messages: [row] });
            }
          }
          await folded(server);
          const { kept, counted } = await keptAndCounted(server, north, campaign.campaignId);
          expect(kept).toEqual(counted);
          const figures = await sendingFigures(server, north);
          expect(figures.kept).toEqual(figures.counted);
        },
      ),
      { numRuns: 40 * TIMES, interruptAfterTimeLimit: 240_000 * TIMES },
    );
  });
});

let again = 0;

/** Claims what is in the queue, as a sender does; each message gets a new id of the provider. */
async function claimed({ campaignId, messages }: SeededCampaign) {
  const database = server.app.platform.database.forTenant({ tenantId: server.north.tenantId });
  const { rows } = await server.app.platform.database.pool.query(
    'select "updatedAt"::text as since from campaign where id = $1',
    [campaignId],
  );
  const found = await database.transaction((tx) =>
    claimMessages(tx, { id: campaignId, since: rows[0].since }, 100),
  );
  return found.map(({ id, optedOut }) => {
    const message = messages.find(({ sendId }) => sendId === id);
    if (!message) throw new Error('A row of another campaign was claimed.');
    again += 1;
    return {
      row: { ...message, whatsappMessageId: `again.${again}` },
      phone: message.phone,
      optedOut,
    };
  });
}

/** Who is one person, and who wants no messages, is what all that was told adds up to. */
async function expectOnePersonEach(
  people: People,
  { campaignId }: SeededCampaign,
  events: readonly Drawn[],
): Promise<void> {
  const { rows } = await server.app.platform.database.pool.query<{
    phone: string;
    person: string;
    stopped: boolean;
  }>(
    `select phone, person, coalesce((select "optedOut" from "consentOf"("tenantId", phone, null)), false) as stopped from message where "campaignId" = $1`,
    [campaignId],
  );
  const expected = people.expected(events);
  const groups = (key: (phone: string, person: string) => string) =>
    [...Map.groupBy(rows, ({ phone, person }) => key(phone, person)).values()]
      .map((group) => group.map(({ phone }) => phone).sort())
      .sort();
  expect(groups((_phone, person) => person)).toEqual(groups((phone) => expected.personOf(phone)));
  for (const { phone, stopped } of rows)
    expect([phone, stopped]).toEqual([phone, expected.wantsNone(phone)]);
}
