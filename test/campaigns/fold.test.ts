/**
 * Events of any order, number and repetition lead to one state, and the kept counters to what the
 * raw rows count to.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';
import {
  bodyOf,
  call,
  folded,
  keptAndCounted,
  messageStates,
  recount,
  reply,
  SENT_SECOND,
  seedCampaign,
  status,
  storeSent,
  WHATSAPP_SETTINGS,
} from './webhook-calls.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ settings: WHATSAPP_SETTINGS, worker: false });
});
afterAll(() => server.stop());

/** An event by its place in what is seeded, so that a case can be shrunk. */
type Drawn =
  | {
      kind: 'status';
      message: number;
      status: string;
      at: number;
      withSendId: boolean;
      repeat: number;
    }
  | { kind: 'reply'; from: number; quotes: number | null; at: number; id: number; repeat: number }
  | { kind: 'stored'; message: number }
  | { kind: 'fold'; maxEvents: number };

const MESSAGES = 5;
const LATE = 4;
const all = MESSAGES + LATE;

const drawn: fc.Arbitrary<Drawn> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      message: fc.nat(all + 2),
      status: fc.constantFrom('sent', 'delivered', 'read', 'failed', 'played', 'unheard of'),
      at: fc.integer({ min: -3, max: 8 }),
      withSendId: fc.boolean(),
      repeat: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('reply' as const),
      from: fc.nat(all + 2),
      quotes: fc.option(fc.nat(all + 2)),
      at: fc.constantFrom(-1, 0, 1, 60, 29 * 86_400, 30 * 86_400, 31 * 86_400),
      id: fc.nat(30),
      repeat: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('stored' as const),
      message: fc.integer({ min: MESSAGES, max: all - 1 }),
    }),
  },
  // As another process's folder would, of which one at a time gets to do it.
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fold' as const),
      maxEvents: fc.integer({ min: 1, max: 20 }),
    }),
  },
);

describe('kept counters', () => {
  test('are what the raw rows count to, for any events, repetitions, orders, cuts into calls and calls at once', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawn, { minLength: 1, maxLength: 80, size: 'max' }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        async (events, cut, atOnce) => {
          round += 1;
          const { north } = server;
          const { pool } = server.app.platform.database;
          // Two campaigns that write to the same phones from one number, and one that does so from
          // another.
          const seed = {
            messages: MESSAGES,
            sending: LATE,
            templates: 3,
            firstPhone: 17_000_000_000 + round * 100,
          };
          const campaigns = [
            await seedCampaign(server, north, { ...seed, phoneNumberId: `shared-${round}` }),
            await seedCampaign(server, north, { ...seed, phoneNumberId: `shared-${round}` }),
            await seedCampaign(server, north, seed),
          ];
          const [first, second] = campaigns as [(typeof campaigns)[0], (typeof campaigns)[0]];
          const idOf = (index: number) =>
            first.messages[index]?.whatsappMessageId ?? `unknown.${round}.${index}`;
          const json = (event: Exclude<Drawn, { kind: 'stored' | 'fold' }>) =>
            event.kind === 'status'
              ? {
                  statuses: [
                    status(idOf(event.message), event.status, {
                      timestamp: String(SENT_SECOND + event.at),
                      ...(event.withSendId
                        ? { biz_opaque_callback_data: first.messages[event.message]?.sendId }
                        : {}),
                    }),
                  ],
                }
              : {
                  messages: [
                    reply(`in.${round}.${event.id}`, first.messages[event.from]?.phone.slice(1), {
                      at: SENT_SECOND + event.at,
                      ...(event.quotes === null ? {} : { quotes: idOf(event.quotes) }),
                    }),
                  ],
                };
          const steps: (() => Promise<unknown>)[] = [];
          let values: { statuses?: object[]; messages?: object[] }[] = [];
          const flush = () => {
            const [taken] = [values];
            values = [];
            const value = {
              statuses: taken.flatMap((one) => one.statuses ?? []),
              messages: taken.flatMap((one) => one.messages ?? []),
            };
            if (taken.length > 0)
              steps.push(async () =>
                expect(await call(server.url, bodyOf(first.phoneNumberId, value))).toBe(200),
              );
          };
          for (const event of events) {
            if (event.kind === 'stored') {
              flush();
              const message = first.messages[event.message];
              if (message)
                steps.push(() =>
                  storeSent(server, north, {
                    phoneNumberId: first.phoneNumberId,
                    messages: [message],
                  }),
                );
              continue;
            }
            if (event.kind === 'fold') {
              flush();
              steps.push(() =>
                pool.query('select * from "foldEvents"($1, $2, 30)', [
                  north.tenantId,
                  event.maxEvents,
                ]),
              );
              continue;
            }
            for (let times = 0; times < event.repeat; times += 1) values.push(json(event));
            if (values.length >= cut) flush();
          }
          flush();
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
          expect(
            (await keptAndCounted(server, north, second.campaignId)).kept.reduce(
              (sum, one) => sum + one.delivered,
              0,
            ),
          ).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });
});
