/**
 * The contestants: Sheaf that makes each answer anew and Sheaf that keeps answers, two other GraphQL
 * servers, the stack that Sheaf is built on as its documentation shows it, and the limit.
 */
import { type ServerCommand, type ServerProcess, startServer } from '../servers/processes.ts';
import { headersOf, isListening, sheafArguments, sheafEnvironment } from '../servers/sheaf.ts';
import type { ReadingDatabase } from './database.ts';
import { type Dialect, OPERATIONS, type OperationName } from './operations.ts';

export type ContestantName =
  | 'sheaf'
  | 'sheaf-kept'
  | 'sheaf-before'
  | 'postgraphile'
  | 'mercurius'
  | 'documented'
  | 'limit';

export interface Contestant {
  name: ContestantName;
  title: string;
  dialect: Dialect;
  operations: readonly OperationName[];
  command: Omit<ServerCommand, 'cwd'>;
  /** Where it is, if not in this checkout. */
  folder?: string;
}

export interface RunningContestant extends Contestant {
  server: ServerProcess;
  url: string;
  headers: Record<string, string>;
}

const POOL_SIZE = 10;

const SHEAF = sheafArguments('api');
/** The settings with which Sheaf makes each answer anew. */
const NOTHING_KEPT = { ANSWERS_CACHE_MB: '0', WORK_PACKAGE_CACHE_TTL_MS: '0' };
const CONTESTANTS: readonly Contestant[] = [
  {
    name: 'sheaf',
    title: 'Sheaf',
    dialect: 'sheaf',
    operations: OPERATIONS,
    command: { arguments: SHEAF, environment: NOTHING_KEPT },
  },
  {
    name: 'sheaf-kept',
    title: 'Sheaf, kept',
    dialect: 'sheaf',
    operations: OPERATIONS,
    command: { arguments: SHEAF, environment: {} },
  },
  {
    name: 'postgraphile',
    title: 'PostGraphile',
    dialect: 'postgraphile',
    operations: OPERATIONS,
    command: peer('postgraphile'),
  },
  {
    name: 'mercurius',
    title: 'Mercurius',
    dialect: 'sheaf',
    operations: OPERATIONS,
    command: peer('mercurius'),
  },
  {
    name: 'documented',
    title: 'Documented stack',
    dialect: 'sheaf',
    operations: OPERATIONS,
    command: peer('documented/server'),
  },
  {
    name: 'limit',
    title: 'One statement',
    dialect: 'sheaf',
    operations: OPERATIONS,
    command: peer('one-statement'),
  },
];

function peer(file: string): Contestant['command'] {
  return {
    arguments: [`bench/reading/peers/${file}.ts`],
    environment: { GRAPHILE_ENV: 'production' },
  };
}

/** Another checkout of Sheaf, beside this one: it reads the same database. */
export function otherCheckout(folder: string): Contestant {
  const [sheaf] = selectContestants(['sheaf']);
  if (!sheaf) throw new Error('Expected Sheaf among the contestants');
  return { ...sheaf, name: 'sheaf-before', title: 'Sheaf, before', folder };
}

/** The contestants with these names; all of them without names. Throws where a name is unknown. */
export function selectContestants(names: readonly string[]): Contestant[] {
  const unknown = names.filter(
    (name) => !CONTESTANTS.some((contestant) => contestant.name === name),
  );
  if (unknown.length > 0)
    throw new Error(
      `Expected names among ${CONTESTANTS.map(({ name }) => name).join(', ')}, found ${unknown.join(', ')}`,
    );
  return CONTESTANTS.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** Starts a contestant; all get the same environment, pool size and headers. */
export async function startContestant(
  contestant: Contestant,
  database: ReadingDatabase,
  root: string,
): Promise<RunningContestant> {
  const { arguments: commandArguments, environment } = contestant.command;
  const shared = {
    ...sheafEnvironment(database.url),
    DATABASE_POOL_SIZE: String(POOL_SIZE),
    BENCH_TENANT_ID: database.tenant.tenantId,
  };
  const command = {
    arguments: commandArguments,
    cwd: contestant.folder ?? root,
    environment: { ...shared, ...environment },
  };
  const server = await startServer(command, isListening);
  const headers = await headersOf(database.tenant.ownerId);
  return { ...contestant, server, headers, url: `http://127.0.0.1:${server.port}/graphql` };
}
