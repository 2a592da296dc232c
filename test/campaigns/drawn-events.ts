/**
 * Events at random, by their places in a seeded campaign so that a case can be shrunk; and what they
 * add up to. Each recipient has a number that was dialled, a wa_id and a user id.
 */
import fc from 'fast-check';
import { type Event, reply, SENT_SECOND, type SeededCampaign, status } from './webhook-calls.ts';

export const MESSAGES = 5;
export const LATE = 4;
const all = MESSAGES + LATE;

const KINDS = ['dialled', 'waId', 'userId'] as const;
interface Identity {
  of: number;
  as: (typeof KINDS)[number];
}
/** What the provider says of somebody: a number, a user id, or both. */
interface Told {
  number: Identity | null;
  userId: number | null;
}

export type Drawn =
  | ({
      kind: 'status';
      message: number;
      status: string;
      code: number;
      at: number;
      withSendId: boolean;
    } & Told &
      Repeated)
  | ({ kind: 'reply'; quotes: number | null; at: number; id: number } & Told & Repeated)
  | ({ kind: 'preference'; stop: boolean; at: number } & Told & Repeated)
  | ({ kind: 'move'; from: Identity; to: Identity; at: number; id: number } & Repeated)
  | ({ kind: 'stored'; message: number } & Told)
  | { kind: 'retry' }
  | { kind: 'fold'; maxEvents: number };

interface Repeated {
  repeat: number;
}

const repeat = fc.integer({ min: 1, max: 3 });
const number: fc.Arbitrary<Identity> = fc.record({
  of: fc.nat(all + 2),
  as: fc.constantFrom('dialled' as const, 'waId' as const),
});
/** Of one person mostly, sometimes of two that are thus one. */
const told: fc.Arbitrary<Told> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ number: null, userId: null }) },
  {
    weight: 4,
    arbitrary: fc.tuple(number, fc.boolean(), fc.boolean()).map(([one, withNumber, withId]) => ({
      number: withNumber ? one : null,
      userId: withId ? one.of : null,
    })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ number: fc.option(number), userId: fc.option(fc.nat(all + 2)) }),
  },
);

export const drawnEvents: fc.Arbitrary<Drawn[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .record({
          kind: fc.constant('status' as const),
          message: fc.nat(all + 2),
          status: fc.constantFrom('sent', 'delivered', 'read', 'failed', 'played', 'unheard of'),
          at: fc.integer({ min: -3, max: 8 }),
          withSendId: fc.boolean(),
          told,
          repeat,
        })
        // Of two codes for one message at one moment, the first that came is told: no order of raw
        // events says which that was.
        .map(({ told: who, ...event }) => ({
          ...event,
          ...who,
          code: (event.message + event.at) % 2 === 0 ? 131026 : 131049,
        })),
    },
    {
      weight: 3,
      arbitrary: fc
        .record({
          kind: fc.constant('reply' as const),
          number: fc.option(number, { freq: 5 }),
          userId: fc.option(fc.nat(all + 2), { freq: 1 }),
          quotes: fc.option(fc.nat(all + 2), { freq: 1 }),
          at: fc.constantFrom(-1, 0, 1, 60, 29 * 86_400, 30 * 86_400, 31 * 86_400),
          id: fc.nat(30),
          repeat,
        })
        // What quotes is of one identity, so that few people become one by it.
        .map((event) => (event.quotes === null ? event : { ...event, userId: null })),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({
          kind: fc.constant('preference' as const),
          stop: fc.boolean(),
          at: fc.nat(20),
          told,
          repeat,
        })
        .map(({ told: who, ...event }) => ({ ...event, ...who })),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('move' as const),
        from: number,
        to: number,
        at: fc.nat(20),
        id: fc.nat(30),
        repeat,
      }),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({
          kind: fc.constant('stored' as const),
          message: fc.integer({ min: MESSAGES, max: all - 1 }),
          told,
        })
        .map(({ told: who, ...event }) => ({ ...event, ...who })),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'retry' as const }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('fold' as const),
        maxEvents: fc.integer({ min: 1, max: 20 }),
      }),
    },
  ),
  { minLength: 1, maxLength: 80, size: 'max' },
);

/** The people that a campaign writes to, and what is told of them. */
export class People {
  readonly campaign: SeededCampaign;
  readonly #round: number;
  readonly #quoting: Drawn[] = [];

  constructor(campaign: SeededCampaign, round: number) {
    this.campaign = campaign;
    this.#round = round;
  }

  #messageId(index: number): string {
    return this.campaign.messages[index]?.whatsappMessageId ?? `unknown.${this.#round}.${index}`;
  }

  #name({ of, as }: Identity): string {
    if (as === 'userId') return `US.${this.#round}.${of}`;
    if (as === 'waId') return `+52${this.#round}${1_000_000 + of}`;
    return this.campaign.messages[of]?.phone ?? `+19${this.#round}${1_000_000 + of}`;
  }

  /** Of replies with one id the first counts; those that quote are not to depend on which it is. */
  #replyId(event: Extract<Drawn, { kind: 'reply' }>): string {
    if (event.quotes === null) return `in.${this.#round}.${event.id}`;
    const known = this.#quoting.indexOf(event);
    const index = known === -1 ? this.#quoting.push(event) - 1 : known;
    return `quoting.${this.#round}.${index}`;
  }

  /** As the provider's answer tells it. */
  told({ number: one, userId }: Told): { phone?: string; userId?: string } {
    return {
      ...(one === null ? {} : { phone: this.#name(one) }),
      ...(userId === null ? {} : { userId: this.#name({ of: userId, as: 'userId' }) }),
    };
  }

  eventOf(event: Exclude<Drawn, { kind: 'stored' | 'retry' | 'fold' }>): Event {
    const timestamp = String(SENT_SECOND + event.at);
    if (event.kind === 'move')
      return {
        messages: [
          {
            id: `move.${this.#round}.${event.id}`,
            from: this.#name(event.from).slice(1),
            timestamp,
            type: 'system',
            system: { type: 'user_changed_number', wa_id: this.#name(event.to).slice(1) },
          },
        ],
      };
    const { phone, userId } = this.told(event);
    const waId = phone?.slice(1);
    if (event.kind === 'preference')
      return {
        user_preferences: [
          { wa_id: waId, user_id: userId, value: event.stop ? 'stop' : 'resume', timestamp },
        ],
      };
    if (event.kind === 'reply')
      return {
        messages: [
          reply(this.#replyId(event), waId, {
            at: SENT_SECOND + event.at,
            from_user_id: userId,
            ...(event.quotes === null ? {} : { quotes: this.#messageId(event.quotes) }),
          }),
        ],
      };
    const sendId = event.withSendId && this.campaign.messages[event.message]?.sendId;
    return {
      statuses: [
        status(this.#messageId(event.message), event.status, {
          timestamp,
          recipient_id: waId,
          recipient_user_id: userId,
          ...(event.status === 'failed' ? { errors: [{ code: event.code, title: 'Failed' }] } : {}),
          ...(sendId ? { biz_opaque_callback_data: sendId } : {}),
        }),
      ],
    };
  }

  /** What all of it adds up to, in whatever order it came. */
  expected(events: readonly Drawn[]) {
    const names = new Map<string, string>();
    const personOf = (identity: string): string => {
      const next = names.get(identity);
      return next === undefined ? identity : personOf(next);
    };
    const link = (...identities: (string | undefined)[]) => {
      const known = identities.filter((one) => one !== undefined).map(personOf);
      for (const one of known.slice(1))
        if (personOf(one) !== known[0]) names.set(personOf(one), personOf(known[0] ?? ''));
    };
    const sent = this.#sent(events);
    const words: { identity: string; stop: boolean; at: number }[] = [];
    for (const event of events) {
      if (event.kind === 'fold' || event.kind === 'retry') continue;
      if (event.kind === 'status' && event.status === 'unheard of') continue;
      if (event.kind === 'move') {
        link(this.#name(event.from), this.#name(event.to));
        continue;
      }
      const { phone, userId } = this.told(event);
      link(phone, userId);
      const identity = phone ?? userId;
      if (event.kind === 'preference' && identity !== undefined)
        words.push({ identity, stop: event.stop, at: event.at });
      const message = event.kind === 'status' || event.kind === 'stored' ? event.message : null;
      if (message !== null && sent.has(message))
        link(this.campaign.messages[message]?.phone, identity);
      if (event.kind === 'reply' && event.quotes !== null && sent.has(event.quotes))
        link(this.campaign.messages[event.quotes]?.phone, identity);
    }
    const wantsNone = (phone: string) => {
      const own = words.filter(({ identity }) => personOf(identity) === personOf(phone));
      const newest = Math.max(...own.map(({ at }) => at));
      return own.some(({ at, stop }) => at === newest && stop);
    };
    return { personOf, wantsNone };
  }

  /** The places of the messages that are known to be sent in the end. */
  #sent(events: readonly Drawn[]): Set<number> {
    const late = events.flatMap((event) =>
      event.kind === 'stored' ||
      (event.kind === 'status' && event.withSendId && event.status !== 'unheard of')
        ? [event.message]
        : [],
    );
    return new Set([...Array(MESSAGES).keys(), ...late.filter((index) => index < all)]);
  }
}
