/** Background work: what A enqueues, and how long B's work then takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { median } from '../statistics.ts';
import { msOf, until } from '../timing.ts';
import { type Contest, type Felt, feelUntil } from './contest.ts';

export interface Work {
  /** What A does. */
  what: string;
  /** What B has done. */
  ofB: string;
  /** What one slice of A's work is. */
  slice: string;
  /** The job queue that both use. */
  queue: string;
  prepare: (contest: Contest) => Promise<void>;
  /** Resolves once one slice of A's work is done. */
  runSlice: (contest: Contest) => Promise<void>;
  /** Resolves once all of A's work is enqueued. */
  attack: (contest: Contest) => Promise<void>;
  /** Resolves once B's work is done. */
  runB: (contest: Contest) => Promise<void>;
}

export interface WorkFindings {
  /** What B's work took in each round, without and with A's work. */
  aloneMs: number[];
  underMs: number[];
  sliceMs: number;
  alone: Felt[];
  under: Felt[];
}

const SLICES = 3;
/** From A's first job until all slots are taken. */
const SETTLE_MS = 500;

export async function measureWork(work: Work, contest: Contest): Promise<WorkFindings> {
  await work.prepare(contest);
  const findings: WorkFindings = { aloneMs: [], underMs: [], sliceMs: 0, alone: [], under: [] };
  const round = async (times: number[], felt: Felt[]) => {
    const done = msOf(() => work.runB(contest));
    felt.push(await feelUntil(contest.b, done));
    times.push(await done);
  };
  // Warms up threads and connections.
  await work.runB(contest);
  const slices: number[] = [];
  for (let n = 0; n < SLICES; n += 1) slices.push(await msOf(() => work.runSlice(contest)));
  findings.sliceMs = median(slices);
  for (let n = 0; n < contest.rounds; n += 1) {
    await round(findings.aloneMs, findings.alone);
    await work.attack(contest);
    await until(() => isActive(contest.client, work.queue));
    await sleep(SETTLE_MS);
    await round(findings.underMs, findings.under);
    await dropJobs(contest.client, work.queue);
  }
  return findings;
}

async function isActive(client: pg.Client, queue: string): Promise<boolean> {
  const text = `select from pgboss.job where name = $1 and state = 'active'`;
  return (await client.query(text, [queue])).rowCount !== 0;
}

/** Ends an attack: removes what is waiting, and resolves once nothing runs any more. */
async function dropJobs(client: pg.Client, queue: string): Promise<void> {
  const text = `delete from pgboss.job where name = $1 and state in ('created', 'retry')`;
  await until(async () => {
    await client.query(text, [queue]);
    return !(await isActive(client, queue));
  });
}
