/**
 * Claiming messages of a campaign for sending.
 *
 * A row is SENDING, and committed so, before its message is sent. It leaves that state once it is
 * known whether WhatsApp took the message. While nobody knows, it stays SENDING until a status
 * event of the message or the time limit (settle.ts) decides.
 */
import { type Selectable, sql } from 'kysely';
import { hasOptedOut } from '../../contacts/index.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';

type SendRow = Selectable<TenantTables['send_queue']>;
/**
 * A claimed message. `sendingAt` identifies this claim; `optedOut` is whether the recipient has
 * opted out by now, and `phone` the number that they have now.
 */
export type ClaimedRow = Pick<SendRow, 'id' | 'templateId' | 'attempts' | 'sendingAt'> & {
  contactId: string;
  phone: string;
  optedOut: boolean;
};

/** A campaign as it was when its sending was enqueued. */
export interface RunningCampaign {
  id: string;
  /** When its status last changed. Once the status changes again, nothing more is claimed. */
  since: string;
}

/** A query that finds the campaign if it is still running since `since`. */
export function stillRuns({ id, since }: RunningCampaign) {
  return query
    .selectFrom('campaign')
    .select('campaign.id')
    .where('campaign.id', '=', id)
    .where('campaign.status', '=', 'RUNNING')
    .where('campaign.updatedAt', '=', since);
}

/**
 * Claims up to `limit` messages in the order of the queue, skipping those that other jobs have
 * locked. (The status is a literal because a cached plan can use the partial index only then.)
 */
export async function claimMessages(
  tx: TenantTransaction,
  campaign: RunningCampaign,
  limit: number,
): Promise<ClaimedRow[]> {
  return tx.run(
    query
      .with('next', (db) =>
        db
          .selectFrom('send_queue')
          .select('send_queue.id')
          .where('send_queue.campaignId', '=', campaign.id)
          .where('send_queue.status', '=', sql.lit('QUEUED'))
          .where((eb) =>
            eb.or([
              eb('send_queue.nextAttemptAt', 'is', null),
              eb('send_queue.nextAttemptAt', '<=', sql<string>`clock_timestamp()`),
            ]),
          )
          .where((eb) => eb.exists(stillRuns(campaign)))
          .orderBy('send_queue.position')
          .limit(limit)
          .forUpdate()
          .skipLocked(),
      )
      .updateTable('send_queue')
      .from('next')
      .set({
        status: 'SENDING',
        sendingAt: sql<string>`clock_timestamp()`,
        nextAttemptAt: null,
        attempts: sql<number>`attempts + 1`,
      })
      .whereRef('send_queue.id', '=', 'next.id')
      .returning([
        'send_queue.id',
        'send_queue.contactId',
        'send_queue.templateId',
        'send_queue.attempts',
        'send_queue.sendingAt',
      ])
      .returning([
        hasOptedOut(sql.ref('send_queue.phone'), sql.ref('send_queue.contactId')).as('optedOut'),
        sql<string>`coalesce((${newNumber()}), ${sql.ref('send_queue.phone')})`.as('phone'),
      ])
      .$castTo<ClaimedRow>(),
  );
}

/** The number that the recipient may have had since the launch. */
function newNumber() {
  return query
    .selectFrom('recipient_identity')
    .select('recipient_identity.movedTo')
    .whereRef('recipient_identity.identity', '=', sql.ref('send_queue.phone'));
}

/** What is left of a campaign's queue. */
export interface QueueState {
  /** Whether the campaign still runs as it did. */
  runs: boolean;
  /** Whether any message is QUEUED. */
  queued: boolean;
  /** Milliseconds until the next QUEUED message is due; 0 if one is due or none is queued. */
  waitMs: number;
}

/** Reads what is left of a campaign's queue. */
export async function readQueueState(
  database: Pick<TenantTransaction, 'run'>,
  campaign: RunningCampaign,
): Promise<QueueState> {
  const queued = query
    .selectFrom('send_queue')
    .where('send_queue.campaignId', '=', campaign.id)
    .where('send_queue.status', '=', sql.lit('QUEUED'));
  const wait = sql<number>`greatest(0, coalesce(
    extract(epoch from min(coalesce("send_queue"."nextAttemptAt", now())) - clock_timestamp()), 0
  ) * 1000)::float8`;
  const [state] = await database.run(
    queued.select([
      sql<boolean>`count(*) > 0`.as('queued'),
      wait.as('waitMs'),
      sql<boolean>`exists (${stillRuns(campaign)})`.as('runs'),
    ]),
  );
  return state ?? { runs: false, queued: false, waitMs: 0 };
}
