/** Changes of an execution's state by a person: under its lock, so that no step ends meanwhile. */
import { z } from 'zod';
import type { WorkflowExecutionStatus } from '../../../generated/kysely.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { notFound } from '../../platform/errors.ts';
import { idOf } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { definitionOfVersion } from '../definitions/definitions.ts';
import { advance } from './engine/advance.ts';
import { type LockedExecution, lockedExecution } from './engine/step-states.ts';

/** The input of mutations that take only the id of an execution. */
export const ExecutionId = z
  .object({ id: idOf('WorkflowExecution').describe('The `id` that startWorkflow returned.') })
  .describe('Which execution of a workflow to change.');

interface Change {
  /** The execution's. */
  id: string;
  /** Changes the steps and returns the execution's new status. */
  change: (tx: TenantTransaction, execution: LockedExecution) => Promise<WorkflowExecutionStatus>;
}

/**
 * Locks an execution, changes it, and does what follows from the new state of its steps. Refuses an
 * unknown id with NOT_FOUND.
 */
export async function changeExecution(platform: Platform, viewer: Viewer, { id, change }: Change) {
  return platform.database.forTenant(viewer).change(['workflow execution', id], async (tx) => {
    const execution = await lockedExecution(tx, id);
    if (execution === null) throw notFound(['id']);
    const status = await change(tx, execution);
    const definition = await definitionOfVersion(platform, tx, execution.versionId);
    return {
      execution: await advance(platform, tx, { execution: { ...execution, status }, definition }),
    };
  });
}
