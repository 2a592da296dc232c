/**
 * A live list under changes: what an idle watcher of it costs, how often it is executed, and how
 * long a change takes to reach the last watcher.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type AskedProcess, startAsked } from '../load/messages.ts';
import type { Change, CollectChanges, Collected, Opened, OpenWatchers } from '../load/watchers.ts';
import { mutate, uuidOf } from '../mutations.ts';
import { type Figure, figureResult, type PartResult } from '../report.ts';
import type { Sheaf } from '../servers/sheaf.ts';
import { percentile } from '../statistics.ts';

export interface LivePlan {
  watchers: number;
  /** For how long packages change. */
  seconds: number;
}

const HEADING = 'A live list';
const THROTTLE_MS = 200;
const LIST = '{ workPackages(first: 50) { nodes { id version title status progress } } }';
const LIVE = `query Live @live(throttle: ${THROTTLE_MS}) ${LIST}`;
const CHANGES_PER_SECOND = 20;
/** Watchers that are opened and closed before any is weighed. */
const WARM_UP = 50;
/** Until garbage is collected and memory given back. */
const SETTLE_MS = 3_000;
/** A change that has not reached all watchers by then is lost. */
const LOST_AFTER_MS = 10_000;

type Watchers = AskedProcess<OpenWatchers | CollectChanges>;

/** One user opens all of them. */
export const LIVE_SETTINGS = { LIVE_CONNECTIONS_PER_USER: '10000' };

export async function measureLive(
  api: Sheaf,
  client: pg.Client,
  plan: LivePlan,
): Promise<PartResult> {
  const watchers: Watchers = startAsked(new URL('../load/watchers.ts', import.meta.url));
  try {
    const refusal = await openWatchers(watchers, api, WARM_UP);
    if (refusal !== null) return notAvailable(refusal);
    return await measureWith(watchers, { api, client, plan });
  } finally {
    watchers.close();
  }
}

function notAvailable(refusal: string): PartResult {
  const sentence = `${HEADING}: not available; the server says ${refusal.slice(0, 300)}`;
  return { sections: [`## ${HEADING}\n\nNot available.`], missed: [sentence] };
}

async function openWatchers(watchers: Watchers, api: Sheaf, count: number) {
  const { url, headers } = api;
  const authorization = headers.authorization ?? '';
  const { refusal } = await watchers.ask<Opened>({
    url,
    authorization,
    query: LIVE,
    watchers: count,
  });
  return refusal;
}

interface Live {
  api: Sheaf;
  client: pg.Client;
  plan: LivePlan;
}

async function measureWith(watchers: Watchers, live: Live): Promise<PartResult> {
  const { api, client, plan } = live;
  const memoryAfter = async (count: number) => {
    const refusal = await openWatchers(watchers, api, count);
    if (refusal !== null) throw new Error(`Expected ${count} watchers, found ${refusal}`);
    await sleep(SETTLE_MS);
    return (await api.server.memory())?.nowMb ?? Number.NaN;
  };
  const before = await memoryAfter(0);
  const idle = await memoryAfter(plan.watchers);
  const ids = await listedIds(api);
  const executions = await executionCounter(api, client);
  const startedAt = performance.now();
  const changes = await change(live, ids);
  const ask: CollectChanges = { changes, waitMs: LOST_AFTER_MS };
  const collected = await watchers.ask<Collected>(ask);
  const windows = Math.ceil((performance.now() - startedAt) / THROTTLE_MS);
  const allowed = Math.min(changes.length, windows);
  return liveResult(plan, {
    ...collected,
    kibibytesEach: ((idle - before) * 1_000_000) / 1_024 / plan.watchers,
    executionsEach: (await executions()) / allowed,
    afterMb: (await api.server.memory())?.nowMb ?? Number.NaN,
  });
}

/**
 * Counts executions by the statement of the list: whichever one the same query runs that limits work
 * packages. The counter begins at zero.
 */
async function executionCounter(api: Sheaf, client: pg.Client): Promise<() => Promise<number>> {
  await client.query('select pg_stat_statements_reset()');
  // With a name of its own it is no query whose answer might be kept.
  await api.run(`query Listed ${LIST}`);
  const { rows } = await client.query<{ id: string }>(
    `select queryid::text as id from pg_stat_statements where query ~ 'from "?work_package"?' and query ~ 'limit'`,
  );
  const [statement] = rows;
  if (!statement || rows.length > 1)
    throw new Error(`Expected one statement of the list, found ${rows.length}`);
  await client.query('select pg_stat_statements_reset()');
  return async () => {
    const counted = await client.query<{ calls: number }>(
      'select coalesce(sum(calls), 0)::int as calls from pg_stat_statements where queryid = $1',
      [statement.id],
    );
    return counted.rows[0]?.calls ?? 0;
  };
}

async function listedIds(api: Sheaf): Promise<string[]> {
  const { workPackages } = await api.run<{ workPackages: { nodes: { id: string }[] } }>(LIST);
  return workPackages.nodes.map(({ id }) => id);
}

/** Renames these packages in turn, at a pace that no slow response slows. */
function change({ api, client, plan }: Live, ids: readonly string[]): Promise<Change[]> {
  const startedAt = performance.now();
  const all = Array.from({ length: plan.seconds * CHANGES_PER_SECOND }, async (_, index) => {
    const dueAt = startedAt + (index * 1_000) / CHANGES_PER_SECOND;
    await sleep(Math.max(0, dueAt - performance.now()));
    return rename(api, client, ids[index % ids.length] ?? '');
  });
  return Promise.all(all);
}

async function rename(api: Sheaf, client: pg.Client, id: string): Promise<Change> {
  const mutation = { field: 'updateWorkPackage', select: 'workPackage { version }' };
  const title = `Live at ${performance.now()}`;
  const { workPackage } = await mutate<{ workPackage: { version: number } }>(api, mutation, {
    id,
    title,
  });
  const { rows } = await client.query<{ committedAt: number }>(
    `select extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as "committedAt" from work_package where id = $1 and version = $2`,
    [uuidOf(id), workPackage.version],
  );
  const { committedAt } = rows[0] ?? {};
  if (committedAt === undefined) throw new Error('Expected the changed package to be unchanged');
  return { id, version: workPackage.version, committedAt };
}

interface LiveFindings extends Collected {
  kibibytesEach: number;
  executionsEach: number;
  afterMb: number;
}

function liveResult({ watchers, seconds }: LivePlan, found: LiveFindings): PartResult {
  const figures: Figure[] = [
    {
      what: 'Executions per change or throttle window, whichever are fewer',
      value: found.executionsEach,
      most: 1,
    },
    { what: 'Commit to the last watcher, p50', value: percentile(found.lagsMs, 0.5), unit: 'ms' },
    {
      what: 'Commit to the last watcher, p99',
      value: percentile(found.lagsMs, 0.99),
      unit: 'ms',
      most: 250,
    },
    { what: 'Answers to each watcher', value: found.answersEach },
    { what: 'Changes that did not reach all', value: found.lost, most: 0 },
    { what: 'Answers older than the one before', value: found.backwards, most: 0 },
    { what: 'An idle watcher', value: found.kibibytesEach, unit: 'KiB', most: 64 },
    { what: 'Resident memory afterwards', value: found.afterMb, unit: 'MB', most: 400 },
  ];
  const what = `${HEADING} of 50 packages: ${watchers.toLocaleString('en')} watchers, ${CHANGES_PER_SECOND} changes a second for ${seconds} s, throttle ${THROTTLE_MS} ms`;
  return figureResult(figures, what);
}
