/**
 * Four AI steps, of which two may run at once, against an endpoint that takes its time: alone, and
 * many executions at once.
 *
 * Steps wait for nothing but slots when each begins as soon as there is one: of all steps in the
 * order in which they began, the n-th could not begin before n steps were ready, nor before all but
 * so many as there are slots had ended. What it began later than that is how long a step waited
 * though a slot was free. A first step is ready when the mutation has answered, others when what
 * they depend on has ended.
 */
import type { DemoBench } from '../demo.ts';
import { median, percentile } from '../report.ts';
import { type Sheaf, startSheaf } from '../sheaf.ts';
import { type AiEndpoint, type Step, save, start, startAi, untilCompleted } from './setup.ts';

export interface ParallelFindings {
  executions: number;
  slots: number;
  /** Of one execution alone, in terms of its critical path. */
  aloneRatio: number;
  freeWaitP50Ms: number;
  freeWaitP99Ms: number;
  freeWaitWorstMs: number;
  /** The share of the time in which steps were waiting that the slots were busy. */
  busy: number;
}

const ANSWER_MS = 1_000;
const WORKERS = 2;
/** The setting's default, of each worker. */
const SLOTS_OF_WORKER = 10;
const CRITICAL_STEPS = 3;
const WARM_UP = 20;

function assess(id: string, dependsOn: string[]): Step {
  return { id, type: 'ASSIGN_PRIORITY_AI', dependsOn, input: { requestId: `{{ input.${id} }}` } };
}
const STEPS = [assess('a', []), assess('b', ['a']), assess('c', ['a']), assess('d', ['b', 'c'])];

export async function measureParallel(bench: DemoBench, api: Sheaf): Promise<ParallelFindings> {
  const ai = await startAi(ANSWER_MS);
  const settings = { AI_API_URL: ai.url, WORKFLOW_CONCURRENCY: String(SLOTS_OF_WORKER) };
  const workers = await Promise.all(
    Array.from({ length: WORKERS }, () => startSheaf({ ...bench, role: 'worker', settings })),
  );
  try {
    await save(api, 'four-ai-steps', STEPS);
    const alone: number[] = [];
    for (let round = 0; round <= bench.rounds; round += 1) alone.push(await runAlone(bench, api));
    // Every slot has run before: its connections are open and its statements prepared.
    await untilCompleted(bench, [...(await startMany(bench, api, WARM_UP)).keys()]);
    const executions = bench.quick ? 50 : 200;
    const started = await startMany(bench, api, executions);
    await untilCompleted(bench, [...started.keys()]);
    requireCalls(ai, (alone.length + WARM_UP + executions) * STEPS.length);
    const moments = await momentsOf(bench, started);
    const waits = freeWaits(moments);
    return {
      executions,
      slots: WORKERS * SLOTS_OF_WORKER,
      // The first one fills caches.
      aloneRatio: median(alone.slice(1)) / (CRITICAL_STEPS * ANSWER_MS),
      freeWaitP50Ms: percentile(waits, 0.5),
      freeWaitP99Ms: percentile(waits, 0.99),
      freeWaitWorstMs: Math.max(...waits),
      busy: busyShare(moments),
    };
  } finally {
    await Promise.all(workers.map(({ server }) => server.stop()));
    await ai.stop();
  }
}

/** An answer from the cache would take no time. */
function requireCalls(ai: AiEndpoint, expected: number): void {
  if (ai.calls() !== expected)
    throw new Error(`Expected ${expected} questions to the AI, found ${ai.calls()}`);
}

/** In milliseconds, from its creation to its end. */
async function runAlone(bench: DemoBench, api: Sheaf): Promise<number> {
  const ids = [...(await startMany(bench, api, 1)).keys()];
  await untilCompleted(bench, ids);
  const { rows } = await bench.client.query<{ ms: number }>(
    `select (date_part('epoch', "finishedAt" - "createdAt") * 1000)::float8 as ms from workflow_execution where id = any($1::uuid[])`,
    [ids],
  );
  return rows[0]?.ms ?? Number.NaN;
}

const STARTERS = 8;

/**
 * Each with four requests of its own, so that no answer comes from the cache. Answers when each was
 * started, by its id.
 */
async function startMany(
  { client, tenantId }: DemoBench,
  api: Sheaf,
  count: number,
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ id: string }>(
    `insert into maintenance_request ("tenantId", id, "propertyId", title, description)
     select $1, gen_random_uuid(), (select id from property where "tenantId" = $1 order by id limit 1), 'Request ' || gen_random_uuid(), 'It drips.'
     from generate_series(1, $2::int) returning encode(convert_to('MaintenanceRequest:' || id, 'UTF8'), 'base64') as id`,
    [tenantId, count * STEPS.length],
  );
  const requests = rows.map(({ id }) => id.replaceAll('\n', ''));
  const started = new Map<string, number>();
  const starter = async () => {
    while (requests.length > 0) {
      const [a, b, c, d] = requests.splice(0, STEPS.length);
      const id = await start(api, 'four-ai-steps', { a, b, c, d });
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
    'select "executionId", "stepId", "startedAt", "finishedAt" from workflow_step_run where "executionId" = any($1::uuid[])',
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

/** How long each step waited while a slot was free, in milliseconds. */
function freeWaits(steps: readonly Moments[]): number[] {
  const sorted = (of: (step: Moments) => number) => steps.map(of).sort((a, b) => a - b);
  const [ready, started, finished] = [
    sorted(({ readyAt }) => readyAt),
    sorted(({ startedAt }) => startedAt),
    sorted(({ finishedAt }) => finishedAt),
  ];
  const slots = WORKERS * SLOTS_OF_WORKER;
  return started.map((at, index) =>
    Math.max(0, at - Math.max(ready[index] ?? 0, finished[index - slots] ?? 0)),
  );
}

/**
 * Between the first beginning and the last one, when there is always something to do but for the
 * pauses that dependencies make.
 */
function busyShare(steps: readonly Moments[]): number {
  const first = Math.min(...steps.map(({ startedAt }) => startedAt));
  const last = Math.max(...steps.map(({ startedAt }) => startedAt));
  const within = steps.reduce(
    (sum, { startedAt, finishedAt }) => sum + Math.min(finishedAt, last) - startedAt,
    0,
  );
  return within / ((last - first) * WORKERS * SLOTS_OF_WORKER);
}
