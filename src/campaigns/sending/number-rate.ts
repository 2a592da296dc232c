/**
 * How many messages a second a WhatsApp number sends, over all workers and campaigns. The number's
 * row holds the time at which its next message may go out; a job that claims messages moves that
 * time on by as long as they take. Only the database's clock counts.
 */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { SECOND } from '../../platform/time.ts';

/**
 * The maximum time ahead for which messages are claimed. A pause stops unsent messages within it.
 */
export const MAX_AHEAD_MS = 200;
/** A claim is for this much sending: little, because a killed worker leaves its claims unsettled. */
const CLAIM_MS = 100;
/** The factors by which a number is slowed when it sends too much, and by which it recovers. */
const SLOWER = 0.75;
const FASTER = 1.05;

/** What a number may send at this moment. */
export interface SendAllowance {
  messagesPerSecond: number;
  /** Milliseconds until the number's next message may go out. */
  waitMs: number;
  /** How many messages may be claimed now; 0 if others have claimed far enough ahead. */
  count: number;
}

/**
 * Locks a number's row and reads what it may send; null if the number no longer exists. `limit` is
 * the setting, in messages a second.
 */
export async function lockRate(
  tx: TenantTransaction,
  numberId: string,
  limit: number,
): Promise<SendAllowance | null> {
  const waitMs = sql<number>`greatest(
    0, coalesce(extract(epoch from "nextSendAt" - clock_timestamp()), 0) * 1000
  )::float8`;
  const [number] = await tx.run(
    query
      .selectFrom('whatsapp_number')
      .select(['messagesPerSecond', waitMs.as('waitMs')])
      .where('id', '=', numberId)
      .forNoKeyUpdate(),
  );
  if (!number) return null;
  const messagesPerSecond = Math.min(number.messagesPerSecond ?? limit, limit);
  const count =
    number.waitMs > MAX_AHEAD_MS
      ? 0
      : Math.max(1, Math.round((messagesPerSecond * CLAIM_MS) / SECOND));
  return { messagesPerSecond, waitMs: number.waitMs, count };
}

/** Reserves the time that `count` messages take; the number must be locked. */
export async function reserveSendTime(
  tx: TenantTransaction,
  numberId: string,
  { count, messagesPerSecond }: { count: number; messagesPerSecond: number },
): Promise<void> {
  const seconds = count / messagesPerSecond;
  const nextSendAt = sql<string>`greatest(coalesce("nextSendAt", clock_timestamp()), clock_timestamp())
    + make_interval(secs => ${seconds}::float8)`;
  await tx.run(query.updateTable('whatsapp_number').set({ nextSendAt }).where('id', '=', numberId));
}

/** How a number is held back. */
export interface HoldBack {
  /** How long it sends nothing, in milliseconds. */
  waitMs: number;
  /** Whether it sends less a second from then on, though never less than one message. */
  slower: boolean;
  /** The setting, in messages a second: the rate of a number that has not been slowed yet. */
  limit: number;
}

/** Makes a number wait, and slows it if asked. */
export async function holdBack(
  tx: TenantTransaction,
  numberId: string,
  { waitMs, slower, limit }: HoldBack,
): Promise<void> {
  const nextSendAt = sql<string>`greatest(
    coalesce("nextSendAt", clock_timestamp()),
    clock_timestamp() + make_interval(secs => ${waitMs / SECOND}::float8)
  )`;
  const current = sql`least(coalesce("messagesPerSecond", ${limit}::int), ${limit}::int)`;
  const messagesPerSecond = sql<number>`greatest(1, floor(${current} * ${SLOWER}::float8))::int`;
  await tx.run(
    query
      .updateTable('whatsapp_number')
      .set({ nextSendAt, ...(slower ? { messagesPerSecond } : {}) })
      .where('id', '=', numberId),
  );
}

/** Lets a number that was slowed send a little more, up to `limit` messages a second. */
export async function speedUp(
  tx: TenantTransaction,
  numberId: string,
  limit: number,
): Promise<void> {
  const faster = sql<number>`ceil("messagesPerSecond" * ${FASTER}::float8)::int`;
  const messagesPerSecond = sql<
    number | null
  >`case when ${faster} < ${limit}::int then ${faster} end`;
  await tx.run(
    query
      .updateTable('whatsapp_number')
      .set({ messagesPerSecond })
      .where('id', '=', numberId)
      .where('messagesPerSecond', 'is not', null),
  );
}
