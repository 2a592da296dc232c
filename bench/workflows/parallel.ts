/**
 * Four AI steps, of which two may run at once, against an endpoint that takes its time: alone, and
 * many executions at once.
 *
 * Ideally steps wait for nothing but slots, each beginning as soon as there is one. Of all steps in
 * the order in which they began, the n-th could not begin before n steps were ready, nor before all
 * but as many as there are slots had ended. The time by which it began later than that is how long
 * it waited although a slot was free. A first step is ready when the mutation has returned, others
 * when what they depend on has ended.
 */
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import type { DemoBench } from '../demo.ts';
import { type Step, saveWorkflow, startWorkflow } from '../mutations.ts';
import { type Session, withSheaf } from '../servers/sheaf.ts';
import { median, percentile } from '../statistics.ts';
import { type AiEndpoint, withAi } from './ai-endpoint.ts';
import { durationOf, untilCompleted } from './executions.ts';

export interface ParallelFindings {
  executions: number;
  slots: number;
  /** The time of one execution alone, by that of its critical path. */
  aloneRatio: number;
  freeWaitP50Ms: number;
  freeWaitP99Ms: number;
  freeWaitWorstMs: number;
  /** The share of the slots' time, while steps were waiting, in which they were busy. */
  busy: number;
}

const ANSWER_MS = 1_000;
/** The setting's default. */
const SLOTS_OF_WORKER = 10;
/** Of two workers. */
const SLOTS = 2 * SLOTS_OF_WORKER;
const WORKFLOW = 'four-ai-steps';
const CRITICAL_STEPS = 3;
const WARM_UP = 20;

function assess(id: string, dependsOn: string[]): Step {
  return { id, type: 'ASSIGN_PRIORITY_AI', dependsOn, input: { requestId: `{{ input.${id} }}` } };
}
const STEPS = [assess('a', []), assess('b', ['a']), assess('c', ['a']), assess('d', ['b', 'c'])];

export async function measureParallel(bench: DemoBench, api: Session): Promise<ParallelFindings> {
  await saveWorkflow(api, { key: WORKFLOW, steps: STEPS });
  return withAi(ANSWER_MS, (ai) => {
    const settings = { AI_API_URL: ai.url, WORKFLOW_CONCURRENCY: String(SLOTS_OF_WORKER) };
    const worker = { ...bench, role: 'worker', settings } as const;
    return withSheaf(worker, () => withSheaf(worker, () => run(bench, api, ai)));
  });
}

async function run(bench: DemoBench, api: Session, ai: AiEndpoint): Promise<ParallelFindings> {
  const alone: number[] = [];
  for (let round = 0; round <= bench.rounds; round += 1) alone.push(await runAlone(bench, api));
  // So that every slot has its connections open and its statements prepared.
  await untilCompleted(bench, [...(await startMany(bench, api, WARM_UP)).keys()]);
  const executions = bench.quick ? 50 : 200;
  const started = await startMany(bench, api, executions);
  await untilCompleted(bench, [...started.keys()]);
  requireCalls(ai, (alone.length + WARM_UP + executions) * STEPS.length);
  const moments = await momentsOf(bench, started);
  const waits = freeWaits(moments);
  return {
    executions,
    slots: SLOTS,
    // The first one only fills caches.
    aloneRatio: median(alone.slice(1)) / (CRITICAL_STEPS * ANSWER_MS),
    freeWaitP50Ms: percentile(waits, 0.5),
    freeWaitP99Ms: percentile(waits, 0.99),
    freeWaitWorstMs: Math.max(...waits),
    busy: busyShare(moments),
  };
}

/** Throws where a reply came from the cache, which takes no time. */
function requireCalls(ai: AiEndpoint, expected: number): void {
  if (ai.calls() !== expected)
    throw new Error(`Expected ${expected} calls of the AI, found ${ai.calls()}`);
}

/** The milliseconds from its creation to its end. */
async function runAlone(bench: DemoBench, api: Session): Promise<number> {
  const [id = ''] = (await startMany(bench, api, 1)).keys();
  await untilCompleted(bench, [id]);
  return durationOf(bench, id);
}

const STARTERS = 8;

/**
 * Starts executions with four maintenance requests of their own, so that no reply comes from the
 * cache. Returns when each was started, by its id.
 */
async function startMany(
  { client, tenantId }: DemoBench,
  api: Session,
  count: number,
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ id: string }>(
    `insert into maintenance_request ("tenantId", id, "propertyId", title, description)
     select $1, gen_random_uuid(), p.id, 'Request ' || gen_random_uuid(), 'It drips.'
     from (select id from property where "tenantId" = $1 order by id limit 1) p,
       generate_series(1, $2::int)
     returning id`,
    [tenantId, count * STEPS.length],
  );
  const requests = rows.map(({ id }) => encodeGlobalId('MaintenanceRequest', id));
  const started = new Map<string, number>();
  const starter = async () => {
    while (requests.length > 0) {
      const [a, b, c, d] = requests.splice(0, STEPS.length);
      const id = await startWorkflow(api, WORKFLOW, { a, b, c, d });
      started.set(id, Date.now());
    }
  };
  await Promise.all(Array.from({ length: STARTERS }, starter));
  return started;
}

interface Moments {
  readyAt: number;
  startedAt: number;
  finishedAt: number;
}

async function momentsOf(
  { client }: DemoBench,
  executions: ReadonlyMap<string, number>,
): Promise<Moments[]> {
  const { rows } = await client.query<{
    executionId: string;
    stepId: string;
    startedAt: Date;
    finishedAt: Date;
  }>(
    `select "executionId", "stepId", "startedAt", "finishedAt" from workflow_step_run
     where "executionId" = any($1::uuid[])`,
    [[...executions.keys()]],
  );
  const endOf = new Map(
    rows.map(({ executionId, stepId, finishedAt }) => [
      `${executionId}/${stepId}`,
      finishedAt.getTime(),
    ]),
  );
  return rows.map(({ executionId, stepId, startedAt, finishedAt }) => {
    const before = STEPS.find(({ id }) => id === stepId)?.dependsOn ?? [];
    const ready =
      before.length === 0
        ? [executions.get(executionId) ?? Number.NaN]
        : before.map((id) => endOf.get(`${executionId}/${id}`) ?? Number.NaN);
    return {
      readyAt: Math.max(...ready),
      startedAt: startedAt.getTime(),
      finishedAt: finishedAt.getTime(),
    };
  });
}

/** The milliseconds for which each step waited while a slot was free. */
function freeWaits(steps: readonly Moments[]): number[] {
  const sorted = (of: (step: Moments) => number) => steps.map(of).sort((a, b) => a - b);
  const [ready, started, finished] = [
    sorted(({ readyAt }) => readyAt),
    sorted(({ startedAt }) => startedAt),
    sorted(({ finishedAt }) => finishedAt),
  ];
  return started.map((at, index) =>
    Math.max(0, at - Math.max(ready[index] ?? 0, finished[index - SLOTS] ?? 0)),
  );
}

/** From the first beginning to the last one: there is always something to do, dependencies aside. */
function busyShare(steps: readonly Moments[]): number {
  const first = Math.min(...steps.map(({ startedAt }) => startedAt));
  const last = Math.max(...steps.map(({ startedAt }) => startedAt));
  const within = steps.reduce(
    (sum, { startedAt, finishedAt }) => sum + Math.min(finishedAt, last) - startedAt,
    0,
  );
  return within / ((last - first) * SLOTS);
}
