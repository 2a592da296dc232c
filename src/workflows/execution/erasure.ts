/** When a person is erased, what names them goes from executions, their steps, and maintenance. */
import { sql } from 'kysely';
import { distinctWords, onContactErasure, withoutWords } from '../../contacts/index.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { withoutMatches } from '../../platform/database/erased-texts.ts';
import { query } from '../../platform/database/tenant-scope.ts';

/** Executions that a transaction changes. */
const EXECUTIONS = 500;

onContactErasure({
  scans: true,
  erase: async (_platform, tx, person) => {
    const words = distinctWords(person);
    const names = (column: string) => sql<boolean>`${sql.ref(column)}::text ~* ${words}`;
    const steps = query
      .selectFrom('workflow_step_run')
      .select('workflow_step_run.executionId')
      .where((eb) => eb.or(STEP_TEXTS.map((column) => names(`workflow_step_run.${column}`))));
    const executions = await tx.run(
      query
        .selectFrom('workflow_execution')
        .select('id')
        .where((eb) =>
          eb.or([
            ...EXECUTION_TEXTS.map((column) => names(`workflow_execution.${column}`)),
            eb('id', 'in', steps),
          ]),
        )
        .orderBy('id')
        .limit(EXECUTIONS)
        .forUpdate(),
    );
    const ids = executions.map(({ id }) => id);
    const text = (column: string) => withoutMatches(sql.ref(column), words);
    const json = (column: string) => sql<string>`${text(column)}::jsonb`;
    await tx.run(
      query
        .updateTable('workflow_execution')
        .set({
          input: json('input'),
          output: json('output'),
          errorMessage: text('errorMessage'),
          // Two keys might become the same.
          idempotencyKey: sql<string>`case when ${names('idempotencyKey')} then null else "idempotencyKey" end`,
          version: sql<number>`version + 1`,
        })
        .where('id', '=', anyOf(ids)),
    );
    await tx.run(
      query
        .updateTable('workflow_step_run')
        .set({ output: json('output'), paused: json('paused'), errorMessage: text('errorMessage') })
        .where('executionId', '=', anyOf(ids)),
    );
    return ids.length === EXECUTIONS ? 'MORE' : 'DONE';
  },
});

const EXECUTION_TEXTS = ['input', 'output', 'errorMessage', 'idempotencyKey'];
const STEP_TEXTS = ['output', 'paused', 'errorMessage'];

onContactErasure({
  scans: true,
  erase: (_platform, tx, person) =>
    withoutWords(tx, {
      table: 'maintenance_request',
      columns: ['title', 'description', 'priorityReason'],
      words: distinctWords(person),
    }),
});
