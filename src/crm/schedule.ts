/**
 * Starts incremental syncs every PIPEDRIVE_SYNC_MINUTES for each connected tenant, and deletes old
 * ones.
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
} from '../tenancy/index.ts';
import { queueSync } from './syncs.ts';

/** Tenants a minute; the rest follow in the next one. */
const MAX_TENANTS = 500;
const KEEP_DAYS = 30;

/**
 * Queues an incremental sync for each tenant whose last sync, and whose connection, is older than
 * PIPEDRIVE_SYNC_MINUTES, and none if that is 0; then deletes the syncs of long ago.
 */
export async function startDueSyncs(platform: Platform, signal: AbortSignal): Promise<void> {
  const { database, config } = platform;
  if (config.PIPEDRIVE_SYNC_MINUTES > 0) {
    const before = new Date(Date.now() - config.PIPEDRIVE_SYNC_MINUTES * MINUTE);
    const due = await tenantsNotSyncedSince(database, before, MAX_TENANTS);
    await forEachOf(due, signal, (tenant) => queueDue(platform, tenant));
  }
  await deleteSyncsBefore(database, new Date(Date.now() - KEEP_DAYS * DAY));
}

async function queueDue(platform: Platform, tenant: OfTenant): Promise<void> {
  try {
    await platform.database
      .forTenant(tenant)
      .transaction((tx) =>
        queueSync(platform, tx, { provider: 'PIPEDRIVE', full: false, startedBy: null }),
      );
  } catch (error) {
    // A user started a sync, or disconnected the CRM, in the meantime.
    if (!(error instanceof UserInputError || violates(error, 'crm_sync_active_key'))) throw error;
  }
}
