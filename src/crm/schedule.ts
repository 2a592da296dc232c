/**
 * Starts incremental syncs every PIPEDRIVE_SYNC_MINUTES for each connected tenant, and removes old
 * ones.
 */
import { violates } from '../platform/database/sql-errors.ts';
import { UserInputError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { DAY, MINUTE } from '../platform/time.ts';
import { queueSync } from './syncs.ts';

/** Tenants a minute; the rest follow in the next one. */
const MAX_TENANTS = 500;
const KEEP_DAYS = 30;

/**
 * Queues an incremental sync for each tenant whose last sync, and whose connection, is older than
 * PIPEDRIVE_SYNC_MINUTES; does nothing if that is 0.
 */
export async function startDueSyncs(platform: Platform, signal: AbortSignal): Promise<void> {
  const minutes = platform.config.PIPEDRIVE_SYNC_MINUTES;
  if (minutes === 0) return;
  const { prisma } = platform.database;
  const due = await prisma.$queryRaw<{ tenantId: string }[]>`
    select c."tenantId" from crm_connection c
    where c."connectedAt" <= ${new Date(Date.now() - minutes * MINUTE)} and not exists (
      select from crm_sync s where s."tenantId" = c."tenantId" and s.provider = c.provider and (
        s."createdAt" > ${new Date(Date.now() - minutes * MINUTE)}
        or s.status in ('QUEUED', 'RUNNING')))
    order by c."tenantId" limit ${MAX_TENANTS}`;
  for (const { tenantId } of due) {
    if (signal.aborted) return;
    await queueDue(platform, tenantId);
  }
  await removeOld(platform);
}

async function queueDue(platform: Platform, tenantId: string): Promise<void> {
  try {
    await platform.database
      .forTenant({ tenantId })
      .transaction((tx) =>
        queueSync(platform, tx, { provider: 'PIPEDRIVE', full: false, startedBy: null }),
      );
  } catch (error) {
    // A user started a sync, or disconnected the CRM, in the meantime.
    if (!(error instanceof UserInputError || violates(error, 'crm_sync_active_key'))) throw error;
  }
}

/** Each tenant keeps its last completed sync, from which the next one starts. */
async function removeOld(platform: Platform): Promise<void> {
  await platform.database.prisma.$executeRaw`
    delete from crm_sync s where s."createdAt" < ${new Date(Date.now() - KEEP_DAYS * DAY)}
      and s.status in ('COMPLETED', 'FAILED') and exists (
      select from crm_sync later where later."tenantId" = s."tenantId" and later.provider = s.provider
        and later.status = 'COMPLETED' and later."createdAt" > s."createdAt")`;
}
