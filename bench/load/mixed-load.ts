/**
 * Reads with writes between them, and whether each answer is as new as it has to be; a process of
 * its own. A write's response tells the new version of its package. A read that begins after that
 * has to return this version or a newer one, whichever process answers.
 */
import type { Serializable } from 'node:child_process';
import { Connection } from './connection.ts';
import { replyTo } from './messages.ts';

export interface Read {
  body: string;
  /** The global ids of the packages in its answer, each followed there by its version. */
  packageIds: string[];
}

export interface MixedLoad {
  /** The connections are spread evenly over the servers on these ports. */
  ports: number[];
  headers: Record<string, string>;
  connections: number;
  seconds: number;
  readsPerWrite: number;
  /** Sent in turn; the writes rename their packages. */
  reads: Read[];
}

export interface MixedResult {
  reads: number;
  writes: number;
  requestsPerSecond: number;
  /** Answers with an older version than had been told before they were asked for. */
  stale: number;
}

const RENAME = `mutation Rename($input: UpdateWorkPackageInput!) {
  updateWorkPackage(input: $input) { workPackage { id version } userErrors { message } }
}`;
const VERSIONS = /"id":"([^"]+)","version":(\d+)/g;
/** Shares no divisor with the numbers of packages, so that writes follow another order than reads. */
const WRITE_STRIDE = 83;

/** The newest version of each package that a response has told, over all loads. */
const told = new Map<string, number>();
let renamed = 0;

async function run(load: MixedLoad): Promise<MixedResult> {
  const ids = [...new Set(load.reads.flatMap(({ packageIds }) => packageIds))];
  const reads = load.reads.map((read) => ({ ...read, request: requestOf(load, read.body) }));
  const result = { reads: 0, writes: 0, stale: 0 };
  const readNext = async (connection: Connection) => {
    const read = reads[result.reads % reads.length];
    if (!read) throw new Error('Expected at least one read');
    result.reads += 1;
    const least = read.packageIds.map((id) => told.get(id) ?? 0);
    const versions = await versionsOf(connection, read.request);
    const isStale = read.packageIds.some((id, index) => newerThan(least[index], versions.get(id)));
    if (isStale) result.stale += 1;
  };
  const writeNext = async (connection: Connection) => {
    const id = ids[(result.writes * WRITE_STRIDE) % ids.length] ?? '';
    result.writes += 1;
    renamed += 1;
    const input = { id, title: `Renamed ${renamed}` };
    const request = requestOf(load, JSON.stringify({ query: RENAME, variables: { input } }));
    const version = (await versionsOf(connection, request)).get(id) ?? 0;
    told.set(id, Math.max(version, told.get(id) ?? 0));
  };
  const startedAt = performance.now();
  const endsAt = startedAt + load.seconds * 1_000;
  await Promise.all(
    Array.from({ length: load.connections }, async (_, index) => {
      const connection = await Connection.open(load.ports[index % load.ports.length] ?? 0);
      // Each connection begins elsewhere in its round, so that writes are not sent all at once.
      let turn = index;
      while (performance.now() < endsAt) {
        turn += 1;
        await (turn % (load.readsPerWrite + 1) === 0 ? writeNext : readNext)(connection);
      }
      connection.close();
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  return { ...result, requestsPerSecond: (result.reads + result.writes) / seconds };
}

function newerThan(least = 0, found: number | undefined): boolean {
  if (found === undefined) throw new Error('Expected every package in the answer, found one less');
  return least > found;
}

/** The versions in the answer by global id; throws where it has none. */
async function versionsOf(connection: Connection, request: Buffer): Promise<Map<string, number>> {
  const { status, body } = await connection.call(request);
  const found = [...body.matchAll(VERSIONS)].map(([, id = '', version]): [string, number] => [
    id,
    Number(version),
  ]);
  if (status !== 200 || found.length === 0)
    throw new Error(`Expected packages with versions, found ${status}: ${body.slice(0, 500)}`);
  return new Map(found);
}

function requestOf({ headers }: MixedLoad, body: string): Buffer {
  const all = { host: '127.0.0.1', ...headers, 'content-length': Buffer.byteLength(body) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`POST /graphql HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

replyTo<MixedLoad>(async (load): Promise<Serializable> => ({ ...(await run(load)) }));
