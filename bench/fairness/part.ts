/**
 * Fair shares: what a tenant (B) feels of another one (A) at full tilt, on one process that serves
 * and works, as `npm start` does.
 *
 * - A cheap query of B, one after the other, while A keeps 60 requests under way: changes of one
 *   package, searches of misspelt words, matches of organizations; or four requests of 19 such
 *   searches each, about all that the limit of cost lets through. Beside its p99 without: at most
 *   five times that or 200 ms, whichever is more, and no SERVICE_UNAVAILABLE.
 * - B's packets while A has twelve urgent submissions with a slow template, and B's workflow of six
 *   steps in a row while A has 40 executions of 200 steps: at most twice the time without, and one
 *   slice of A's work (the time of one of its packets; of one of its steps). B's cheap query
 *   meanwhile, as above.
 */
import { join } from 'node:path';
import { loadDemoData } from '../../src/demo/index.ts';
import { startEmptyDatabase } from '../database.ts';
import type { PartOptions } from '../options.ts';
import { type Figure, figureResult, median, type PartResult, table } from '../report.ts';
import { startSheaf } from '../sheaf.ts';
import { FLOODS, type Flood } from './floods.ts';
import { LoadGenerator } from './load-generator.ts';
import { type Arena, type Tenant, tenantOf } from './tenants.ts';
import { measureWork, WORKS } from './works.ts';

/** Budgets would end an attack that turns have to stand. */
const SETTINGS = {
  WORKFLOW_TENANT_RATE_LIMIT_POINTS: '1000000',
  WORKFLOW_TENANT_STEPS_PER_MINUTE: '0',
  API_COST_PER_MINUTE: '0',
};

export interface Felt {
  p50Ms: number;
  p99Ms: number;
  unavailable: number;
}

export async function run(options: PartOptions): Promise<PartResult> {
  const database = await startEmptyDatabase(join(options.root, 'prisma/migrations'));
  const generator = new LoadGenerator();
  try {
    await loadDemoData(database.url, { scale: 0.1 });
    const [a, b] = [await tenantOf(database, 'north'), await tenantOf(database, 'south')];
    const sheaf = await startSheaf({
      root: options.root,
      databaseUrl: database.url,
      role: 'start',
      userId: a.userId,
      settings: SETTINGS,
    });
    try {
      const arena: Arena = {
        client: database.client,
        url: sheaf.url,
        generator,
        quick: options.quick,
      };
      const bench = { arena, a, b, options };
      const floods = await measureFloods(bench);
      const works = await measureWorks(bench);
      const { text, missed } = figureResult([...floods.figures, ...works.figures]);
      const heads = ['Meanwhile A', "B's query, p50", 'p99', 'SERVICE_UNAVAILABLE'];
      return {
        sections: [
          `## Figures\n\n${text}`,
          `## What B's cheap query took\n\n${table(heads, [...floods.rows, ...works.rows])}`,
        ],
        missed,
      };
    } finally {
      await sheaf.server.stop();
    }
  } finally {
    generator.close();
    await database.stop();
  }
}

interface Bench {
  arena: Arena;
  a: Tenant;
  b: Tenant;
  options: PartOptions;
}

interface Measured {
  figures: Figure[];
  rows: string[][];
}

async function measureFloods({ arena, a, b, options }: Bench): Promise<Measured> {
  const measured: Measured = { figures: [], rows: [] };
  for (const flood of FLOODS) {
    options.announce(`Meanwhile A: ${flood.what} …`);
    const load = await flood.load(a);
    const alone: Felt[] = [];
    const under: Felt[] = [];
    for (let round = 0; round < options.alternations; round += 1) {
      alone.push(await b.feel(arena, options.seconds));
      under.push(await underFlood({ arena, b, options }, { ...load, what: flood.what }));
    }
    addFelt(measured, flood.what, { alone, under });
  }
  return measured;
}

async function underFlood(
  { arena, b, options }: Omit<Bench, 'a'>,
  { what: _what, ...load }: Omit<Flood, 'load'> & Awaited<ReturnType<Flood['load']>>,
) {
  // The flood is there before B asks, and until B has asked.
  const flooding = arena.generator.run({ ...load, url: arena.url, seconds: options.seconds + 2 });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const felt = await b.feel(arena, options.seconds);
  await flooding;
  return felt;
}

async function measureWorks({ arena, a, b, options }: Bench): Promise<Measured> {
  const measured: Measured = { figures: [], rows: [] };
  for (const work of WORKS) {
    options.announce(`Meanwhile A: ${work.what} …`);
    const { aloneMs, underMs, sliceMs, alone, under } = await measureWork(work, {
      arena,
      a,
      b,
      rounds: options.alternations,
    });
    addFelt(measured, work.what, { alone, under });
    const most = Math.round(2 * median(aloneMs) + sliceMs);
    measured.figures.push(
      { what: `${work.ofB}, alone`, value: median(aloneMs), unit: 'ms', bar: null },
      { what: `One slice of A's work: ${work.slice}`, value: sliceMs, unit: 'ms', bar: null },
      {
        what: `${work.ofB}, meanwhile A: ${work.what}`,
        value: median(underMs),
        unit: 'ms',
        bar: { most },
      },
    );
  }
  return measured;
}

function addFelt(
  measured: Measured,
  what: string,
  { alone, under }: { alone: Felt[]; under: Felt[] },
): void {
  const p99 = {
    alone: median(alone.map(({ p99Ms }) => p99Ms)),
    under: median(under.map(({ p99Ms }) => p99Ms)),
  };
  const unavailable = under.reduce((sum, felt) => sum + felt.unavailable, 0);
  measured.figures.push(
    {
      what: `B's query, p99, meanwhile A: ${what}`,
      value: p99.under,
      unit: 'ms',
      bar: { most: Math.max(200, Math.round(5 * p99.alone)) },
    },
    {
      what: `SERVICE_UNAVAILABLE for B, meanwhile A: ${what}`,
      value: unavailable,
      unit: '',
      bar: { most: 0 },
    },
  );
  for (const [name, felt] of [
    ['nothing', alone],
    [what, under],
  ] as const) {
    const of = (pick: (felt: Felt) => number) => `${median(felt.map(pick)).toFixed(1)} ms`;
    measured.rows.push([
      name,
      of(({ p50Ms }) => p50Ms),
      of(({ p99Ms }) => p99Ms),
      String(felt.reduce((sum, { unavailable: n }) => sum + n, 0)),
    ]);
  }
}
