/**
 * Workflows: how soon steps run, what they cost, and what reading costs when many executions are
 * stored.
 *
 * - parallel.ts: four AI steps, of which two may run at once, against an endpoint that answers
 *   after 1 s: alone, in terms of the three on the critical path; then 200 executions at once on 2
 *   worker processes of 10 slots each, with how long steps waited while slots were free.
 * - overhead.ts: a step that does nothing beside an empty job of the bare engine, in the same
 *   graph, in turn.
 * - queries.ts: every query, from request to answer, with 100,000 executions of 10 steps each
 *   stored over a year (--quick: 10,000).
 * - lookups.ts: looking up a cached definition, and the three statements that assign the nearest
 *   technician of a skill among 10,000.
 * - demo-load.ts: caches and limits under the demo data's own load.
 */
import { join } from 'node:path';
import { loadDemoData } from '../../src/demo/index.ts';
import { startEmptyDatabase } from '../database.ts';
import { type DemoBench, demoBench } from '../demo.ts';
import type { PartOptions } from '../options.ts';
import { type Figure, figureResult, type PartResult } from '../report.ts';
import { type Sheaf, startSheaf } from '../sheaf.ts';
import { measureDemoLoad } from './demo-load.ts';
import { measureLookups } from './lookups.ts';
import { measureOverhead } from './overhead.ts';
import { measureParallel } from './parallel.ts';
import { measureQueries } from './queries.ts';

type Announce = (line: string) => void;

const SHOWN_QUERY_MS = 50;

export async function run(options: PartOptions): Promise<PartResult> {
  const { root, announce } = options;
  announce('Making the database …');
  const database = await startEmptyDatabase(join(root, 'prisma/migrations'));
  try {
    await loadDemoData(database.url, { scale: 1, only: ['workflows'] });
    const bench = await demoBench(database, options);
    const figures = [
      ...(await demoFigures(bench, announce)),
      ...(await executionFigures(bench, announce)),
      ...(await lookupFigures(bench, announce)),
    ];
    const { text, missed } = figureResult(figures);
    return { sections: [`## Figures\n\n${text}`], missed };
  } finally {
    await database.stop();
  }
}

async function demoFigures(bench: DemoBench, announce: Announce): Promise<Figure[]> {
  announce('The teams at work …');
  const { starts, definitionHits, aiHits, rejections } = await measureDemoLoad(bench);
  return [
    {
      what: `Definitions from the cache, ${starts} starts of the demo load`,
      value: definitionHits * 100,
      unit: '%',
      bar: { least: 99 },
    },
    {
      what: 'Answers of the AI from the cache',
      value: aiHits * 100,
      unit: '%',
      bar: { least: 70 },
    },
    {
      what: 'Starts that the limits refused',
      value: rejections * 100,
      unit: '%',
      bar: { most: 1 },
    },
  ];
}

async function executionFigures(bench: DemoBench, announce: Announce): Promise<Figure[]> {
  const api = await startSheaf({
    ...bench,
    role: 'api',
    settings: { WORKFLOW_RATE_LIMIT_ENABLED: 'false' },
  });
  try {
    announce('Steps that do nothing …');
    const { chain, fanOut } = await measureOverhead(bench, api);
    announce('Four AI steps …');
    const parallel = await measureParallel(bench, api);
    return [
      {
        what: 'Chain of 100 empty jobs, bare engine, a job',
        value: chain.jobMs,
        unit: 'ms',
        bar: null,
      },
      { what: 'Chain of 100 empty steps, a step', value: chain.stepMs, unit: 'ms', bar: null },
      { what: 'Chain: step / bare job', value: chain.ratio, unit: '', bar: { most: 3 } },
      {
        what: '10 × 10 empty jobs, bare engine, a job',
        value: fanOut.jobMs,
        unit: 'ms',
        bar: null,
      },
      { what: '10 × 10 empty steps, a step', value: fanOut.stepMs, unit: 'ms', bar: null },
      { what: '10 × 10: step / bare job', value: fanOut.ratio, unit: '', bar: { most: 3 } },
      {
        what: '4 AI steps of 1 s, 2 of them parallel / the critical path',
        value: parallel.aloneRatio,
        unit: '',
        bar: { most: 1.1 },
      },
      {
        what: `${parallel.executions} of it at once on ${parallel.slots} slots: waits while a slot was free, p50`,
        value: parallel.freeWaitP50Ms,
        unit: 'ms',
        bar: null,
      },
      {
        what: 'Waits while a slot was free, p99',
        value: parallel.freeWaitP99Ms,
        unit: 'ms',
        bar: { most: 50 },
      },
      {
        what: 'Waits while a slot was free, worst',
        value: parallel.freeWaitWorstMs,
        unit: 'ms',
        bar: null,
      },
      { what: 'Slots that were busy meanwhile', value: parallel.busy * 100, unit: '%', bar: null },
      ...(await queryFigures(bench, api, announce)),
    ];
  } finally {
    await api.server.stop();
  }
}

async function queryFigures(bench: DemoBench, api: Sheaf, announce: Announce): Promise<Figure[]> {
  announce('Queries …');
  const { executions, countingSeconds, times } = await measureQueries(bench, api);
  const shown = executions.toLocaleString('en');
  return [
    {
      what: `Putting ${shown} executions into the kept figures`,
      value: countingSeconds,
      unit: 's',
      bar: null,
    },
    ...times.map(({ name, p95Ms }) => ({
      what: `With ${shown} executions: ${name}, p95`,
      value: p95Ms,
      unit: 'ms',
      bar: { most: SHOWN_QUERY_MS },
    })),
  ];
}

async function lookupFigures(bench: DemoBench, announce: Announce): Promise<Figure[]> {
  announce('Lookups …');
  const found = await measureLookups(bench);
  return [
    {
      what: 'Looking up a cached definition, p50',
      value: found.definitionP50Ms,
      unit: 'ms',
      bar: null,
    },
    {
      what: 'Looking up a cached definition, p99',
      value: found.definitionP99Ms,
      unit: 'ms',
      bar: { most: 1 },
    },
    {
      what: `Assigning one of ${found.technicians.toLocaleString('en')} technicians, p50`,
      value: found.assignmentP50Ms,
      unit: 'ms',
      bar: null,
    },
    { what: 'Assigning, p95', value: found.assignmentP95Ms, unit: 'ms', bar: { most: 20 } },
  ];
}
