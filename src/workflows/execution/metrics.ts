/** What is counted and logged of an execution that ended by itself. */
import { workflowExecutions } from '../../platform/metrics.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Definition } from '../definitions/definition.ts';
import type { ExecutionRow } from './rows.ts';

interface Ended {
  /** Whether steps of it ran at the same time. */
  parallel: boolean;
  definition: Definition;
  row: ExecutionRow;
}

export function countExecution({ log }: Platform, { parallel, definition, row }: Ended): void {
  const ms = Date.parse(row.finishedAt ?? '') - Date.parse(row.createdAt);
  workflowExecutions.inc({ parallel: String(parallel), status: row.status });
  log.info(
    {
      execution: row.id,
      workflow: definition.key,
      version: definition.version,
      status: row.status,
      ms,
    },
    'a workflow execution ended',
  );
}
