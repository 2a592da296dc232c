/**
 * Taking messages of a campaign in hand, and storing what became of them.
 *
 * A row is SENDING, and committed so, before anything is sent. It leaves that state by what is
 * known of it: the provider took it, or surely did not. Where nobody knows, it stays until a status
 * event of the message or the time limit settles it.
 */
import { type Selectable, sql } from 'kysely';
import { anyOf } from '../../platform/database/arrays.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { MINUTE, SECOND } from '../../platform/time.ts';
import { moveCounters } from '../figures/counter-moves.ts';
import type { SendOutcome } from '../whatsapp/errors.ts';
import { CANCELLED } from './queue.ts';

type SendRow = Selectable<TenantTables['send_queue']>;
/**
 * A message in hand; `sendingAt` is the hold on it, `optedOut` that the contact wants none by now.
 */
export type ClaimedRow = Pick<
  SendRow,
  'id' | 'contactId' | 'templateId' | 'attempts' | 'sendingAt'
> & { phone: string; optedOut: boolean };

export interface RunningCampaign {
  id: string;
  /** The campaign's last change of state: of another one, nothing is taken in hand. */
  since: string;
}

/** Whether the campaign still runs as it did at `since`. */
export function stillRuns({ id, since }: RunningCampaign) {
  return query
    .selectFrom('campaign')
    .select('campaign.id')
    .where('campaign.id', '=', id)
    .where('campaign.status', '=', 'RUNNING')
    .where('campaign.updatedAt', '=', since);
}

/**
 * Takes up to `limit` messages in hand (the status is no parameter: only so a kept plan can use the
 * index of what is queued), in their order, passing over those that others hold.
 */
export async function claim(
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
        'send_queue.phone',
        'send_queue.attempts',
        'send_queue.sendingAt',
      ])
      .returning((eb) => eb.exists(optOut()).$castTo<boolean>().as('optedOut'))
      .$castTo<ClaimedRow>(),
  );
}

/** That the recipient of a message has said stop, perhaps after the launch. */
function optOut() {
  return query
    .selectFrom('whatsapp_opt_out')
    .select('whatsapp_opt_out.phone')
    .whereRef('whatsapp_opt_out.phone', '=', sql.ref('send_queue.phone'))
    .where('whatsapp_opt_out.optedOut', '=', true);
}

/** When the next message of a campaign is to be tried again, or whether all is in hand or done. */
export async function nextDue(
  tx: Pick<TenantTransaction, 'run'>,
  campaign: RunningCampaign,
): Promise<{ runs: boolean; queued: boolean; waitMs: number }> {
  const queued = query
    .selectFrom('send_queue')
    .where('send_queue.campaignId', '=', campaign.id)
    .where('send_queue.status', '=', sql.lit('QUEUED'));
  const wait = sql<number>`greatest(0, coalesce(extract(epoch from min(coalesce("send_queue"."nextAttemptAt", now())) - clock_timestamp()), 0) * 1000)::float8`;
  const [due] = await tx.run(
    queued.select([
      sql<boolean>`count(*) > 0`.as('queued'),
      wait.as('waitMs'),
      sql<boolean>`exists (${stillRuns(campaign)})`.as('runs'),
    ]),
  );
  return due ?? { runs: false, queued: false, waitMs: 0 };
}

/** What became of a message in hand; `released`: it was not tried. */
export interface Settled {
  row: ClaimedRow;
  outcome: SendOutcome | { kind: 'released' };
}

/** A message that passing faults keep from being sent is given up after so many attempts. */
const MAX_ATTEMPTS = 8;
const LONGEST_RETRY_MS = 5 * MINUTE;
/** 4⁶ s are more than an hour. */
const MAX_RECIPIENT_EXPONENT = 6;

interface Change {
  row: ClaimedRow;
  failed: boolean;
  retryMs: number | null;
  /** The attempt does not count. */
  free: boolean;
  message: string | null;
}

/** Where a row that surely was not sent goes from here; null where nobody knows, or it was sent. */
function changeOf({ row, outcome }: Settled): Change | null {
  const back = { row, failed: false, retryMs: null, free: true, message: null };
  switch (outcome.kind) {
    case 'sent':
    case 'unknown':
      return null;
    case 'failed':
      return { ...back, failed: true, free: false, message: outcome.message };
    case 'retry':
    case 'recipient':
      if (row.attempts >= MAX_ATTEMPTS)
        return { ...back, failed: true, free: false, message: outcome.message };
      return {
        ...back,
        free: false,
        retryMs: outcome.kind === 'retry' ? retryAfter(row.attempts) : recipientWaits(row.attempts),
        message: outcome.message,
      };
    default:
      return back;
  }
}

/** 2ⁿ s, half of it by chance. */
function retryAfter(attempts: number): number {
  return Math.min(LONGEST_RETRY_MS, SECOND * 2 ** attempts) * (0.5 + Math.random() / 2);
}

/** 4ⁿ s, as WhatsApp asks. */
function recipientWaits(attempts: number): number {
  return SECOND * 4 ** Math.min(attempts, MAX_RECIPIENT_EXPONENT);
}

/**
 * Puts back, or fails, what surely was not sent. Of a campaign that was cancelled meanwhile nothing
 * goes back.
 */
export async function storeUnsent(
  tx: TenantTransaction,
  { platform, campaignId }: { platform: Platform; campaignId: string },
  settled: readonly Settled[],
): Promise<void> {
  const changes = settled.map(changeOf).filter((change) => change !== null);
  if (changes.length === 0) return;
  const [campaign] = await tx.run(
    query.selectFrom('campaign').select('status').where('id', '=', campaignId).forShare(),
  );
  const cancelled = campaign?.status === 'CANCELLED';
  const values = changes.map((change) =>
    cancelled && !change.failed ? { ...change, failed: true, message: CANCELLED } : change,
  );
  const columns = sql`unnest(${values.map(({ row }) => row.id)}::uuid[], ${values.map(({ row }) => row.sendingAt)}::timestamptz[], ${values.map(({ failed }) => failed)}::boolean[],
    ${values.map(({ retryMs }) => (retryMs === null ? null : retryMs / SECOND))}::float8[], ${values.map(({ free }) => (free ? 1 : 0))}::int[], ${values.map(({ message }) => message)}::text[])`;
  const stored = await tx.run(
    query
      .updateTable('send_queue')
      .from(columns.as<'v'>(sql`v(id, "sendingAt", failed, "retrySeconds", free, message)`))
      .set({
        status: sql<
          'QUEUED' | 'FAILED'
        >`(case when v.failed then 'FAILED' else 'QUEUED' end)::"SendStatus"`,
        sendingAt: null,
        nextAttemptAt: sql<
          string | null
        >`case when not v.failed then clock_timestamp() + make_interval(secs => v."retrySeconds") end`,
        attempts: sql<number>`attempts - v.free`,
        errorMessage: sql<string | null>`v.message`,
      })
      .where(
        sql<boolean>`"send_queue"."id" = v.id and "send_queue"."status" = 'SENDING' and "send_queue"."sendingAt" = v."sendingAt"`,
      )
      .returning(['send_queue.templateId', 'send_queue.status']),
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

/** After so long no answer will come. */
export const UNKNOWN_AFTER_MS = 10 * MINUTE;
const UNKNOWN =
  'unknown: neither an answer nor an event of the message came within 10 minutes, so it is not sent again';

/** Fails what has been in hand for too long; an event that comes later still settles it. */
export async function failUnknown(platform: Platform, tx: TenantTransaction): Promise<void> {
  const failed = await tx.run(
    query
      .with('late', (db) =>
        db
          .selectFrom('send_queue')
          .select('send_queue.id')
          .where('send_queue.status', '=', sql.lit('SENDING'))
          .where('send_queue.whatsappMessageId', 'is', null)
          .where(
            'send_queue.sendingAt',
            '<',
            sql<string>`clock_timestamp() - make_interval(secs => ${UNKNOWN_AFTER_MS / SECOND})`,
          )
          .orderBy('send_queue.id')
          .forUpdate()
          .skipLocked(),
      )
      .with('failed', (db) =>
        db
          .updateTable('send_queue')
          .from('late')
          .set({ status: 'FAILED', errorMessage: UNKNOWN })
          .whereRef('send_queue.id', '=', 'late.id')
          .returning(['send_queue.campaignId', 'send_queue.templateId']),
      )
      .selectFrom('failed')
      .select(['failed.campaignId', 'failed.templateId', sql<number>`count(*)`.as('failed')])
      .groupBy(['failed.campaignId', 'failed.templateId']),
  );
  await moveCounters(platform, tx, failed);
}

const CONTACT_COLUMNS = [
  'contact.id',
  'contact.name',
  'contact.email',
  'contact.phoneE164',
  'contact.jobTitle',
  'contact.leadStatus',
] as const;

/** What templates say of contacts, with their organizations. */
export async function readRecipients(tx: TenantTransaction, contactIds: readonly string[]) {
  const rows = await tx.run(
    query
      .selectFrom('contact')
      .leftJoin('organization', 'organization.id', 'contact.organizationId')
      .select(CONTACT_COLUMNS)
      .select([
        'organization.name as organizationName',
        'organization.industry',
        'organization.size',
        'organization.website',
      ])
      .select(['organization.address', 'organization.city', 'organization.country'])
      .where('contact.id', '=', anyOf(contactIds)),
  );
  return new Map(
    rows.map(
      ({ id, name, email, phoneE164, jobTitle, leadStatus, organizationName, ...details }) => [
        id,
        {
          contact: { name, email, phone: phoneE164, jobTitle, leadStatus },
          organization: organizationName === null ? null : { name: organizationName, ...details },
        },
      ],
    ),
  );
}
