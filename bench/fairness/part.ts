/**
 * Fair shares: what a tenant (B) feels of another one (A) at full tilt, on one process that serves
 * and works, as `npm start` does.
 *
 * - A cheap query of B, one after the other, while A keeps 60 requests under way: changes of one
 *   package, searches of misspelt words, matches of organizations; or four requests of 19 such
 *   searches each, about all that the limit of cost lets through. Its p99 may be five times that
 *   without A, or 200 ms, whichever is more; there must be no SERVICE_UNAVAILABLE.
 * - B's packets while A has twelve urgent submissions with a slow template, and B's workflow of six
 *   steps in a row while A has 40 executions of 200 steps. They may take twice the time without A,
 *   and one slice of A's work (the time of one of its submissions; of one of its steps). B's cheap
 *   query meanwhile, as above.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { onDemoData } from '../demo.ts';
import { type LoadGenerator, startLoadGenerator } from '../load/load-generator.ts';
import type { PartOptions } from '../options.ts';
import { type Figure, figureResult, type PartResult, table } from '../report.ts';
import { withSheaf } from '../servers/sheaf.ts';
import { median } from '../statistics.ts';
import { type Contest, type Felt, feelFor, tenantOf } from './contest.ts';
import { FLOODS, type Flood } from './floods.ts';
import { PACKETS } from './packets.ts';
import { WORKFLOWS } from './workflows.ts';
import { measureWork, type Work } from './works.ts';

/** Without the budgets, which would end an attack that turns have to stand. */
const SETTINGS = {
  WORKFLOW_TENANT_RATE_LIMIT_POINTS: '1000000',
  WORKFLOW_TENANT_STEPS_PER_MINUTE: '0',
  API_COST_PER_MINUTE: '0',
};

export async function run(options: PartOptions): Promise<PartResult> {
  const generator = startLoadGenerator();
  try {
    return await measure(options, generator);
  } finally {
    generator.close();
  }
}

function measure(options: PartOptions, generator: LoadGenerator): Promise<PartResult> {
  return onDemoData(options, { scale: 0.1 }, (bench) =>
    withSheaf({ ...bench, role: 'start', settings: SETTINGS }, async ({ url }) => {
      const a = await tenantOf(bench.client, url, 'north');
      const b = await tenantOf(bench.client, url, 'south');
      const contest: Contest = { ...bench, a, b, generator };
      const measured: Measured[] = [];
      for (const flood of FLOODS) measured.push(await measureFlood(flood, contest));
      for (const work of [PACKETS, WORKFLOWS]) measured.push(await measureUnderWork(work, contest));
      const { sections, missed } = figureResult(measured.flatMap(({ figures }) => figures));
      return { sections: [...sections, queryTable(measured)], missed };
    }),
  );
}

interface Measured {
  figures: Figure[];
  rows: string[][];
}

function queryTable(measured: readonly Measured[]): string {
  const headings = ['Meanwhile A', "B's query, p50", 'p99', 'SERVICE_UNAVAILABLE'];
  const rows = measured.flatMap((one) => one.rows);
  return `## What B's cheap query took\n\n${table(headings, rows)}`;
}

async function measureFlood({ what, load }: Flood, contest: Contest): Promise<Measured> {
  const { a, b, generator, rounds, seconds, announce } = contest;
  announce(`Meanwhile A: ${what} …`);
  const { url, headers } = a.session;
  const alone: Felt[] = [];
  const under: Felt[] = [];
  for (let round = 0; round < rounds; round += 1) {
    alone.push(await feelFor(b, seconds));
    // The flood begins before B's first query, and ends after its last one.
    const flooding = generator.run({ ...load(a), url, headers, seconds: seconds + 2 });
    await sleep(1_000);
    under.push(await feelFor(b, seconds));
    await flooding;
  }
  return measuredOf(what, alone, under);
}

async function measureUnderWork(work: Work, contest: Contest): Promise<Measured> {
  contest.announce(`Meanwhile A: ${work.what} …`);
  const found = await measureWork(work, contest);
  const { figures, rows } = measuredOf(work.what, found.alone, found.under);
  const aloneMs = median(found.aloneMs);
  const most = Math.round(2 * aloneMs + found.sliceMs);
  const own: Figure[] = [
    { what: `${work.ofB}, alone`, value: aloneMs, unit: 'ms' },
    { what: `One slice of A's work: ${work.slice}`, value: found.sliceMs, unit: 'ms' },
    {
      what: `${work.ofB}, meanwhile A: ${work.what}`,
      value: median(found.underMs),
      unit: 'ms',
      most,
    },
  ];
  return { figures: [...figures, ...own], rows };
}

/** What B's cheap query took without A, and while A did `what`. */
function measuredOf(what: string, alone: readonly Felt[], under: readonly Felt[]): Measured {
  const p99 = (felt: readonly Felt[]) => median(felt.map(({ p99Ms }) => p99Ms));
  const refused = (felt: readonly Felt[]) => felt.reduce((sum, one) => sum + one.unavailable, 0);
  const row = (name: string, felt: readonly Felt[]) => {
    const p50 = median(felt.map(({ p50Ms }) => p50Ms));
    return [name, `${p50.toFixed(1)} ms`, `${p99(felt).toFixed(1)} ms`, String(refused(felt))];
  };
  return {
    figures: [
      {
        what: `B's query, p99, meanwhile A: ${what}`,
        value: p99(under),
        unit: 'ms',
        most: Math.max(200, Math.round(5 * p99(alone))),
      },
      { what: `SERVICE_UNAVAILABLE for B, meanwhile A: ${what}`, value: refused(under), most: 0 },
    ],
    rows: [row('nothing', alone), row(what, under)],
  };
}
