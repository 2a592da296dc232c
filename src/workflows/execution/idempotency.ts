/**
 * Idempotency keys of starts. A key is one execution's within a workflow, which a unique index
 * holds. An execution that ended without success passes it on to its retry, and one that is older
 * than WORKFLOW_IDEMPOTENCY_DAYS loses it to the next start.
 */
import { sql } from 'kysely';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { userError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import { EXECUTION_COLUMNS, type ExecutionRow } from './executions.ts';

/** A start, as far as its key is concerned. */
export interface KeyedStart {
  workflowId: string;
  idempotencyKey: string | null;
  /** As JSON text. */
  input: string;
}

/** Who has the key of a start, once it is known. */
export type KeyHolder =
  /** An execution that the start is to return. */
  | { execution: ExecutionRow }
  /** Nobody any more; `retryOfId` is the execution that gave it up, if it ended without success. */
  | { retryOfId: string | null };

const holder = prepare(
  (p: { workflowId: string; idempotencyKey: string | null; input: string; days: number }) =>
    query
      .selectFrom('workflow_execution')
      .select(EXECUTION_COLUMNS)
      .select([
        sql<boolean>`${sql.ref('input')} = ${p.input}::jsonb`.as('hasInput'),
        sql<boolean>`${sql.ref('createdAt')} < statement_timestamp()
          - make_interval(days => ${p.days}::int)`.as('isForgotten'),
      ])
      .where('workflowId', '=', p.workflowId)
      .where('idempotencyKey', '=', p.idempotencyKey)
      .forUpdate(),
);

const giveUpKey = prepare((p: { id: string }) =>
  query.updateTable('workflow_execution').set({ idempotencyKey: null }).where('id', '=', p.id),
);

/**
 * Who has a key that was taken a moment ago, its row locked. Throws a userError if it was used with
 * another input.
 */
export async function holderOfKey(
  { config }: Platform,
  tx: TenantTransaction,
  start: KeyedStart,
): Promise<KeyHolder> {
  const days = config.WORKFLOW_IDEMPOTENCY_DAYS;
  const [held] = await tx.runPrepared(holder, { ...start, days });
  // It was passed on while this start waited for the row.
  if (!held) return { retryOfId: null };
  const { hasInput, isForgotten, ...execution } = held;
  if (!isForgotten && !hasInput)
    throw userError(
      'CONFLICT',
      ['idempotencyKey'],
      'The workflow was started with this idempotency key and another input. Send the same input, or another key.',
    );
  const isOver = execution.status === 'FAILED' || execution.status === 'CANCELLED';
  if (!isForgotten && !isOver) return { execution };
  await tx.runPrepared(giveUpKey, { id: execution.id });
  return { retryOfId: isForgotten ? null : execution.id };
}

const retryOf = prepare((p: { id: string }) =>
  query.selectFrom('workflow_execution').select('id').where('retryOfId', '=', p.id),
);

/** Whether a locked execution was started again with its key, by another execution. */
export async function wasRetried(tx: TenantTransaction, id: string): Promise<boolean> {
  return (await tx.runPrepared(retryOf, { id })).length > 0;
}
