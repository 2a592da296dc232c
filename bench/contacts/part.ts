/**
 * Contacts, at 100,000 contacts of one tenant with 20,000 organizations and 1,000,000 activities,
 * beside a smaller tenant; --quick has a twentieth of that.
 *
 * - 500 contacts by priority, each with its organization and 5 activities, beside one hand-written
 *   SQL statement that builds the same JSON: in turn, on one connection each, once both have
 *   returned the same. The version of the list rises before each request, so that no page comes from
 *   the cache; the cached time is reported beside it. The same for the first page of 20.
 * - Searching, by one client, without the cache: the words, beginnings of words and typing errors of
 *   search-texts.ts in turn.
 * - Plans: a server in this process is asked for each filter with each order, first page and next
 *   page. Its statements are recorded with their values and explained; the lists that scan contact
 *   sequentially are counted.
 * - A sync with the sandbox Pipedrive without its rate limit, from the mutation to COMPLETED, by a
 *   process that does nothing else.
 * - files.ts: importing a file of 100,000 contacts, the same again, and exporting all contacts.
 * - mixed-load.ts: how many of a team's reads of lists the cache serves, with writes between them.
 * - Computing the warmness of every contact as of 31 days later, when most of them change.
 */
import { type DemoBench, onDemoData } from '../demo.ts';
import type { PartOptions } from '../options.ts';
import { type Figure, figureResult, type PartResult } from '../report.ts';
import { type Session, withSheaf } from '../servers/sheaf.ts';
import { measureFiles } from './files.ts';
import { measureLists } from './lists.ts';
import { mixedHitRate } from './mixed-load.ts';
import { countSequentialScans } from './plans.ts';
import { measureSearch } from './search.ts';
import { measureSync } from './sync.ts';
import { measureWarmness } from './warmness.ts';

/** The measured tenant has 7 tenths of the demo data: with this scale 100,000 contacts. */
const SCALE = 20 / 0.7;
const QUICK_SCALE = SCALE / 20;

export function run(options: PartOptions): Promise<PartResult> {
  const data = { scale: options.quick ? QUICK_SCALE : SCALE, only: ['contacts'] } as const;
  return onDemoData(options, data, async (bench) => {
    const reading = await withSheaf({ ...bench, role: 'api' }, async (api) => [
      ...(await listFigures(bench, api)),
      ...(await searchFigures(bench, api)),
      ...(await mixedFigures(bench, api)),
    ]);
    const { sections, missed } = figureResult([
      ...reading,
      ...(await planFigures(bench)),
      ...(await syncFigures(bench)),
      ...(await fileFigures(bench)),
      await warmnessFigure(bench),
    ]);
    return { sections: [await volumeSection(bench), ...sections], missed };
  });
}

const shown = (count: number) => count.toLocaleString('en');

async function volumeSection({ client, tenantId }: DemoBench): Promise<string> {
  const count = (table: string) =>
    `(select count(*)::int from ${table} where "tenantId" = $1) as ${table}`;
  const { rows } = await client.query<Record<string, number>>(
    `select ${['contact', 'organization', 'activity'].map(count).join()}`,
    [tenantId],
  );
  const { contact = 0, organization = 0, activity = 0 } = rows[0] ?? {};
  const volume = `${shown(contact)} contacts, ${shown(organization)} organizations and ${shown(activity)} activities`;
  return `## Data\n\nAfter all measurements the measured tenant has ${volume}.`;
}

async function listFigures(bench: DemoBench, api: Session): Promise<Figure[]> {
  bench.announce('Lists …');
  const found = await measureLists(bench, api);
  const { statements, sheafMs, limitMs, firstPageMs, twoOrdersMs } = found;
  const what = '500 contacts with organization and 5 activities';
  return [
    { what, value: statements, unit: 'statements', most: 3 },
    { what: '500 contacts, hand-written statement, p50', value: limitMs, unit: 'ms' },
    { what: '500 contacts, Sheaf, p50', value: sheafMs, unit: 'ms' },
    { what: 'Sheaf / hand-written statement', value: sheafMs / limitMs, most: 2 },
    { what: '500 contacts, Sheaf from the cache, p50', value: found.cachedMs, unit: 'ms' },
    { what: 'First page of 20, p50', value: firstPageMs, unit: 'ms', most: 10 },
    { what: 'First page of 20 from the cache, p50', value: found.cachedFirstPageMs, unit: 'ms' },
    { what: 'First page of 20 by WARMNESS, then NAME, p50', value: twoOrdersMs, unit: 'ms' },
  ];
}

async function searchFigures(bench: DemoBench, api: Session): Promise<Figure[]> {
  bench.announce('Searching …');
  const { p50Ms, p95Ms, slowest, empty } = await measureSearch(bench, api);
  const list = slowest.map(({ text, ms }) => `"${text}" ${ms.toFixed(1)} ms`).join(', ');
  bench.announce(`Slowest: ${list}`);
  const slowestMs = slowest[0]?.ms ?? Number.NaN;
  return [
    { what: 'Search, p50', value: p50Ms, unit: 'ms' },
    { what: 'Search, p95', value: p95Ms, unit: 'ms', most: 50 },
    { what: 'Search, slowest of the texts', value: slowestMs, unit: 'ms' },
    { what: 'Texts that find nobody', value: empty },
  ];
}

async function mixedFigures(bench: DemoBench, api: Session): Promise<Figure[]> {
  bench.announce('Mixed load …');
  const figure = async (reads: number): Promise<Figure> => ({
    what: `Reads of lists from the cache, a write after ${reads} reads`,
    value: (await mixedHitRate(bench, api, reads)) * 100,
    unit: '%',
  });
  return [{ ...(await figure(200)), least: 80 }, await figure(50)];
}

async function planFigures(bench: DemoBench): Promise<Figure[]> {
  bench.announce('Plans …');
  const { lists, statements, offenders } = await countSequentialScans(bench);
  for (const offender of offenders) bench.announce(`scans contact: ${offender}`);
  return [
    { what: 'Pages of filters and orders', value: lists },
    { what: 'Their statements, explained', value: statements },
    { what: 'Lists with a sequential scan on contact', value: offenders.length, most: 0 },
  ];
}

async function syncFigures(bench: DemoBench): Promise<Figure[]> {
  bench.announce('Sync …');
  const { persons, records, fullSeconds, incrementalSeconds, beforeMb, peakMb } =
    await measureSync(bench);
  const full = `Full sync of ${shown(persons)} persons (${shown(records)} records)`;
  return [
    { what: full, value: fullSeconds, unit: 's', most: 60 },
    { what: 'Incremental sync, nothing changed', value: incrementalSeconds, unit: 's', most: 1 },
    { what: 'Memory of the process before the syncs', value: beforeMb, unit: 'MB' },
    { what: 'Memory of the process at its peak', value: peakMb, unit: 'MB' },
  ];
}

async function fileFigures(bench: DemoBench): Promise<Figure[]> {
  bench.announce('Files …');
  const found = await measureFiles(bench);
  const { rows, exported, importSeconds, againSeconds, exportSeconds } = found;
  return [
    { what: `Import of ${shown(rows)} contacts`, value: importSeconds, unit: 's', most: 60 },
    { what: 'The same file again', value: againSeconds, unit: 's', most: 60 },
    { what: `Export of ${shown(exported)} contacts`, value: exportSeconds, unit: 's', most: 60 },
    { what: 'Memory of the process before the import', value: found.beforeMb, unit: 'MB' },
    { what: 'Memory of the process at its peak', value: found.peakMb, unit: 'MB' },
  ];
}

async function warmnessFigure(bench: DemoBench): Promise<Figure> {
  bench.announce('Warmness …');
  const { contacts, changed, seconds } = await measureWarmness(bench);
  const what = `Warmness of ${shown(contacts)} contacts, ${shown(changed)} of them changed`;
  return { what, value: seconds, unit: 's', most: 60 };
}
