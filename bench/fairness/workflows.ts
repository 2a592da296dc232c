/** An execution of B while A has many with many steps. */
import type pg from 'pg';
import {
  chainOf,
  noop,
  saveWorkflow,
  startWorkflow,
  tryToStart,
  type Workflow,
} from '../mutations.ts';
import { until } from '../timing.ts';
import type { Tenant } from './contest.ts';
import type { Work } from './works.ts';

const EXECUTIONS = 40;
const STEPS = 200;
const rateLimit = { points: 1_000, windowSeconds: 1 };

const FLOOD: Workflow = {
  key: 'flood',
  steps: Array.from({ length: STEPS }, (_, n) => noop(`s${n}`, [])),
  rateLimit,
};
const SINGLE: Workflow = { key: 'single', steps: [noop('only', [])], rateLimit };
const ERRAND: Workflow = { key: 'errand', steps: chainOf(6), rateLimit };

export const WORKFLOWS: Work = {
  what: '40 executions of 200 steps',
  ofB: "B's execution of six steps",
  slice: 'one step',
  queue: 'workflow-steps',
  prepare: async ({ a, b }) => {
    await saveWorkflow(a.session, FLOOD);
    await saveWorkflow(a.session, SINGLE);
    await saveWorkflow(b.session, ERRAND);
  },
  runSlice: ({ client, a }) => execute(client, a, SINGLE.key),
  attack: async ({ a }) => {
    // The server may refuse some of them as RATE_LIMITED.
    for (let n = 0; n < EXECUTIONS; n += 1) await tryToStart(a.session, FLOOD.key);
  },
  runB: ({ client, b }) => execute(client, b, ERRAND.key),
};

/** Resolves once the execution has ended. */
async function execute(client: pg.Client, { session }: Tenant, key: string): Promise<void> {
  const id = await startWorkflow(session, key);
  const text = `
    select from workflow_execution
    where id = $1 and status in ('COMPLETED', 'FAILED', 'CANCELLED')`;
  await until(async () => (await client.query(text, [id])).rowCount !== 0);
}
