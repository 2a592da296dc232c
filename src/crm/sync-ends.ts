/** How syncs end: completed, or failed with a message for the person who looks at them. */
import { sql } from 'kysely';
import type { CrmProvider } from '../../generated/kysely.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { Platform } from '../platform/platform.ts';
import { crmSyncs } from './metrics.ts';
import { CRM_SYNC_CHANGED } from './topics.ts';

/**
 * Fails the sync that is queued or running, if there is one. The page that it is writing at this
 * moment is its last.
 */
export async function endActiveSync(
  platform: Platform,
  tx: TenantTransaction,
  { provider, message }: { provider: CrmProvider; message: string },
): Promise<void> {
  const ended = await tx.run(
    query
      .updateTable('crm_sync')
      .set(failedWith(message))
      .where('provider', '=', provider)
      .where('status', 'in', ['QUEUED', 'RUNNING'])
      .returning('id'),
  );
  for (const { id } of ended) publishEnd(platform, tx, { id, status: 'FAILED' });
}

/** Fails a sync, unless it has ended already. */
export async function failSync(
  platform: Platform,
  tx: TenantTransaction,
  { id, message }: { id: string; message: string },
): Promise<void> {
  const ended = await tx.run(
    query
      .updateTable('crm_sync')
      .set(failedWith(message))
      .where('id', '=', id)
      .where('status', 'in', ['QUEUED', 'RUNNING'])
      .returning('id'),
  );
  if (ended.length > 0) publishEnd(platform, tx, { id, status: 'FAILED' });
}

function failedWith(errorMessage: string) {
  return {
    status: 'FAILED' as const,
    errorMessage,
    finishedAt: sql<Date>`statement_timestamp()`,
    version: sql<number>`version + 1`,
  };
}

/** Completes a running sync; resolves to false if it has ended already. */
export async function completeSync(
  platform: Platform,
  tx: TenantTransaction,
  id: string,
): Promise<boolean> {
  const ended = await tx.run(
    query
      .updateTable('crm_sync')
      .set({
        status: 'COMPLETED',
        finishedAt: sql<Date>`statement_timestamp()`,
        version: sql<number>`version + 1`,
      })
      .where('id', '=', id)
      .where('status', '=', 'RUNNING')
      .returning('id'),
  );
  if (ended.length > 0) publishEnd(platform, tx, { id, status: 'COMPLETED' });
  return ended.length > 0;
}

function publishEnd(
  platform: Platform,
  tx: TenantTransaction,
  { id, status }: { id: string; status: 'COMPLETED' | 'FAILED' },
): void {
  CRM_SYNC_CHANGED.publishAfterCommit(platform, tx, [id]);
  tx.afterCommit(() => crmSyncs.inc({ status }));
}
