/** CPU times of processes, from /proc; null where the system has none. */
import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';

/** A tick of /proc's CPU times is 1/100 s on every Linux that Node supports. */
const TICK_MS = 10;

interface ProcessTimes {
  pid: number;
  parent: number;
  ms: number;
  /** The time of children that have ended. */
  endedMs: number;
}

/** What a process has used so far, in all its threads, in milliseconds. */
export async function processCpuMs(pid: number | undefined): Promise<number | null> {
  return (await timesOf(String(pid)))?.ms ?? null;
}

/** What a PostgreSQL server has used so far, with all its processes, in milliseconds. */
export async function postgresCpuMs(client: pg.Client): Promise<number | null> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const backend = await timesOf(String(rows[0]?.pid));
  if (!backend) return null;
  const all = await Promise.all(
    (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(timesOf),
  );
  return all.reduce((sum, one) => {
    if (one?.pid === backend.parent) return sum + one.ms + one.endedMs;
    return one?.parent === backend.parent ? sum + one.ms : sum;
  }, 0);
}

async function timesOf(pid: string): Promise<ProcessTimes | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The second field is the program's name in brackets and may hold spaces; the fields after it
  // count from the third.
  const fields = stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  if (!fields) return null;
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [
    1, 11, 12, 13, 14,
  ].map((place) => fields[place]);
  return {
    pid: Number(pid),
    parent,
    ms: (user + system) * TICK_MS,
    endedMs: (endedUser + endedSystem) * TICK_MS,
  };
}
