/**
 * Reading: servers answer the same three operations from one database, in turn, in one run:
 *
 * - Sheaf that makes each answer anew (as "Sheaf") and Sheaf as it is, which keeps answers until
 *   what they were made of changes (as "Sheaf, kept");
 * - PostGraphile 5;
 * - Mercurius, with batched loaders and its JIT;
 * - the documented stack: Apollo Server, Pothos and Prisma, which Sheaf is built on, used as their
 *   documentation shows (peers/documented/builder.ts). It measures why Sheaf's relations are
 *   DataLoaders over SQL instead;
 * - one hand-written SQL statement a request: the limit of what a server that executes each request
 *   for itself can reach. Its plans are checked before and after; where another server is faster,
 *   the run says so and fails. Sheaf may be: requests that come together share their statements.
 *
 * Each is a process of its own in production mode with the same pool size; one at a time gets load,
 * from a generator in another process. They are measured only once all have returned the same. The
 * list is of 50 packages, the detail of 20 packages of 30 items and 60 artifacts in turn, the
 * contacts are 100 with their organizations. Lists of contacts have a cache by version that no setting
 * turns off: where Sheaf takes one statement for them, it reads that version. The part contacts
 * measures them without it.
 *
 * Then both of Sheaf's processes are read while others write, by writes.ts, which holds each answer
 * against the versions that writes have returned; a second process joins on the same database. Memory
 * is read after all of that. Last, a live list (live.ts) on a process of its own.
 */
import { join } from 'node:path';
import type { PartOptions } from '../options.ts';
import type { PartResult } from '../report.ts';
import { withSheaf } from '../servers/sheaf.ts';
import { measureColdStart } from './cold-start.ts';
import {
  type Contestant,
  type ContestantName,
  otherCheckout,
  type RunningContestant,
  selectContestants,
  startContestant,
} from './contestants.ts';
import { type ReadingDatabase, startReadingDatabase } from './database.ts';
import { wrongLimitPlans } from './limit-plans.ts';
import { LIVE_SETTINGS, measureLive } from './live.ts';
import { measure } from './measure.ts';
import { type Findings, report } from './report.ts';
import { verifyAll } from './verify.ts';
import { measureWrites } from './writes.ts';

const DETAIL_PACKAGES = 20;
const LIVE = { watchers: 1_000, seconds: 10 };
const LIVE_QUICK = { watchers: 200, seconds: 3 };

export async function run(options: PartOptions): Promise<PartResult> {
  const contestants = selectContestants(options.only);
  if (options.against !== null) contestants.push(otherCheckout(options.against));
  options.announce('Making the database …');
  const database = await startReadingDatabase(join(options.root, 'prisma/migrations'));
  try {
    return report(await compare(contestants, database, options));
  } finally {
    await database.stop();
  }
}

async function compare(
  contestants: Contestant[],
  database: ReadingDatabase,
  options: PartOptions,
): Promise<Findings> {
  const { seconds, alternations, announce, root } = options;
  const keys = {
    tenantId: database.tenant.tenantId,
    packageIds: database.tenant.fullPackageIds.slice(-DETAIL_PACKAGES),
  };
  const plan = { seconds, alternations, keys, announce };
  const running: RunningContestant[] = [];
  try {
    for (const contestant of contestants)
      running.push(await startContestant(contestant, database, root));
    const verified = await verifyAll(running, database, plan);
    const wrongPlans = await wrongLimitPlans(database.url, keys);
    if (wrongPlans.length > 0) throw new Error(wrongPlans.join('\n'));
    const measurements = await measure(verified, plan);
    const findings = { measurements, verified, seconds, alternations };
    const wrongAfterwards = await wrongLimitPlans(database.url, keys);
    const scenarios = await measureUnderWrites(running, database, options);
    const memory = await memoryOf(running);
    await stopAll(running);
    const has = (name: ContestantName) => contestants.some((one) => one.name === name);
    if (has('sheaf-kept')) scenarios.push(await liveList(database, options));
    const coldStartMs = has('sheaf') ? await coldStart(options) : null;
    return { ...findings, wrongPlans: wrongAfterwards, scenarios, memory, coldStartMs };
  } finally {
    await stopAll(running);
  }
}

/** Needs both of Sheaf's processes; without them there is nothing to compare. */
async function measureUnderWrites(
  running: readonly RunningContestant[],
  database: ReadingDatabase,
  options: PartOptions,
): Promise<PartResult[]> {
  const notKept = running.find(({ name }) => name === 'sheaf');
  const kept = running.find(({ name }) => name === 'sheaf-kept');
  if (!notKept || !kept) return [];
  options.announce('Reading while others write …');
  const second = await startContestant(kept, database, options.root);
  try {
    const { tenantId, fullPackageIds } = database.tenant;
    const keys = { tenantId, packageIds: fullPackageIds };
    return [await measureWrites({ notKept, kept, second }, keys, options)];
  } finally {
    await second.server.stop();
  }
}

function coldStart({ root, announce }: PartOptions): Promise<number> {
  announce('Measuring the cold start …');
  return measureColdStart(root);
}

function liveList(database: ReadingDatabase, options: PartOptions): Promise<PartResult> {
  const { root, quick, announce } = options;
  announce('A live list …');
  const sheaf = {
    root,
    databaseUrl: database.url,
    role: 'api',
    userId: database.tenant.ownerId,
    settings: LIVE_SETTINGS,
  } as const;
  const plan = quick ? LIVE_QUICK : LIVE;
  return withSheaf(sheaf, (api) => measureLive(api, database.client, plan));
}

async function memoryOf(running: readonly RunningContestant[]): Promise<Findings['memory']> {
  const found = await Promise.all(
    running.map(async ({ title, server }) => ({ title, memory: await server.memory() })),
  );
  return found.flatMap(({ title, memory }) => (memory ? [{ title, ...memory }] : []));
}

async function stopAll(running: readonly RunningContestant[]): Promise<void> {
  await Promise.all(running.map(({ server }) => server.stop()));
}
