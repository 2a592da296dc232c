/**
 * The webhook under load: as many events as it takes, in turn with a bare INSERT of the same events;
 * then a steady rate for a while.
 */
import { type Sheaf, withSheaf } from '../servers/sheaf.ts';
import { median, percentile } from '../statistics.ts';
import { bareInsertRate, makeBareTable } from './bare-insert.ts';
import type { CampaignBench } from './bench.ts';
import type { CallerResult } from './caller.ts';
import { eventsOf } from './events.ts';
import { type Probe, probeFreshness } from './freshness.ts';
import { APP_SECRET, type LoadFindings, WebhookLoad } from './webhook-load.ts';

/** Events a second that are offered for a while, a tenth above the bar, and events in a call. */
const STEADY = [
  { size: 100, rate: 11_000, connections: 64 },
  { size: 1, rate: 2_200, connections: 256 },
];
const HUNDREDS = { size: 100, connections: 32, rate: null };
const SINGLES = { size: 1, connections: 256, rate: null };
const WARM_UP_EVENTS = 20_000;
const SINGLES_AT_MOST = 25_000;

export interface IngestPlan {
  /** The campaigns whose events are sent. */
  campaignIds: string[];
  /** The campaign whose figures are probed; it has no other events. */
  probeCampaignId: string;
  /** How long a steady load lasts. */
  seconds: number;
  rounds: number;
  /** Events of a round without a rate. */
  roundEvents: number;
}

export interface SteadyFindings extends LoadFindings {
  size: number;
  /** Of the calls that were answered with 200. */
  eventsPerSecond: number;
  /** Milliseconds from a response until the figures showed its event. */
  freshMs: number[];
}

export interface IngestFindings {
  steady: SteadyFindings[];
  /** Until all were folded, in calls of 100; the median of the rounds. */
  foldedPerSecond: number;
  barePerSecond: number;
  /** The median of the rounds' ratios. */
  ratio: number;
  /** Until the last response, in calls of one. */
  singlesPerSecond: number;
}

export async function measureIngest(
  bench: CampaignBench,
  plan: IngestPlan,
): Promise<IngestFindings> {
  const settings = { WHATSAPP_APP_SECRET: APP_SECRET };
  return withSheaf({ ...bench, role: 'api', settings }, async (api) => {
    const load = new WebhookLoad(bench, api, plan.campaignIds);
    try {
      const probe = await probeOf(bench, plan.probeCampaignId);
      const warmUp = load.take(Math.min(plan.roundEvents, WARM_UP_EVENTS));
      requireSuccess(await load.send({ ...HUNDREDS, slice: warmUp }));
      const alternated = await alternate(bench, plan, load);
      const steady: SteadyFindings[] = [];
      for (const kind of STEADY)
        steady.push(await measureSteady({ api, load, probe, kind }, bench, plan.seconds));
      const slice = load.take(Math.min(plan.roundEvents, SINGLES_AT_MOST));
      const singles = requireSuccess(await load.send({ ...SINGLES, slice }));
      return { steady, ...alternated, singlesPerSecond: singles.events / singles.seconds };
    } finally {
      load.close();
    }
  });
}

function requireSuccess(found: LoadFindings): LoadFindings {
  if (found.failures > 0)
    throw new Error(
      `Expected every call to return 200, found ${found.failures} others of ${found.calls}`,
    );
  return found;
}

/** The webhook and the bare INSERT, in turn, with the same events. */
async function alternate(bench: CampaignBench, plan: IngestPlan, load: WebhookLoad) {
  await makeBareTable(bench);
  const rounds: { folded: number; bare: number }[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    const slice = load.take(plan.roundEvents);
    const insert = async () => {
      const events = await eventsOf(bench.client, slice);
      await bench.client.query('checkpoint');
      return bareInsertRate(bench, events);
    };
    const first = round % 2 === 1 ? await insert() : null;
    const found = requireSuccess(await load.send({ ...HUNDREDS, slice }));
    const folded = found.events / found.foldedSeconds;
    const bare = first ?? (await insert());
    rounds.push({ folded, bare });
    bench.announce(
      `round ${round + 1}: folded ${folded.toFixed(0)}/s, bare ${bare.toFixed(0)}/s, ${describe(found)}`,
    );
  }
  return {
    foldedPerSecond: median(rounds.map(({ folded }) => folded)),
    barePerSecond: median(rounds.map(({ bare }) => bare)),
    ratio: median(rounds.map(({ folded, bare }) => folded / bare)),
  };
}

function describe({ p99Ms, serverCpuMs, postgresCpuMs }: LoadFindings): string {
  const cpu = `server ${serverCpuMs.toFixed(0)} ms, PostgreSQL ${postgresCpuMs.toFixed(0)} ms`;
  return `p99 ${p99Ms.toFixed(0)} ms; CPU per 100,000 events: ${cpu}`;
}

interface SteadyLoad {
  api: Sheaf;
  load: WebhookLoad;
  probe: Probe;
  kind: (typeof STEADY)[number];
}

async function measureSteady(
  { api, load, probe, kind: { size, rate, connections } }: SteadyLoad,
  { announce }: CampaignBench,
  seconds: number,
): Promise<SteadyFindings> {
  const slice = load.take(rate * seconds);
  let freshMs: number[] = [];
  const found = await load.send({ slice, size, connections, rate: rate / size }, async (signal) => {
    freshMs = await probeFreshness(api, probe, signal);
  });
  const fresh = percentile(freshMs, 0.99).toFixed(0);
  announce(
    `${rate} events/s in calls of ${size}: ${describe(found)}, fresh p99 ${fresh} ms, failures ${found.failures}`,
  );
  return { ...found, size, eventsPerSecond: eventsPerSecond(found, size), freshMs };
}

function eventsPerSecond({ calls, failures, seconds }: CallerResult, size: number): number {
  return ((calls - failures) * size) / seconds;
}

/** One `delivered` for each message of the campaign. */
async function probeOf(bench: CampaignBench, campaign: string): Promise<Probe> {
  const all = { first: 0, messages: Number.MAX_SAFE_INTEGER };
  const slice = { tenantId: bench.tenantId, campaignIds: [campaign], ...all };
  const events = await eventsOf(bench.client, slice);
  return {
    appSecret: APP_SECRET,
    campaign,
    events: events.filter(({ status }) => status === 'delivered'),
  };
}
