/**
 * How many messages a second a WhatsApp number sends, over all workers and campaigns: its row holds
 * the moment from which its next message may go out, and who takes messages in hand books the time
 * that they need. Only the database's clock counts.
 */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { SECOND } from '../../platform/time.ts';

/**
 * Messages are booked this far ahead at most: so long at most does a pause take, beside what is on
 * its way.
 */
export const BOOKED_AHEAD_MS = 200;
/** A booking is for this time: short, since a killed worker leaves what it booked unsettled. */
const BOOKED_MS = 100;
/** What a number is slowed to when it sends too much, and how fast it comes back. */
const SLOWER = 0.75;
const FASTER_BY = 1.05;

export interface Allowance {
  messagesPerSecond: number;
  /** Until the next message of the number may go out. */
  waitMs: number;
  /** How many may be taken in hand now; 0 when others have booked far enough ahead. */
  count: number;
}

/**
 * Locks a number, and says how many messages may be taken in hand; null when there is no such
 * number any more.
 */
export async function lockRate(
  tx: TenantTransaction,
  numberId: string,
  limit: number,
): Promise<Allowance | null> {
  const [number] = await tx.run(
    query
      .selectFrom('whatsapp_number')
      .select([
        'messagesPerSecond',
        sql<number>`greatest(0, coalesce(extract(epoch from "nextSendAt" - clock_timestamp()), 0) * 1000)::float8`.as(
          'waitMs',
        ),
      ])
      .where('id', '=', numberId)
      .forNoKeyUpdate(),
  );
  if (!number) return null;
  const messagesPerSecond = Math.min(number.messagesPerSecond ?? limit, limit);
  const count =
    number.waitMs > BOOKED_AHEAD_MS
      ? 0
      : Math.max(1, Math.round((messagesPerSecond * BOOKED_MS) / SECOND));
  return { messagesPerSecond, waitMs: number.waitMs, count };
}

/** Books the time for messages of a locked number. */
export async function book(
  tx: TenantTransaction,
  numberId: string,
  { count, messagesPerSecond }: { count: number; messagesPerSecond: number },
): Promise<void> {
  const seconds = count / messagesPerSecond;
  const nextSendAt = sql<string>`greatest(coalesce("nextSendAt", clock_timestamp()), clock_timestamp()) + make_interval(secs => ${seconds}::float8)`;
  await tx.run(query.updateTable('whatsapp_number').set({ nextSendAt }).where('id', '=', numberId));
}

export interface HoldBack {
  waitMs: number;
  /** Whether it is to send less from then on; never less than one message a second. */
  slower: boolean;
  /** Messages a second of a number that was not slowed yet. */
  limit: number;
}

/** Lets a number wait. */
export async function holdBack(
  tx: TenantTransaction,
  numberId: string,
  { waitMs, slower, limit }: HoldBack,
): Promise<void> {
  const nextSendAt = sql<string>`greatest(coalesce("nextSendAt", clock_timestamp()), clock_timestamp() + make_interval(secs => ${waitMs / SECOND}::float8))`;
  const messagesPerSecond = sql<number>`greatest(1, floor(least(coalesce("messagesPerSecond", ${limit}::int), ${limit}::int) * ${SLOWER}::float8))::int`;
  await tx.run(
    query
      .updateTable('whatsapp_number')
      .set({ nextSendAt, ...(slower ? { messagesPerSecond } : {}) })
      .where('id', '=', numberId),
  );
}

/** Lets a number that was slowed send a little more, up to the setting. */
export async function speedUp(
  tx: TenantTransaction,
  numberId: string,
  limit: number,
): Promise<void> {
  const faster = sql<number>`ceil("messagesPerSecond" * ${FASTER_BY}::float8)::int`;
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
