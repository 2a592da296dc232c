/**
 * A campaign's row while its status is being changed. It is locked, so that the status stays what
 * was read until the transaction ends.
 *
 * DRAFT → SCHEDULED → RUNNING ⇄ PAUSED → COMPLETED; or CANCELLED by a person; or FAILED if every
 * message failed before it was sent. lifecycle.ts has what people do, completion.ts ends a campaign
 * automatically.
 */
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { CampaignStatus } from '../../generated/kysely.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../platform/database/tenant-scope.ts';
import { notFound, userError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { CAMPAIGN_CHANGED } from './topics.ts';

/** What a mutation of a campaign returns: the campaign is then read again. */
export interface ChangedCampaign {
  campaignId: string;
}

const LOCKED_COLUMNS = [
  'id',
  'status',
  'whatsAppNumberId',
  'scheduledAt',
  'contactCount',
  'updatedAt',
] as const;
/**
 * A locked campaign; `isLater` says whether `scheduledAt` is in the future, `field` which field of
 * the input names the campaign.
 */
export type LockedCampaign = Pick<
  Selectable<TenantTables['campaign']>,
  (typeof LOCKED_COLUMNS)[number]
> & { isLater: boolean | null; field: string };

/** Locks a campaign until the transaction ends; NOT_FOUND at `field` if there is none. */
export async function lockCampaign(
  tx: TenantTransaction,
  id: string,
  field = 'id',
): Promise<LockedCampaign> {
  const isLater = sql<boolean | null>`"scheduledAt" > clock_timestamp()`.as('isLater');
  const [campaign] = await tx.run(
    query
      .selectFrom('campaign')
      .select(LOCKED_COLUMNS)
      .select(isLater)
      .where('id', '=', id)
      .forUpdate(),
  );
  if (!campaign) throw notFound([field]);
  return { ...campaign, field };
}

/** A campaign's status, which stays as it is until the transaction ends; null if it is deleted. */
export async function lockStatus(
  tx: TenantTransaction,
  id: string,
): Promise<CampaignStatus | null> {
  const [campaign] = await tx.run(
    query.selectFrom('campaign').select('status').where('id', '=', id).forShare(),
  );
  return campaign?.status ?? null;
}

/** Throws CONFLICT unless the campaign's status is allowed; `what` completes "can't be …". */
export function requireStatus(
  { status, field }: LockedCampaign,
  allowed: readonly CampaignStatus[],
  what: string,
): void {
  if (!allowed.includes(status))
    throw userError('CONFLICT', [field], `A campaign that is ${status} can't be ${what}.`);
}

/** A change of a campaign's status, with what changes together with it. */
export interface StatusChange {
  id: string;
  status: CampaignStatus;
  statusReason?: string | null;
  whatsAppNumberId?: string;
  optedOutCount?: number;
  startedAt?: RawBuilder<string>;
  completedAt?: RawBuilder<string> | null;
}

/**
 * Changes the status of a locked campaign and publishes it. Returns the moment of the change, by
 * which sending jobs recognize that the campaign still runs as it did when they were enqueued.
 */
export async function changeStatus(
  platform: Platform,
  tx: TenantTransaction,
  { id, ...change }: StatusChange,
): Promise<string> {
  const [row] = await tx.run(
    query
      .updateTable('campaign')
      .set({ ...change, updatedAt: sql<string>`clock_timestamp()` })
      .where('id', '=', id)
      .returning('updatedAt'),
  );
  if (!row) throw new Error('A locked campaign is gone.');
  CAMPAIGN_CHANGED.publishAfterCommit(platform, tx, [id]);
  return row.updatedAt;
}

/** A pause by the server itself. */
export interface ReasonedPause {
  id: string;
  /** The moment of the status change that the campaign runs since. */
  since: string;
  /** What has to be fixed, for a person. */
  statusReason: string;
}

/**
 * Pauses a campaign for a reason that somebody has to fix. Does nothing if its status has changed
 * since `since`.
 */
export async function pauseWithReason(
  platform: Platform,
  tx: TenantTransaction,
  { id, since, statusReason }: ReasonedPause,
): Promise<void> {
  const running = query
    .selectFrom('campaign')
    .select('id')
    .where('id', '=', id)
    .where('status', '=', 'RUNNING')
    .where('updatedAt', '=', since)
    .forUpdate();
  if ((await tx.run(running)).length > 0)
    await changeStatus(platform, tx, { id, status: 'PAUSED', statusReason });
}
