/**
 * Workflows: how soon steps run, what they cost, and what reading costs when many executions are
 * stored.
 *
 * - parallel.ts: four AI steps, of which two may run at once, against an endpoint that replies after
 *   1 s. One execution alone, by the three steps on its critical path; then 200 executions at once
 *   on 2 worker processes of 10 slots each, with how long steps waited while slots were free.
 * - overhead.ts: a step that does nothing beside an empty job of the bare engine, in the same graph,
 *   in turn.
 * - reading.ts: every query, from request to response, with 100,000 executions of 10 steps each
 *   stored over a year (--quick: 10,000).
 * - lookups.ts: looking up a cached definition, and the three statements that assign the nearest
 *   technician with a skill among 10,000.
 * - demo-load.ts: caches and limits under the demo data's own load.
 */
import { type DemoBench, onDemoData } from '../demo.ts';
import type { PartOptions } from '../options.ts';
import { type Figure, figureResult, type PartResult } from '../report.ts';
import { type Session, withSheaf } from '../servers/sheaf.ts';
import { measureDemoLoad } from './demo-load.ts';
import { measureLookups } from './lookups.ts';
import { measureOverhead } from './overhead.ts';
import { measureParallel } from './parallel.ts';
import { measureReading } from './reading.ts';

const QUERY_MOST_MS = 50;

export function run(options: PartOptions): Promise<PartResult> {
  const settings = { WORKFLOW_RATE_LIMIT_ENABLED: 'false' };
  return onDemoData(options, { scale: 1, only: ['workflows'] }, async (bench) => {
    const demo = await demoFigures(bench);
    const executions = await withSheaf({ ...bench, role: 'api', settings }, async (api) => [
      ...(await overheadFigures(bench, api)),
      ...(await parallelFigures(bench, api)),
      ...(await readingFigures(bench, api)),
    ]);
    return figureResult([...demo, ...executions, ...(await lookupFigures(bench))]);
  });
}

async function demoFigures(bench: DemoBench): Promise<Figure[]> {
  bench.announce('The teams at work …');
  const { starts, definitionHits, aiHits, rejections } = await measureDemoLoad(bench);
  const percent = (what: string, share: number) => ({ what, value: share * 100, unit: '%' });
  return [
    {
      ...percent(`Definitions from the cache, ${starts} starts of the demo load`, definitionHits),
      least: 99,
    },
    { ...percent('Replies of the AI from the cache', aiHits), least: 70 },
    { ...percent('Starts that the limits refused', rejections), most: 1 },
  ];
}

async function overheadFigures(bench: DemoBench, api: Session): Promise<Figure[]> {
  bench.announce('Steps that do nothing …');
  const { chain, fanOut } = await measureOverhead(bench, api);
  return [
    { what: 'Chain of 100 empty jobs, bare engine, a job', value: chain.jobMs, unit: 'ms' },
    { what: 'Chain of 100 empty steps, a step', value: chain.stepMs, unit: 'ms' },
    { what: 'Chain: step / bare job', value: chain.ratio, most: 3 },
    { what: '10 × 10 empty jobs, bare engine, a job', value: fanOut.jobMs, unit: 'ms' },
    { what: '10 × 10 empty steps, a step', value: fanOut.stepMs, unit: 'ms' },
    { what: '10 × 10: step / bare job', value: fanOut.ratio, most: 3 },
  ];
}

async function parallelFigures(bench: DemoBench, api: Session): Promise<Figure[]> {
  bench.announce('Four AI steps …');
  const found = await measureParallel(bench, api);
  const { executions, slots, freeWaitP50Ms, freeWaitP99Ms, freeWaitWorstMs } = found;
  const waits = 'waits while a slot was free';
  return [
    {
      what: '4 AI steps of 1 s, 2 of them parallel / the critical path',
      value: found.aloneRatio,
      most: 1.1,
    },
    {
      what: `${executions} of them at once on ${slots} slots: ${waits}, p50`,
      value: freeWaitP50Ms,
      unit: 'ms',
    },
    { what: 'Waits while a slot was free, p99', value: freeWaitP99Ms, unit: 'ms', most: 50 },
    { what: 'Waits while a slot was free, worst', value: freeWaitWorstMs, unit: 'ms' },
    { what: 'Share of the slots that were busy meanwhile', value: found.busy * 100, unit: '%' },
  ];
}

async function readingFigures(bench: DemoBench, api: Session): Promise<Figure[]> {
  bench.announce('Queries …');
  const { executions, countingSeconds, times } = await measureReading(bench, api);
  const shown = executions.toLocaleString('en');
  return [
    {
      what: `Putting ${shown} executions into the kept figures`,
      value: countingSeconds,
      unit: 's',
    },
    ...times.map(({ name, p95Ms }) => ({
      what: `With ${shown} executions: ${name}, p95`,
      value: p95Ms,
      unit: 'ms',
      most: QUERY_MOST_MS,
    })),
  ];
}

async function lookupFigures(bench: DemoBench): Promise<Figure[]> {
  bench.announce('Look-ups …');
  const found = await measureLookups(bench);
  const lookup = 'Looking up a cached definition';
  const assigning = `Assigning one of ${found.technicians.toLocaleString('en')} technicians`;
  return [
    { what: `${lookup}, p50`, value: found.definitionP50Ms, unit: 'ms' },
    { what: `${lookup}, p99`, value: found.definitionP99Ms, unit: 'ms', most: 1 },
    { what: `${assigning}, p50`, value: found.assignmentP50Ms, unit: 'ms' },
    { what: `${assigning}, p95`, value: found.assignmentP95Ms, unit: 'ms', most: 20 },
  ];
}
