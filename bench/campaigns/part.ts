/**
 * Campaigns: launching, the ingest of what WhatsApp tells, and the figures; --quick has a tenth of
 * the demo's campaign, and less time.
 *
 * - Launching: 50,000 contacts added by a filter, and the launch that makes their queue rows, from
 *   request to answer; the median of ten campaigns.
 * - Ingest: status events of these campaigns (events.ts), signed, by HTTP, in calls of 100 and of
 *   one. Server, PostgreSQL and the calling process share the machine. First as many as 32
 *   connections get through, until all are folded, in turn with a bare INSERT of the same events
 *   (bare-insert.ts says what that is; it shares the machine with PostgreSQL alone). Then a tenth
 *   more than the bar at a steady pace, for 60 s in a whole run: a call's time counts from when it
 *   fell due. Meanwhile freshness.ts looks how long the figures take to show an event. At last as
 *   many calls of one as 256 connections get through. In the end kept and counted figures are
 *   compared.
 * - Figures of the demo's campaign and of one with ten times its messages, with a thousand further
 *   campaigns beside them: time in PostgreSQL by pg_stat_statements. Beside them what the kept
 *   counters stand for: counting by the SQL function, refreshing a materialized view of that, and
 *   reading everything in pages of 1,000 rows.
 */
import { join } from 'node:path';
import type pg from 'pg';
import { loadDemoData } from '../../src/demo/index.ts';
import { type EmptyDatabase, startEmptyDatabase } from '../database.ts';
import type { PartOptions } from '../options.ts';
import { type Figure, figureResult, median, type PartResult, percentile } from '../report.ts';
import { startSheaf } from '../sheaf.ts';
import { measureFigures } from './figures.ts';
import { type IngestFindings, measureIngest } from './ingest.ts';
import { launchCampaigns } from './launches.ts';
import { writeOtherCampaigns, writeTenfold } from './volume.ts';

/** What the measurements share. */
export interface CampaignBench {
  root: string;
  databaseUrl: string;
  client: pg.Client;
  tenantId: string;
  /** The owner of the measured tenant. */
  userId: string;
  /** The provider's id of the tenant's number. */
  phoneNumberId: string;
}

type Announce = PartOptions['announce'];

export async function run({ root, quick, announce }: PartOptions): Promise<PartResult> {
  announce('Making the database …');
  const database = await startEmptyDatabase(join(root, 'prisma/migrations'));
  try {
    await loadDemoData(database.url, { scale: quick ? 0.1 : 1, only: ['campaigns'] });
    const bench = await benchOf(root, database);
    const figures = [
      ...(await ingestFigures(bench, quick, announce)),
      ...(await readingFigures(bench, quick, announce)),
    ];
    const { text, missed } = figureResult(figures);
    return { sections: [`## Figures\n\n${text}`], missed };
  } finally {
    await database.stop();
  }
}

async function benchOf(root: string, { url, client }: EmptyDatabase): Promise<CampaignBench> {
  const { rows } = await client.query<{ tenantId: string; userId: string; phoneNumberId: string }>(
    `select u."tenantId", u.id as "userId", w."phoneNumberId" from "user" u join whatsapp_number w using ("tenantId") where u.email = 'owner@north.example'`,
  );
  if (!rows[0]) throw new Error('Expected the demo data to have owner@north.example and a number');
  return { root, databaseUrl: url, client, ...rows[0] };
}

async function ingestFigures(
  bench: CampaignBench,
  quick: boolean,
  announce: Announce,
): Promise<Figure[]> {
  const contacts = quick ? 5_000 : 50_000;
  const campaigns = quick ? 12 : 10;
  announce(`Launching ${campaigns} campaigns …`);
  const { launched, probe } = await launchAll(bench, campaigns, contacts);
  announce('Events …');
  const plan = {
    campaignIds: launched.ids,
    probeCampaignId: probe.ids[0] ?? '',
    seconds: quick ? 5 : 60,
    rounds: quick ? 1 : 3,
    roundEvents: quick ? 30_000 : 150_000,
  };
  const ingest = await measureIngest(bench, plan, announce);
  const size = contacts.toLocaleString('en');
  return [
    {
      what: `Adding ${size} contacts by a filter`,
      value: median(launched.addSeconds),
      unit: 's',
      bar: null,
    },
    {
      what: `Launching ${size} messages`,
      value: median(launched.launchSeconds),
      unit: 's',
      bar: { most: 5 },
    },
    ...rowsOfIngest(ingest),
    {
      what: 'Kept and counted figures differ by',
      value: await driftOf(bench, [...launched.ids, ...probe.ids]),
      unit: '',
      bar: { most: 0 },
    },
  ];
}

async function launchAll(bench: CampaignBench, campaigns: number, contacts: number) {
  const api = await startSheaf({ ...bench, role: 'api' });
  try {
    const launched = await launchCampaigns(bench, api, { campaigns, contacts, name: 'ingest' });
    return {
      launched,
      probe: await launchCampaigns(bench, api, { campaigns: 1, contacts: 500, name: 'probe' }),
    };
  } finally {
    await api.server.stop();
  }
}

function rowsOfIngest({
  steady,
  foldedPerSecond,
  barePerSecond,
  ratio,
  singlesPerSecond,
}: IngestFindings): Figure[] {
  return [
    {
      what: 'Events in calls of 100, unlimited, until folded',
      value: foldedPerSecond,
      unit: 'events/s',
      bar: null,
    },
    {
      what: 'Bare INSERT of the same events by 100',
      value: barePerSecond,
      unit: 'events/s',
      bar: null,
    },
    { what: 'Ingest / bare INSERT', value: ratio, unit: '', bar: { least: 0.5 } },
    ...steady.flatMap(
      ({
        size,
        eventsPerSecond,
        seconds,
        p50Ms,
        p99Ms,
        failures,
        freshMs,
        serverCpuMs,
        postgresCpuMs,
      }): Figure[] => {
        const calls = `calls of ${size === 1 ? 'one' : size}`;
        return [
          {
            what: `Events in ${calls}, steady for ${seconds.toFixed(0)} s`,
            value: eventsPerSecond,
            unit: 'events/s',
            bar: { least: size === 1 ? 2_000 : 10_000 },
          },
          { what: `Answer in ${calls}, p50`, value: p50Ms, unit: 'ms', bar: null },
          { what: `Answer in ${calls}, p99`, value: p99Ms, unit: 'ms', bar: { most: 250 } },
          {
            what: `Other answers than 200 in ${calls}`,
            value: failures,
            unit: '',
            bar: { most: 0 },
          },
          {
            what: `Figures fresh in ${calls}, p50`,
            value: percentile(freshMs, 0.5),
            unit: 'ms',
            bar: null,
          },
          {
            what: `Figures fresh in ${calls}, slowest of ${freshMs.length}`,
            value: percentile(freshMs, 1),
            unit: 'ms',
            bar: { most: 1_000 },
          },
          {
            what: `CPU of the server in ${calls}`,
            value: serverCpuMs / 1_000,
            unit: 's / 100,000 events',
            bar: null,
          },
          {
            what: `CPU of PostgreSQL in ${calls}`,
            value: postgresCpuMs / 1_000,
            unit: 's / 100,000 events',
            bar: null,
          },
        ];
      },
    ),
    {
      what: 'Events in calls of one, unlimited, until answered',
      value: singlesPerSecond,
      unit: 'events/s',
      bar: { least: 2_000 },
    },
  ];
}

async function driftOf({ client, tenantId }: CampaignBench, ids: string[]): Promise<number> {
  const { rows } = await client.query<{ drift: number }>(
    'select sum("campaignDrift"($1, id))::int as drift from unnest($2::uuid[]) id',
    [tenantId, ids],
  );
  return rows[0]?.drift ?? Number.NaN;
}

async function readingFigures(
  bench: CampaignBench,
  quick: boolean,
  announce: Announce,
): Promise<Figure[]> {
  announce('Ten times the messages …');
  const { rows } = await bench.client.query<{ id: string }>(
    `select id from campaign where "tenantId" = $1 and name = 'Autumn offer'`,
    [bench.tenantId],
  );
  const campaignId = rows[0]?.id ?? '';
  await writeOtherCampaigns(bench, campaignId);
  const tenfoldId = await writeTenfold(bench, campaignId);
  announce('Figures …');
  const found = await measureFigures(bench, {
    campaignId,
    tenfoldId,
    rounds: quick ? 1 : 3,
    requests: quick ? 20 : 100,
  });
  return [
    { what: "A campaign's figures", value: found.statements, unit: 'statements', bar: { most: 2 } },
    {
      what: "A campaign's figures, in PostgreSQL",
      value: found.onceMs,
      unit: 'ms',
      bar: { most: 5 },
    },
    { what: 'With ten times the messages', value: found.tenfoldMs, unit: 'ms', bar: { most: 5 } },
    {
      what: 'Ten times the messages / the messages',
      value: found.tenfoldMs / found.onceMs,
      unit: '',
      bar: { most: 1.25 },
    },
    {
      what: 'Instead: counting by the SQL function',
      value: found.countedMs,
      unit: 'ms',
      bar: null,
    },
    {
      what: 'Instead: counting ten times the messages',
      value: found.countedTenfoldMs,
      unit: 'ms',
      bar: null,
    },
    {
      what: 'Instead: refreshing a materialized view of all campaigns here',
      value: found.viewMs,
      unit: 'ms',
      bar: null,
    },
    {
      what: `Instead: ${found.queries} queries by pages of 1,000 rows`,
      value: found.queriesMs,
      unit: 'ms',
      bar: null,
    },
    {
      what: 'Page of 100 campaigns with figures',
      value: found.pageStatements,
      unit: 'statements',
      bar: { most: 2 },
    },
    { what: 'Page of 100 campaigns with figures, p50', value: found.pageMs, unit: 'ms', bar: null },
  ];
}
