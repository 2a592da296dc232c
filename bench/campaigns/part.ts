/**
 * Campaigns: launching, the ingest of WhatsApp's events, and the figures. --quick has a tenth of the
 * demo's campaign, and takes less time.
 *
 * - Launching: 50,000 contacts added by a filter, and the launch that makes their queue rows, from
 *   request to response; the median of ten campaigns.
 * - Ingest: status events of these campaigns (events.ts), signed, over HTTP, in calls of 100 and of
 *   one. Server, PostgreSQL and the calling process share the machine. First as many as 32
 *   connections get through until all are folded, in turn with a bare INSERT of the same events
 *   (bare-insert.ts says what that is; it shares the machine with PostgreSQL only). Then a tenth
 *   more than the bar at a steady pace, for 60 s in a whole run; a call's time counts from when it
 *   fell due. Meanwhile freshness.ts measures how long the figures take to show an event. Then as
 *   many calls of one as 256 connections get through. In the end kept and counted figures are
 *   compared.
 * - Figures of the demo's campaign and of one with ten times its messages, with a thousand other
 *   campaigns beside them: time in PostgreSQL by pg_stat_statements. Beside them the ways of
 *   counting that the kept counters replace: the SQL function, a materialized view of it, and
 *   reading everything in pages of 1,000 rows.
 */
import { onDemoData } from '../demo.ts';
import type { PartOptions } from '../options.ts';
import { type Figure, figureResult, type PartResult } from '../report.ts';
import { withSheaf } from '../servers/sheaf.ts';
import { median, percentile } from '../statistics.ts';
import { type CampaignBench, campaignBench } from './bench.ts';
import { measureFigures } from './figures.ts';
import { type IngestFindings, measureIngest, type SteadyFindings } from './ingest.ts';
import { launchCampaigns } from './launches.ts';
import { writeOtherCampaigns, writeTenfold } from './volume.ts';

export function run(options: PartOptions): Promise<PartResult> {
  const data = { scale: options.quick ? 0.1 : 1, only: ['campaigns'] } as const;
  return onDemoData(options, data, async (demo) => {
    const bench = await campaignBench(demo);
    return figureResult([...(await ingestFigures(bench)), ...(await readingFigures(bench))]);
  });
}

async function ingestFigures(bench: CampaignBench): Promise<Figure[]> {
  const { quick } = bench;
  const contacts = quick ? 5_000 : 50_000;
  const { launched, probe } = await launchAll(bench, contacts);
  bench.announce('Events …');
  const ingest = await measureIngest(bench, {
    campaignIds: launched.ids,
    probeCampaignId: probe.ids[0] ?? '',
    seconds: quick ? 5 : 60,
    rounds: quick ? 1 : 3,
    roundEvents: quick ? 30_000 : 150_000,
  });
  const size = contacts.toLocaleString('en');
  const addSeconds = median(launched.addSeconds);
  const launchSeconds = median(launched.launchSeconds);
  const drift = await driftOf(bench, [...launched.ids, ...probe.ids]);
  return [
    { what: `Adding ${size} contacts by a filter`, value: addSeconds, unit: 's' },
    { what: `Launching ${size} messages`, value: launchSeconds, unit: 's', most: 5 },
    ...unlimitedFigures(ingest),
    ...ingest.steady.flatMap(steadyFigures),
    {
      what: 'Events in calls of one, unlimited, until answered',
      value: ingest.singlesPerSecond,
      unit: 'events/s',
      least: 2_000,
    },
    { what: 'Kept and counted figures differ by', value: drift, most: 0 },
  ];
}

async function launchAll(bench: CampaignBench, contacts: number) {
  const campaigns = bench.quick ? 12 : 10;
  bench.announce(`Launching ${campaigns} campaigns …`);
  const measured = { campaigns, contacts, name: 'ingest', firstPhone: 4_940_000_000_000 };
  const probed = { campaigns: 1, contacts: 500, name: 'probe', firstPhone: 4_930_000_000_000 };
  return withSheaf({ ...bench, role: 'api' }, async (api) => ({
    launched: await launchCampaigns(bench, api, measured),
    probe: await launchCampaigns(bench, api, probed),
  }));
}

function unlimitedFigures({ foldedPerSecond, barePerSecond, ratio }: IngestFindings): Figure[] {
  return [
    {
      what: 'Events in calls of 100, unlimited, until folded',
      value: foldedPerSecond,
      unit: 'events/s',
    },
    { what: 'Bare INSERT of the same events by 100', value: barePerSecond, unit: 'events/s' },
    { what: 'Ingest / bare INSERT', value: ratio, least: 0.5 },
  ];
}

function steadyFigures(found: SteadyFindings): Figure[] {
  const { size, p50Ms, p99Ms, failures, freshMs } = found;
  const calls = `calls of ${size === 1 ? 'one' : size}`;
  const cpu = (ms: number) => ({ value: ms / 1_000, unit: 's / 100,000 events' });
  return [
    {
      what: `Events in ${calls}, steady for ${found.seconds.toFixed(0)} s`,
      value: found.eventsPerSecond,
      unit: 'events/s',
      least: size === 1 ? 2_000 : 10_000,
    },
    { what: `Response to ${calls}, p50`, value: p50Ms, unit: 'ms' },
    { what: `Response to ${calls}, p99`, value: p99Ms, unit: 'ms', most: 250 },
    { what: `Responses other than 200 to ${calls}`, value: failures, most: 0 },
    { what: `Figures fresh in ${calls}, p50`, value: percentile(freshMs, 0.5), unit: 'ms' },
    {
      what: `Figures fresh in ${calls}, slowest of ${freshMs.length}`,
      value: percentile(freshMs, 1),
      unit: 'ms',
      most: 1_000,
    },
    { what: `CPU of the server in ${calls}`, ...cpu(found.serverCpuMs) },
    { what: `CPU of PostgreSQL in ${calls}`, ...cpu(found.postgresCpuMs) },
  ];
}

/** By how much the kept counters of these campaigns differ from a count. */
async function driftOf({ client, tenantId }: CampaignBench, ids: string[]): Promise<number> {
  const { rows } = await client.query<{ drift: number }>(
    'select sum("campaignDrift"($1, id))::int as drift from unnest($2::uuid[]) id',
    [tenantId, ids],
  );
  return rows[0]?.drift ?? Number.NaN;
}

async function readingFigures(bench: CampaignBench): Promise<Figure[]> {
  bench.announce('Ten times the messages …');
  const { rows } = await bench.client.query<{ id: string }>(
    `select id from campaign where "tenantId" = $1 and name = 'Autumn offer'`,
    [bench.tenantId],
  );
  const once = rows[0]?.id ?? '';
  await writeOtherCampaigns(bench, once);
  const tenfold = await writeTenfold(bench, once);
  bench.announce('Figures …');
  const rounds = bench.quick ? 1 : 3;
  const requests = bench.quick ? 20 : 100;
  const found = await measureFigures(bench, { once, tenfold, rounds, requests });
  const { statements, pageStatements, onceMs, tenfoldMs } = found;
  const page = 'Page of 100 campaigns with figures';
  const ms = (what: string, value: number): Figure => ({ what, value, unit: 'ms' });
  return [
    { what: "A campaign's figures", value: statements, unit: 'statements', most: 2 },
    { ...ms("A campaign's figures, in PostgreSQL", onceMs), most: 5 },
    { ...ms('With ten times the messages', tenfoldMs), most: 5 },
    { what: 'Ten times the messages / the messages', value: tenfoldMs / onceMs, most: 1.25 },
    ms('Instead: counting by the SQL function', found.countedMs),
    ms('Instead: counting ten times the messages', found.countedTenfoldMs),
    ms('Instead: refreshing a materialized view of all campaigns here', found.viewMs),
    ms(`Instead: ${found.queries} queries for pages of 1,000 rows`, found.queriesMs),
    { what: page, value: pageStatements, unit: 'statements', most: 2 },
    ms(`${page}, p50`, found.pageMs),
  ];
}
