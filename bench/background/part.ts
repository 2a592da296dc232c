/**
 * Background work and live state.
 *
 * - The job kit beside the bare engine (an empty job, ten slots, the same settings, in turn), and
 *   how long an idle worker takes from the commit that enqueues a job to its beginning.
 * - Submissions by two submitters while a worker process has a backlog of packets; the packets a
 *   second of that worker, from the first that begins to the last that ends; the statements of a
 *   client's progress view.
 * - What an idle subscription on a socket of its own adds to the resident memory of a fresh server,
 *   and how long one change takes to reach all subscribers of a topic, the mutation's own time
 *   included.
 */
import { join } from 'node:path';
import { loadDemoData } from '../../src/demo/index.ts';
import { type EmptyDatabase, startEmptyDatabase } from '../database.ts';
import type { PartOptions } from '../options.ts';
import { type Figure, figureResult, type PartResult } from '../report.ts';
import { measureEngine } from './engine.ts';
import { measurePackets } from './packets.ts';
import { measureSubscriptions } from './subscriptions.ts';

export async function run(options: PartOptions): Promise<PartResult> {
  const database = await startEmptyDatabase(join(options.root, 'prisma/migrations'));
  try {
    const { text, missed } = figureResult([
      ...(await engineFigures(database, options)),
      ...(await serverFigures(database, options)),
    ]);
    return { sections: [`## Figures\n\n${text}`], missed };
  } finally {
    await database.stop();
  }
}

async function engineFigures(
  database: EmptyDatabase,
  { quick, alternations, announce }: PartOptions,
): Promise<Figure[]> {
  announce('Empty jobs on the kit and on the bare engine …');
  const engine = await measureEngine(database.url, {
    jobs: quick ? 1_000 : 5_000,
    rounds: alternations,
    pickUps: quick ? 50 : 300,
  });
  return [
    { what: 'Empty jobs, bare engine', value: engine.barePerSecond, unit: 'jobs/s', bar: null },
    { what: 'Empty jobs, kit', value: engine.kitPerSecond, unit: 'jobs/s', bar: null },
    {
      what: 'Kit / bare engine',
      value: engine.kitPerSecond / engine.barePerSecond,
      unit: '',
      bar: { least: 0.7 },
    },
    { what: 'Pick-up at idle, p50', value: engine.pickUpP50Ms, unit: 'ms', bar: null },
    { what: 'Pick-up at idle, p99', value: engine.pickUpP99Ms, unit: 'ms', bar: { most: 50 } },
  ];
}

async function serverFigures(
  { url, client }: EmptyDatabase,
  { root, quick, announce }: PartOptions,
): Promise<Figure[]> {
  await loadDemoData(url, { scale: 0.1 });
  const { rows } = await client.query<{ id: string }>(
    `select id from "user" where email = 'owner@north.example'`,
  );
  const start = { root, databaseUrl: url, userId: rows[0]?.id ?? '' };
  announce('Packets under submissions …');
  const packets = await measurePackets({ client, start, clients: quick ? 60 : 300 });
  announce('Subscribers …');
  const live = await measureSubscriptions({
    client,
    start,
    idle: quick ? 500 : 5_000,
    subscribers: quick ? 200 : 1_000,
  });
  return [
    {
      what: 'Packets being generated meanwhile, median',
      value: packets.generatingMeanwhile,
      unit: '',
      bar: null,
    },
    { what: 'submitIntake, p50', value: packets.submitP50Ms, unit: 'ms', bar: null },
    { what: 'submitIntake, p99', value: packets.submitP99Ms, unit: 'ms', bar: { most: 100 } },
    {
      what: 'Packets generated',
      value: packets.packetsPerSecond,
      unit: 'packets/s',
      bar: { least: 50 },
    },
    {
      what: "A client's progress view",
      value: packets.progressStatements,
      unit: 'statements',
      bar: { most: 2 },
    },
    {
      what: `One change to ${quick ? 200 : '1,000'} subscribers`,
      value: live.reachedAllMs,
      unit: 'ms',
      bar: { most: 200 },
    },
    {
      what: 'Statements it adds to those of one subscriber',
      value: live.extraStatements,
      unit: '',
      bar: { most: 0 },
    },
    {
      what: `An idle subscription, of ${quick ? '500' : '5,000'}`,
      value: live.kibibytesPerIdle,
      unit: 'KiB',
      bar: { most: 64 },
    },
    {
      what: 'What it adds when all are closed and opened again',
      value: live.kibibytesPerReopened,
      unit: 'KiB',
      bar: { most: 4 },
    },
  ];
}
