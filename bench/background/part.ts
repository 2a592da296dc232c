/**
 * Background work: the job kit beside the bare engine (an empty job, ten slots, the same settings, in turn), and how long
 * an idle worker takes from the commit that enqueues a job to its beginning.
 */
import { join } from 'node:path';
import { startEmptyDatabase } from '../database.ts';
import type { PartOptions } from '../options.ts';
import { type Figure, figureResult, type PartResult } from '../report.ts';
import { measureEngine } from './engine.ts';

export async function run({ root, quick, alternations, announce }: PartOptions): Promise<PartResult> {
  const database = await startEmptyDatabase(join(root, 'prisma/migrations'));
  try {
    announce('Empty jobs on the kit and on the bare engine …');
    const engine = await measureEngine(database.url, { jobs: quick ? 1_000 : 5_000, rounds: alternations, pickUps: quick ? 50 : 300 });
    const figures: Figure[] = [
      { what: 'Empty jobs, bare engine', value: engine.barePerSecond, unit: 'jobs/s', bar: null },
      { what: 'Empty jobs, kit', value: engine.kitPerSecond, unit: 'jobs/s', bar: null },
      { what: 'Kit / bare engine', value: engine.kitPerSecond / engine.barePerSecond, unit: '', bar: { least: 0.7 } },
      { what: 'Pick-up at idle, p50', value: engine.pickUpP50Ms, unit: 'ms', bar: null },
      { what: 'Pick-up at idle, p99', value: engine.pickUpP99Ms, unit: 'ms', bar: { most: 50 } },
    ];
    const { text, missed } = figureResult(figures);
    return { sections: [`## Figures\n\n${text}`], missed };
  } finally {
    await database.stop();
  }
}
