/**
 * A campaign's row while it is being changed: locked, so that its state is what it says until the
 * transaction ends.
 */
import { type Selectable, sql } from 'kysely';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../platform/database/tenant-scope.ts';
import { notFound, userError } from '../platform/errors.ts';

/** What a mutation of a campaign answers: it is read anew. */
export interface ChangedCampaign {
  campaignId: string;
}

/** The number that was connected first, locked against being disconnected, or null. */
export async function firstNumber(tx: TenantTransaction): Promise<string | null> {
  const [number] = await tx.run(
    query
      .selectFrom('whatsapp_number')
      .select('id')
      .orderBy('connectedAt')
      .orderBy('id')
      .limit(1)
      .forKeyShare(),
  );
  return number?.id ?? null;
}

const LOCKED_COLUMNS = [
  'id',
  'status',
  'whatsAppNumberId',
  'scheduledAt',
  'contactCount',
  'updatedAt',
] as const;
export type LockedCampaign = Pick<
  Selectable<TenantTables['campaign']>,
  (typeof LOCKED_COLUMNS)[number]
> & { isLater: boolean | null };

/** A campaign, locked until the transaction ends; NOT_FOUND at `field` where there is none. */
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
  return campaign;
}

/** Refuses what only some states allow. */
export function requireStatus(
  { status }: LockedCampaign,
  allowed: readonly LockedCampaign['status'][],
  what: string,
): void {
  if (!allowed.includes(status))
    throw userError('CONFLICT', ['id'], `A campaign that is ${status} can't be ${what}.`);
}
