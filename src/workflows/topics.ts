/** The topics on which this domain tells the other processes, and its subscribers, of changes. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import type { Platform } from '../platform/platform.ts';

/** A workflow has a new version; the notice's id is the workflow's key. */
export const WORKFLOW_SAVED = 'workflow';
/** An execution or one of its steps changed. */
export const EXECUTION_CHANGED = 'workflow-execution';

/** Tells that a workflow has a new version, once the transaction is committed. */
export function publishWorkflowSaved(platform: Platform, tx: TenantTransaction, key: string): void {
  tx.afterCommit(() =>
    platform.pubsub.publish({ topic: WORKFLOW_SAVED, tenantId: tx.tenantId, id: key }),
  );
}

/** Tells that an execution changed, once the transaction is committed. */
export function publishExecutionChanged(
  platform: Platform,
  tx: TenantTransaction,
  id: string,
): void {
  tx.afterCommit(() => tellExecutionChanged(platform, { tenantId: tx.tenantId, id }));
}

/** Tells that an execution changed, at once: the change is committed already. */
export function tellExecutionChanged(
  platform: Platform,
  { tenantId, id }: { tenantId: string; id: string },
): void {
  platform.pubsub.publish({ topic: EXECUTION_CHANGED, tenantId, id });
}
