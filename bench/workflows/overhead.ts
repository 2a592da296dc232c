/**
 * What a step that does nothing costs, beside a job of the bare engine that does nothing: the same
 * graph of both, in turn. One graph is a chain of 100; the other has 10 layers of 10, each waiting
 * for the whole layer before. Bare jobs know no graph, so there the handler enqueues what is next.
 */
import type { DemoBench } from '../demo.ts';
import { chainOf, noop, saveWorkflow, startWorkflow } from '../mutations.ts';
import { type BareEngine, startBareEngine } from '../servers/bare-engine.ts';
import { type Session, withSheaf } from '../servers/sheaf.ts';
import { median } from '../statistics.ts';
import { msOf } from '../timing.ts';
import { durationOf, untilCompleted } from './executions.ts';

export interface OverheadFindings {
  chain: Pair;
  fanOut: Pair;
}

interface Pair {
  /** Milliseconds for each step or job. */
  stepMs: number;
  jobMs: number;
  /** Of a step and a job of the same round, since other work on the machine slows both. */
  ratio: number;
}

const STEPS = 100;
const LAYER = 10;
const SLOTS = 10;
/** For each round of the benchmark, because one takes less than a second. */
const ROUNDS = 4;
/** Rounds until a new worker has compiled what it runs; the engine in this process already has. */
const WARM_UPS = 5;

const FAN_OUT = Array.from({ length: STEPS }, (_, index) => noop(`s${index}`, layerBefore(index)));

function layerBefore(index: number): string[] {
  const layer = Math.floor(index / LAYER);
  return layer === 0
    ? []
    : Array.from({ length: LAYER }, (_, place) => `s${(layer - 1) * LAYER + place}`);
}

export async function measureOverhead(bench: DemoBench, api: Session): Promise<OverheadFindings> {
  await saveWorkflow(api, { key: 'chain', steps: chainOf(STEPS) });
  await saveWorkflow(api, { key: 'fan-out', steps: FAN_OUT });
  const settings = { WORKFLOW_CONCURRENCY: String(SLOTS) };
  return withSheaf({ ...bench, role: 'worker', settings }, async () => {
    const engine = await startBareEngine(bench.databaseUrl);
    try {
      const runLayers = await layerRunner(engine);
      const chain: Round[] = [];
      const fanOut: Round[] = [];
      for (let round = 0; round < WARM_UPS + ROUNDS * bench.rounds; round += 1) {
        chain.push({ step: await stepMs(bench, api, 'chain'), job: await runLayers(1) });
        fanOut.push({ step: await stepMs(bench, api, 'fan-out'), job: await runLayers(LAYER) });
      }
      return { chain: pairOf(chain), fanOut: pairOf(fanOut) };
    } finally {
      await engine.stop();
    }
  });
}

interface Round {
  step: number;
  job: number;
}

function pairOf(rounds: readonly Round[]): Pair {
  const warm = rounds.slice(WARM_UPS);
  return {
    stepMs: median(warm.map(({ step }) => step)),
    jobMs: median(warm.map(({ job }) => job)),
    ratio: median(warm.map(({ step, job }) => step / job)),
  };
}

/** From the creation of an execution to its end, for each of its steps. */
async function stepMs(bench: DemoBench, api: Session, key: string): Promise<number> {
  const id = await startWorkflow(api, key);
  await untilCompleted(bench, [id]);
  return (await durationOf(bench, id)) / STEPS;
}

/**
 * Returns a function that runs layers of `width` jobs, one layer after the other, and resolves to
 * the milliseconds for each job, from the first insert until the last job has run.
 */
async function layerRunner(engine: BareEngine): Promise<(width: number) => Promise<number>> {
  let ended = async () => {};
  await engine.work(SLOTS, () => ended());
  return async (width) => {
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const insert = () => engine.insert(Array.from({ length: width }, () => ({})));
    let count = 0;
    ended = async () => {
      count += 1;
      if (count === STEPS) resolve();
      else if (count % width === 0) await insert();
    };
    const ms = await msOf(async () => {
      await insert();
      await done;
    });
    return ms / STEPS;
  };
}
