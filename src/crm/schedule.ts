/**
 * Starts a sync every PIPEDRIVE_SYNC_MINUTES for each connected tenant, every
 * PIPEDRIVE_FULL_SYNC_HOURS a full one, and deletes old ones.
 */
import { violates } from '../platform/database/sql-errors.ts';
import { UserInputError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { DAY, MINUTE } from '../platform/time.ts';
import {
  deleteSyncsBefore,
  forEachOf,
  type OfTenant,
  tenantsNotSyncedSince,
  tenantsWithoutFullSync,
} from '../tenancy/index.ts';
import { queueSync } from './syncs.ts';

/** Tenants a minute; the rest follow in the next one. */
const MAX_TENANTS = 500;
const KEEP_DAYS = 30;

/**
 * Queues a sync for each tenant whose last sync, and whose connection, is older than
 * PIPEDRIVE_SYNC_MINUTES, and none if that is 0; then deletes the syncs of long ago. A full sync
 * that fails is not repeated before the next one is due, so it can't use up the day's requests.
 */
export async function startDueSyncs(platform: Platform, signal: AbortSignal): Promise<void> {
  const { database, config } = platform;
  if (config.PIPEDRIVE_SYNC_MINUTES > 0) {
    const before = new Date(Date.now() - config.PIPEDRIVE_SYNC_MINUTES * MINUTE);
    const due = await tenantsNotSyncedSince(database, before, MAX_TENANTS);
    const full = await dueForFull(platform, due);
    await forEachOf(due, signal, (tenant) => queueDue(platform, tenant, full.has(tenant.tenantId)));
  }
  await deleteSyncsBefore(database, new Date(Date.now() - KEEP_DAYS * DAY));
}

async function dueForFull(
  { database, config }: Platform,
  tenants: readonly OfTenant[],
): Promise<Set<string>> {
  const hours = config.PIPEDRIVE_FULL_SYNC_HOURS;
  if (hours === 0 || tenants.length === 0) return new Set();
  const ids = tenants.map(({ tenantId }) => tenantId);
  const full = await tenantsWithoutFullSync(database, ids, hours);
  return new Set(full.map(({ tenantId }) => tenantId));
}

async function queueDue(platform: Platform, tenant: OfTenant, full: boolean): Promise<void> {
  try {
    await platform.database
      .forTenant(tenant)
      .transaction((tx) =>
        queueSync(platform, tx, { provider: 'PIPEDRIVE', full, startedBy: null }),
      );
  } catch (error) {
    // A user started a sync, or disconnected the CRM, in the meantime.
    if (!(error instanceof UserInputError || violates(error, 'crm_sync_active_key'))) throw error;
  }
}
