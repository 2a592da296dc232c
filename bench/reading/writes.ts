/**
 * Reading while others write: a write for every 20 reads, of one hot list and of details of many
 * packages. What keeping answers gains then, in one process and in two, and whether any answer is
 * stale.
 *
 * Each process keeps its own answers, so a change costs each of them an execution: with writes, two
 * processes take more CPU for a request than one. Without writes they must not.
 */
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { startAsked } from '../load/messages.ts';
import type { MixedLoad, MixedResult, Read } from '../load/mixed-load.ts';
import type { PartOptions } from '../options.ts';
import { type Figure, figureResult, type PartResult } from '../report.ts';
import { median } from '../statistics.ts';
import type { RunningContestant } from './contestants.ts';
import { type RequestKeys, requestBodies } from './operations.ts';

/** The list that is measured without writes, with the versions by which its answers are checked. */
const HOT_LIST = `query HotList {
  workPackages(first: 50) { nodes { id version title description contactId companyId phaseCount itemCount } }
}`;
const READS_PER_WRITE = 20;
/** Where nothing changes: more than a load sends. */
const NO_WRITES = 1_000_000_000;
const CONNECTIONS = 50;
/** How many answers are held against the versions that were told before. */
const CHECKED_ANSWERS = 1_000_000;
const CHECKED_ANSWERS_QUICK = 10_000;

export interface WritePeers {
  notKept: RunningContestant;
  kept: RunningContestant;
  /** Another process like `kept` on the same database. */
  second: RunningContestant;
}

interface Case {
  name: string;
  reads: Read[];
  /** How many times the rate of `notKept` that of `kept` has to be. */
  least: number;
}

type Server = 'not kept' | 'kept' | 'two';
type Load = Server | 'kept, unchanged' | 'two, unchanged';

interface Round {
  rate: number;
  cpuMs: number;
}

export async function measureWrites(
  peers: WritePeers,
  keys: RequestKeys,
  { seconds, alternations, quick, announce }: PartOptions,
): Promise<PartResult> {
  const cases = await casesOf(peers.notKept, keys);
  const load = startMixedLoad(peers, seconds);
  try {
    const rounds = new Map<string, Round[]>();
    const loads: Load[] = ['not kept', 'kept', 'two', 'kept, unchanged', 'two, unchanged'];
    for (let round = -1; round < alternations; round += 1)
      for (const one of cases)
        for (const turn of loads.keys()) {
          const next = loads[(turn + round + 1) % loads.length] ?? 'kept';
          const key = `${one.name}, ${next}`;
          const result = await load.run(next, one.reads);
          // The first round only warms up.
          if (round >= 0) rounds.set(key, [...(rounds.get(key) ?? []), result]);
          announce(`${key}: ${Math.round(result.rate)} requests/s`);
        }
    const least = quick ? CHECKED_ANSWERS_QUICK : CHECKED_ANSWERS;
    for (let index = 0; load.checked() < least; index += 1) {
      const server = index % 4 < 2 ? 'kept' : 'two';
      await load.run(server, cases[index % cases.length]?.reads ?? []);
    }
    return writesResult(cases, rounds, load);
  } finally {
    load.close();
  }
}

async function casesOf(server: RunningContestant, keys: RequestKeys): Promise<Case[]> {
  const { packageIds } = keys;
  const details = packageIds.map((id) => ({
    body: requestBodies('sheaf', 'Detail', { ...keys, packageIds: [id] })[0] ?? '',
    packageIds: [encodeGlobalId('WorkPackage', id)],
  }));
  return [
    { name: 'Hot list', reads: [await hotListRead(server)], least: 1.3 },
    { name: `Details of ${packageIds.length} packages`, reads: details, least: 1.1 },
  ];
}

interface ListedPackages {
  workPackages: { nodes: { id: string }[] };
}

async function hotListRead({ url, headers }: RunningContestant): Promise<Read> {
  const body = JSON.stringify({ operationName: 'HotList', query: HOT_LIST });
  const response = await fetch(url, { method: 'POST', headers, body });
  const { data } = (await response.json()) as { data: ListedPackages };
  return { body, packageIds: data.workPackages.nodes.map(({ id }) => id) };
}

interface RunningMixedLoad {
  run(next: Load, reads: Read[]): Promise<Round>;
  /** Answers of servers that keep answers so far, and how many of all were stale. */
  checked(): number;
  stale(): number;
  close(): void;
}

function startMixedLoad(peers: WritePeers, seconds: number): RunningMixedLoad {
  const { ask, close } = startAsked<MixedLoad>(new URL('../load/mixed-load.ts', import.meta.url));
  const servers: Record<Server, RunningContestant[]> = {
    'not kept': [peers.notKept],
    kept: [peers.kept],
    two: [peers.kept, peers.second],
  };
  let checked = 0;
  let stale = 0;
  const run = async (next: Load, reads: Read[]): Promise<Round> => {
    const [server, unchanged] = next.split(', ') as [Server, string?];
    const asked = servers[server];
    const cpuBefore = await cpuMsOf(asked);
    const result = await ask<MixedResult>({
      ports: asked.map((one) => one.server.port),
      headers: peers.kept.headers,
      connections: CONNECTIONS,
      seconds,
      readsPerWrite: unchanged ? NO_WRITES : READS_PER_WRITE,
      reads,
    });
    const cpuMs = ((await cpuMsOf(asked)) - cpuBefore) / (result.reads + result.writes);
    if (server !== 'not kept') checked += result.reads;
    stale += result.stale;
    return { rate: result.requestsPerSecond, cpuMs };
  };
  return { run, checked: () => checked, stale: () => stale, close };
}

async function cpuMsOf(servers: readonly RunningContestant[]): Promise<number> {
  const each = await Promise.all(servers.map(({ server }) => server.cpuMs()));
  return each.reduce<number>((sum, one) => sum + (one ?? Number.NaN), 0);
}

function writesResult(
  cases: readonly Case[],
  rounds: ReadonlyMap<string, readonly Round[]>,
  load: RunningMixedLoad,
): PartResult {
  const medianOf = (key: string, name: keyof Round) =>
    median((rounds.get(key) ?? []).map((round) => round[name]));
  const figures = cases.flatMap(({ name, least }): Figure[] => {
    const rate = (load: Load) => medianOf(`${name}, ${load}`, 'rate');
    const cpuMs = (load: Load) => medianOf(`${name}, ${load}`, 'cpuMs');
    return [
      { what: `${name}, not kept`, value: rate('not kept'), unit: 'requests/s' },
      { what: `${name}, kept`, value: rate('kept'), unit: 'requests/s' },
      { what: `${name}: kept / not kept`, value: rate('kept') / rate('not kept'), least },
      { what: `${name}, CPU of one process`, value: cpuMs('kept'), unit: 'ms/request' },
      { what: `${name}, CPU of two processes`, value: cpuMs('two'), unit: 'ms/request' },
      { what: `${name}: two / one process`, value: cpuMs('two') / cpuMs('kept') },
      {
        what: `${name}, no writes: two / one process`,
        value: cpuMs('two, unchanged') / cpuMs('kept, unchanged'),
        most: 1.1,
      },
    ];
  });
  const checks = [
    { what: 'Answers checked, of one and two processes', value: load.checked() },
    { what: 'Stale among them', value: load.stale(), most: 0 },
  ];
  return figureResult([...figures, ...checks], `A write for every ${READS_PER_WRITE} reads`);
}
