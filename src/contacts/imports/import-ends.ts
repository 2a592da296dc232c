/** How imports end: completed, or failed with a message for the person who looks at them. */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { CONTACT_IMPORT_CHANGED } from '../topics.ts';
import { removeUpload } from '../uploads/uploads.ts';

/**
 * Ends an import, unless it has ended already: COMPLETED, or FAILED if there is a message. Its file
 * is deleted.
 */
export async function endImport(
  platform: Platform,
  tx: TenantTransaction,
  { id, errorMessage }: { id: string; errorMessage: string | null },
): Promise<void> {
  const [ended] = await tx.run(
    query
      .updateTable('contact_import')
      .set({
        status: errorMessage === null ? 'COMPLETED' : 'FAILED',
        errorMessage,
        finishedAt: sql<Date>`statement_timestamp()`,
        version: sql<number>`version + 1`,
      })
      .where('id', '=', id)
      .where('status', 'in', ['QUEUED', 'RUNNING'])
      .returning('uploadId'),
  );
  if (!ended) return;
  await removeUpload(tx, ended.uploadId);
  CONTACT_IMPORT_CHANGED.publishAfterCommit(platform, tx, [id]);
}
