/**
 * Contacts, at 100,000 contacts of one tenant with 20,000 organizations and 1,000,000 activities,
 * beside a smaller tenant; --quick has a twentieth of that.
 *
 * - 500 contacts by priority, each with its organization and 5 activities, beside one hand-written
 *   SQL statement that builds the same JSON: in turn, on one connection, after the answers were
 *   found the same. The version of the list rises before each request, so that no page comes from
 *   the cache; the cached time is told beside it. The same for the first page of 20.
 * - Searching, one client, without the cache: the words, beginnings of words and typing errors of
 *   queries.ts in turn.
 * - Plans: each filter with each order, first page and next page, is asked of a server in this
 *   process. Its statements are recorded with their values and explained; those that scan contact
 *   sequentially are counted.
 * - A sync with the sandbox Pipedrive without its rate limit, from the mutation to COMPLETED, by a
 *   process that does nothing else.
 * - mixed-load.ts: how many of a team's reads of lists are answered from the cache, with writes
 *   between them.
 * - Computing the warmness of every contact as of 31 days later, when most of them change.
 */
import { join } from 'node:path';
import { loadDemoData } from '../../src/demo/index.ts';
import { startEmptyDatabase } from '../database.ts';
import { type DemoBench, demoBench } from '../demo.ts';
import type { PartOptions } from '../options.ts';
import { type Figure, figureResult, type PartResult } from '../report.ts';
import { type Sheaf, startSheaf } from '../sheaf.ts';
import { type ListFindings, measureLists } from './lists.ts';
import { measureMixedLoad } from './mixed-load.ts';
import { countSequentialScans } from './plans.ts';
import { measureSearch } from './search.ts';
import { measureSync } from './sync.ts';
import { measureWarmness } from './warmness.ts';

/** The first tenant has 7 tenths of the demo data: with this scale 100,000 contacts. */
const SCALE = 20 / 0.7;
const QUICK_SCALE = SCALE / 20;

export async function run(options: PartOptions): Promise<PartResult> {
  const { root, quick, announce } = options;
  announce('Making the database …');
  const database = await startEmptyDatabase(join(root, 'prisma/migrations'));
  try {
    await loadDemoData(database.url, { scale: quick ? QUICK_SCALE : SCALE, only: ['contacts'] });
    const bench = await demoBench(database, options);
    const { text, missed } = figureResult([
      ...(await readingFigures(bench, announce)),
      ...(await workFigures(bench, announce)),
    ]);
    return { sections: [`## Data\n\n${await volumeOf(bench)}`, `## Figures\n\n${text}`], missed };
  } finally {
    await database.stop();
  }
}

async function volumeOf({ client, tenantId }: DemoBench): Promise<string> {
  const count = (table: string) =>
    `(select count(*)::int from ${table} where "tenantId" = $1) as ${table}`;
  const { rows } = await client.query<Record<string, number>>(
    `select ${['contact', 'organization', 'activity'].map(count).join()}`,
    [tenantId],
  );
  const { contact = 0, organization = 0, activity = 0 } = rows[0] ?? {};
  const shown = (value: number) => value.toLocaleString('en');
  return `After all measurements the measured tenant has ${shown(contact)} contacts, ${shown(organization)} organizations and ${shown(activity)} activities.`;
}

async function readingFigures(
  bench: DemoBench,
  announce: (line: string) => void,
): Promise<Figure[]> {
  const api = await startSheaf({ ...bench, role: 'api' });
  try {
    announce('Lists …');
    const lists = await measureLists(bench, api);
    announce('Searching …');
    const search = await measureSearch(bench, api);
    announce(
      `Slowest: ${search.slowest.map(({ text, ms }) => `"${text}" ${ms.toFixed(1)} ms`).join(', ')}`,
    );
    const mixed = await mixedFigures(bench, api, announce);
    return [
      ...listFigures(lists),
      { what: 'Search, p50', value: search.p50Ms, unit: 'ms', bar: null },
      { what: 'Search, p95', value: search.p95Ms, unit: 'ms', bar: { most: 50 } },
      {
        what: 'Search, slowest of the texts',
        value: search.slowest[0]?.ms ?? Number.NaN,
        unit: 'ms',
        bar: null,
      },
      { what: 'Texts that find nobody', value: search.empty, unit: '', bar: null },
      ...mixed,
    ];
  } finally {
    await api.server.stop();
  }
}

function listFigures(lists: ListFindings): Figure[] {
  return [
    {
      what: '500 contacts with organization and 5 activities',
      value: lists.statements,
      unit: 'statements',
      bar: { most: 3 },
    },
    {
      what: '500 contacts, hand-written statement, p50',
      value: lists.limitMs,
      unit: 'ms',
      bar: null,
    },
    { what: '500 contacts, Sheaf, p50', value: lists.sheafMs, unit: 'ms', bar: null },
    {
      what: 'Sheaf / hand-written statement',
      value: lists.sheafMs / lists.limitMs,
      unit: '',
      bar: { most: 2 },
    },
    {
      what: '500 contacts, Sheaf from the cache, p50',
      value: lists.cachedMs,
      unit: 'ms',
      bar: null,
    },
    { what: 'First page of 20, p50', value: lists.firstPageMs, unit: 'ms', bar: { most: 10 } },
    {
      what: 'First page of 20 from the cache, p50',
      value: lists.cachedFirstPageMs,
      unit: 'ms',
      bar: null,
    },
    {
      what: 'First page of 20 by WARMNESS, then NAME, p50',
      value: lists.twoOrdersMs,
      unit: 'ms',
      bar: null,
    },
  ];
}

async function mixedFigures(
  bench: DemoBench,
  api: Sheaf,
  announce: (line: string) => void,
): Promise<Figure[]> {
  announce('Mixed load …');
  const figure = async (reads: number, bar: Figure['bar']) => {
    const { hitRate } = await measureMixedLoad(bench, api, reads);
    return {
      what: `Reads of lists from the cache, a write after ${reads} reads`,
      value: hitRate * 100,
      unit: '%',
      bar,
    };
  };
  return [await figure(200, { least: 80 }), await figure(50, null)];
}

async function workFigures(bench: DemoBench, announce: (line: string) => void): Promise<Figure[]> {
  announce('Plans …');
  const plans = await countSequentialScans(bench);
  for (const offender of plans.offenders) announce(`scans contact: ${offender}`);
  announce('Sync …');
  const sync = await measureSync(bench);
  announce('Warmness …');
  const warmness = await measureWarmness(bench);
  return [
    { what: 'Pages of filters and orders', value: plans.lists, unit: '', bar: null },
    { what: 'Their statements, explained', value: plans.statements, unit: '', bar: null },
    {
      what: 'Lists with a sequential scan on contact',
      value: plans.offenders.length,
      unit: '',
      bar: { most: 0 },
    },
    {
      what: `Full sync of ${sync.persons.toLocaleString('en')} persons (${sync.records.toLocaleString('en')} records)`,
      value: sync.fullSeconds,
      unit: 's',
      bar: { most: 60 },
    },
    {
      what: 'Incremental sync, nothing changed',
      value: sync.incrementalSeconds,
      unit: 's',
      bar: { most: 1 },
    },
    { what: 'Memory of the process before the syncs', value: sync.beforeMb, unit: 'MB', bar: null },
    { what: 'Memory of the process at its peak', value: sync.peakMb, unit: 'MB', bar: null },
    {
      what: `Warmness of ${warmness.contacts.toLocaleString('en')} contacts, ${warmness.changed.toLocaleString('en')} of them changed`,
      value: warmness.seconds,
      unit: 's',
      bar: { most: 60 },
    },
  ];
}
