/** Counts and logs executions that are COMPLETED or FAILED, not those that are CANCELLED. */
import { Counter } from 'prom-client';
import { registry } from '../../../platform/metrics.ts';
import type { Platform } from '../../../platform/platform.ts';
import type { Definition } from '../../definitions/definition.ts';
import type { ExecutionRow } from '../executions.ts';

/** By status, and by whether steps ran in parallel. */
const workflowExecutions = new Counter({
  name: 'sheaf_workflow_executions_total',
  help: 'Workflow executions that completed or failed, by whether any of their steps ran at the same time',
  labelNames: ['parallel', 'status'] as const,
  registers: [registry],
});

interface EndedExecution {
  /** Whether some of its steps ran at the same time. */
  parallel: boolean;
  definition: Definition;
  row: ExecutionRow;
}

/** Counts an execution and logs how long it took; called once its end is committed. */
export function countExecution(
  { log }: Platform,
  { parallel, definition, row }: EndedExecution,
): void {
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
