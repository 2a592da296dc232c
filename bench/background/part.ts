/**
 * Background work and live state.
 *
 * - The job kit beside the bare engine (an empty job, ten slots, the same settings, in turn), and
 *   how long an idle worker takes from the commit that enqueues a job until the job begins.
 * - Submissions by two submitters while a worker process has a backlog of packets; that worker's
 *   packets a second, from the beginning of the first to the end of the last; the statements of a
 *   client's progress view.
 * - What an idle subscription on a socket of its own adds to the resident memory of a fresh server,
 *   and how long one change takes to reach all subscribers of a topic, the mutation included.
 */
import { type DemoBench, onDemoData } from '../demo.ts';
import type { PartOptions } from '../options.ts';
import { type Figure, figureResult, type PartResult } from '../report.ts';
import { measureEngine } from './engine.ts';
import { measurePackets } from './packets.ts';
import { measureSubscriptions } from './subscriptions.ts';

export function run(options: PartOptions): Promise<PartResult> {
  return onDemoData(options, { scale: 0.1 }, async (bench) =>
    figureResult([
      ...(await engineFigures(bench)),
      ...(await packetFigures(bench)),
      ...(await subscriptionFigures(bench)),
    ]),
  );
}

async function engineFigures(bench: DemoBench): Promise<Figure[]> {
  bench.announce('Empty jobs on the kit and on the bare engine …');
  const { kitPerSecond, barePerSecond, pickUpP50Ms, pickUpP99Ms } = await measureEngine(
    bench.databaseUrl,
    {
      jobs: bench.quick ? 1_000 : 5_000,
      rounds: bench.rounds,
      pickUps: bench.quick ? 50 : 300,
    },
  );
  return [
    { what: 'Empty jobs, bare engine', value: barePerSecond, unit: 'jobs/s' },
    { what: 'Empty jobs, kit', value: kitPerSecond, unit: 'jobs/s' },
    { what: 'Kit / bare engine', value: kitPerSecond / barePerSecond, least: 0.7 },
    { what: 'Pick-up at idle, p50', value: pickUpP50Ms, unit: 'ms' },
    { what: 'Pick-up at idle, p99', value: pickUpP99Ms, unit: 'ms', most: 50 },
  ];
}

async function packetFigures(bench: DemoBench): Promise<Figure[]> {
  bench.announce('Packets under submissions …');
  const found = await measurePackets(bench, bench.quick ? 60 : 300);
  const { generatingMeanwhile, packetsPerSecond, progressStatements } = found;
  return [
    { what: 'Packets being generated meanwhile, median', value: generatingMeanwhile },
    { what: 'submitIntake, p50', value: found.submitP50Ms, unit: 'ms' },
    { what: 'submitIntake, p99', value: found.submitP99Ms, unit: 'ms', most: 100 },
    { what: 'Packets generated', value: packetsPerSecond, unit: 'packets/s', least: 50 },
    { what: "A client's progress view", value: progressStatements, unit: 'statements', most: 2 },
  ];
}

async function subscriptionFigures(bench: DemoBench): Promise<Figure[]> {
  bench.announce('Subscribers …');
  const idle = bench.quick ? 500 : 5_000;
  const subscribers = bench.quick ? 200 : 1_000;
  const live = await measureSubscriptions(bench, { idle, subscribers });
  const shown = (count: number) => count.toLocaleString('en');
  return [
    {
      what: `One change to ${shown(subscribers)} subscribers`,
      value: live.reachedAllMs,
      unit: 'ms',
      most: 200,
    },
    {
      what: 'Statements it adds to those of one subscriber',
      value: live.extraStatements,
      most: 0,
    },
    {
      what: `An idle subscription, of ${shown(idle)}`,
      value: live.kibibytesPerIdle,
      unit: 'KiB',
      most: 64,
    },
    {
      what: 'What it adds when all are closed and opened again',
      value: live.kibibytesPerReopened,
      unit: 'KiB',
      most: 4,
    },
  ];
}
