/**
 * What a step costs that does nothing, beside a job of the bare engine that does nothing: the same
 * graph of both, in turn. A chain of 100; and 10 layers of 10, of which each waits for the whole
 * layer before. Bare jobs know no graph: there the handler enqueues what comes next.
 */
import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import type { DemoBench } from '../demo.ts';
import { median } from '../report.ts';
import { type Sheaf, startSheaf } from '../sheaf.ts';
import { noop, type Step, save, start, untilCompleted } from './setup.ts';

export interface OverheadFindings {
  /** Milliseconds a step or job. */
  chain: Pair;
  fanOut: Pair;
}

interface Pair {
  stepMs: number;
  jobMs: number;
  /** Of a step and a job of the same round: other work on the machine then weighs on both. */
  ratio: number;
}

const STEPS = 100;
const LAYER = 10;
const SLOTS = 10;
/** A round takes under a second. */
const ROUNDS = 4;
/** Until a fresh worker has compiled what it runs, which the engine in this process has before. */
const WARM_UPS = 5;

const GRAPHS = {
  chain: Array.from({ length: STEPS }, (_, index) =>
    noop(`s${index}`, index === 0 ? [] : [`s${index - 1}`]),
  ),
  fanOut: Array.from({ length: STEPS }, (_, index) => noop(`s${index}`, layerBefore(index))),
};

function layerBefore(index: number): string[] {
  const layer = Math.floor(index / LAYER);
  return layer === 0
    ? []
    : Array.from({ length: LAYER }, (_, place) => `s${(layer - 1) * LAYER + place}`);
}

export async function measureOverhead(bench: DemoBench, api: Sheaf): Promise<OverheadFindings> {
  const worker = await startSheaf({
    ...bench,
    role: 'worker',
    settings: { WORKFLOW_CONCURRENCY: String(SLOTS) },
  });
  const bare = await openBare(bench.databaseUrl);
  try {
    for (const [key, steps] of Object.entries(GRAPHS)) await save(api, key, steps);
    const found = {
      chain: { steps: [] as number[], jobs: [] as number[] },
      fanOut: { steps: [] as number[], jobs: [] as number[] },
    };
    for (let round = 0; round < WARM_UPS + ROUNDS * bench.rounds; round += 1) {
      for (const [key, graph] of Object.entries(GRAPHS) as [keyof typeof GRAPHS, Step[]][]) {
        const stepMs = (await runSteps(bench, api, key)) / graph.length;
        const jobMs = (await bare.run(key === 'chain' ? 1 : LAYER)) / STEPS;
        if (round < WARM_UPS) continue;
        found[key].steps.push(stepMs);
        found[key].jobs.push(jobMs);
      }
    }
    return { chain: pairOf(found.chain), fanOut: pairOf(found.fanOut) };
  } finally {
    await bare.stop();
    await worker.server.stop();
  }
}

function pairOf({ steps, jobs }: { steps: number[]; jobs: number[] }): Pair {
  return {
    stepMs: median(steps),
    jobMs: median(jobs),
    ratio: median(steps.map((ms, round) => ms / (jobs[round] ?? Number.NaN))),
  };
}

/** From the creation of the execution to its end. */
async function runSteps(bench: DemoBench, api: Sheaf, key: string): Promise<number> {
  const id = await start(api, key);
  await untilCompleted(bench, [id]);
  const { rows } = await bench.client.query<{ ms: number }>(
    `select (date_part('epoch', "finishedAt" - "createdAt") * 1000)::float8 as ms from workflow_execution where id = $1`,
    [id],
  );
  return rows[0]?.ms ?? Number.NaN;
}

/** The engine as bench/background has it. */
async function openBare(url: string) {
  const name = `bare-${randomUUID()}`;
  const boss = new PgBoss({
    connectionString: url,
    max: 10,
    useListenNotify: true,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
  });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.createQueue(name, {
    notify: true,
    retryLimit: 2,
    retryDelay: 5,
    retryBackoff: true,
    expireInSeconds: 300,
    heartbeatSeconds: 10,
  });
  let ended = async () => {};
  for (let slot = 0; slot < SLOTS; slot += 1) {
    let id = '';
    id = await boss.work(
      name,
      { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
      async () => {
        boss.notifyWorker(id);
        await ended();
      },
    );
  }
  /**
   * Layers of `width` jobs each, one after the other; from the first insert until the last has run.
   */
  const run = async (width: number) => {
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const insert = () =>
      boss.insert(
        name,
        Array.from({ length: width }, () => ({ data: {} })),
      );
    let count = 0;
    ended = async () => {
      count += 1;
      if (count === STEPS) resolve();
      else if (count % width === 0) await insert();
    };
    const startedAt = performance.now();
    await insert();
    await done;
    return performance.now() - startedAt;
  };
  return { run, stop: () => boss.stop({ graceful: true, timeout: 5_000 }) };
}
