/**
 * Reading: five servers answer the same three operations from one database, in turn, in one run:
 *
 * - Sheaf;
 * - PostGraphile 5;
 * - Mercurius, with batched loaders and its JIT;
 * - the documented stack: Apollo Server, Pothos and Prisma, which Sheaf is built on, used as their
 *   documentation shows (peers/documented/builder.ts). It measures why Sheaf's relations are
 *   DataLoaders over SQL instead;
 * - one hand-written SQL statement a request: the limit.
 *
 * Each is a process of its own in production mode with the same pool size; one at a time gets load,
 * from a generator in another process. They are measured only once all have returned the same. The
 * list is of 50 packages, the detail of 20 packages of 30 items and 60 artifacts in turn, the
 * contacts are 100 with their organizations. "Sheaf, cached" reads details that have not changed
 * from its versioned cache; the limit runs its SQL every time. Sheaf always caches lists of contacts
 * by version, so its one statement for them reads the version. The part contacts measures them
 * without the cache.
 */
import { join } from 'node:path';
import type { PartOptions } from '../options.ts';
import type { PartResult } from '../report.ts';
import { measureColdStart } from './cold-start.ts';
import {
  type Contestant,
  otherCheckout,
  type RunningContestant,
  selectContestants,
  startContestant,
} from './contestants.ts';
import { type ReadingDatabase, startReadingDatabase } from './database.ts';
import { measure } from './measure.ts';
import { type Findings, report } from './report.ts';
import { verifyAll } from './verify.ts';

const DETAIL_PACKAGES = 20;

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
    const measurements = await measure(verified, plan);
    const memory = await memoryOf(running);
    await stopAll(running);
    const withStart = running.some(({ name }) => name === 'sheaf');
    if (withStart) announce('Measuring the cold start …');
    return {
      measurements,
      verified,
      memory,
      coldStartMs: withStart ? await measureColdStart(root) : null,
      seconds,
      alternations,
    };
  } finally {
    await stopAll(running);
  }
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
