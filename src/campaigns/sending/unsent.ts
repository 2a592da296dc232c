/**
 * What happens to a claimed message that was certainly not sent: it goes back to the queue, perhaps
 * for a later time, or fails.
 */
import { sql } from 'kysely';
import { storeWords } from '../../contacts/index.ts';
import { backoffMs } from '../../platform/backoff.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { MINUTE, SECOND } from '../../platform/time.ts';
import { moveCounters } from '../figures/counters.ts';
import type { SendOutcome } from '../whatsapp/errors.ts';
import type { ClaimedRow } from './claim.ts';
import { CANCELLED } from './queue.ts';

/** What became of a claimed message; `released` means that it was not tried. */
export interface MessageResult {
  row: ClaimedRow;
  outcome: SendOutcome | { kind: 'released' };
}

/** A message that keeps failing for temporary causes fails for good after this many attempts. */
const MAX_ATTEMPTS = 8;
const RETRIES = { firstMs: 2 * SECOND, longestMs: 5 * MINUTE, random: 0.5 };
/** 4ⁿ s after n attempts, as WhatsApp asks for, up to a little over an hour. */
const RECIPIENT_RETRIES = { firstMs: 4 * SECOND, longestMs: 4 ** 6 * SECOND, factor: 4 };

interface Return {
  row: ClaimedRow;
  failed: boolean;
  /** Milliseconds until the next attempt; null for at once. */
  retryMs: number | null;
  /** Whether the attempt is taken back, so that it does not count. */
  isFree: boolean;
  message: string | null;
}

/** How a row leaves SENDING; null if the message was sent or if nobody knows. */
function returnOf({ row, outcome }: MessageResult): Return | null {
  const requeued = { row, failed: false, retryMs: null, isFree: true, message: null };
  switch (outcome.kind) {
    case 'sent':
    case 'unknown':
      return null;
    case 'failed':
      return { ...requeued, failed: true, isFree: false, message: outcome.message };
    case 'retry':
    case 'recipient':
      if (row.attempts >= MAX_ATTEMPTS)
        return { ...requeued, failed: true, isFree: false, message: outcome.message };
      return {
        ...requeued,
        isFree: false,
        retryMs: backoffMs(row.attempts, outcome.kind === 'retry' ? RETRIES : RECIPIENT_RETRIES),
        message: outcome.message,
      };
    default:
      return requeued;
  }
}

/**
 * Locks the rows of all results, in the order in which the folder locks them too: events of a
 * message may be folded before its answer is stored.
 */
export async function lockRows(
  tx: TenantTransaction,
  results: readonly MessageResult[],
): Promise<void> {
  await tx.run(
    query
      .selectFrom('send_queue')
      .select('id')
      .where('id', '=', anyOf(results.map(({ row }) => row.id)))
      .orderBy('id')
      .forUpdate(),
  );
}

/** Results of one campaign, whose status is locked. */
export interface Results {
  campaignId: string;
  /** Whether the campaign was cancelled in the meantime: then nothing is requeued. */
  cancelled: boolean;
  results: readonly MessageResult[];
}

/**
 * Requeues or fails what was certainly not sent, notes who has opted out, and ignores the other
 * results. Call it last in a
 * transaction: it locks the campaign's figures until the commit.
 */
export async function storeUnsent(
  platform: Platform,
  tx: TenantTransaction,
  { campaignId, cancelled, results }: Results,
): Promise<void> {
  const returns = results.map(returnOf).filter((back) => back !== null);
  if (returns.length === 0) return;
  const stored = await tx.run(
    storeReturns(
      returns.map((back) =>
        cancelled && !back.failed ? { ...back, failed: true, message: CANCELLED } : back,
      ),
    ),
  );
  await storeWords(
    tx,
    results.flatMap(({ row: { phone: identity, sendingAt }, outcome }) =>
      outcome.kind === 'failed' && outcome.optedOut && sendingAt !== null
        ? // As of the claim: what somebody said since then is newer.
          [{ identity, optedOut: true, source: 'ERROR' as const, at: sendingAt }]
        : [],
    ),
  );
  const failed = Map.groupBy(
    stored.filter(({ status }) => status === 'FAILED'),
    ({ templateId }) => templateId,
  );
  await moveCounters(
    platform,
    tx,
    [...failed].map(([templateId, rows]) => ({ campaignId, templateId, failed: rows.length })),
  );
}

/** Writes the rows that this claim still holds. */
function storeReturns(returns: readonly Return[]) {
  const values = sql`unnest(
    ${returns.map(({ row }) => row.id)}::uuid[],
    ${returns.map(({ row }) => row.sendingAt)}::timestamptz[],
    ${returns.map(({ failed }) => failed)}::boolean[],
    ${returns.map((back) => (back.retryMs === null ? null : back.retryMs / SECOND))}::float8[],
    ${returns.map(({ isFree }) => (isFree ? 1 : 0))}::int[],
    ${returns.map(({ message }) => message)}::text[]
  )`;
  const status = sql<'QUEUED' | 'FAILED'>`(
    case when v.failed then 'FAILED' else 'QUEUED' end
  )::"SendStatus"`;
  const nextAttemptAt = sql<string | null>`case when not v.failed
    then clock_timestamp() + make_interval(secs => v."retrySeconds") end`;
  return query
    .updateTable('send_queue')
    .from(values.as<'v'>(sql`v(id, "sendingAt", failed, "retrySeconds", free, message)`))
    .set({
      status,
      sendingAt: null,
      nextAttemptAt,
      attempts: sql<number>`attempts - v.free`,
      errorMessage: sql<string | null>`v.message`,
      refusedAt: sql<string | null>`case when v.failed and "errorCodeOf"(v.message) is not null
        then v."sendingAt" end`,
    })
    .where(
      sql<boolean>`"send_queue"."id" = v.id and "send_queue"."status" = 'SENDING'
        and "send_queue"."sendingAt" = v."sendingAt"`,
    )
    .returning(['send_queue.templateId', 'send_queue.status']);
}
