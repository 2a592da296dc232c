/** Sheaf as a process of its own, in production mode, and requests to it. */
import { SignJWT } from 'jose';
import { timed } from '../timing.ts';
import { type ServerProcess, startServer } from './processes.ts';

const AUTH_SECRET = 'a secret of the benchmark, used nowhere else';
const TOKEN_SECONDS = 24 * 3600;
/**
 * Settings that the machine's own .env might have and that would change what is measured; an empty
 * one counts as absent.
 */
const UNSET = {
  REDIS_URL: '',
  AUTH_JWKS_URL: '',
  AUTH_ISSUER: '',
  AUTH_AUDIENCE: '',
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
  TRUSTED_DOCUMENTS: '',
};

export type Role = 'start' | 'api' | 'worker';

/**
 * The command line of the npm script of this role. It bounds V8's heap, which otherwise grows with
 * the machine's memory: to 520 MB on 24 GB.
 */
export function sheafArguments(role: Role): string[] {
  return ['--max-semi-space-size=32', '--max-old-space-size=1536', 'src/main.ts', role];
}

export function sheafEnvironment(databaseUrl: string): Record<string, string> {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    AUTH_SECRET,
    LOG_LEVEL: 'error',
    HOST: '127.0.0.1',
    ...UNSET,
  };
}

/** Whether a server on this port says that it is ready; throws where nobody listens. */
export async function isListening(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  await response.arrayBuffer();
  return response.status !== 503;
}

/** The headers of requests of this user. */
export async function headersOf(userId: string): Promise<Record<string, string>> {
  return {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
    authorization: `Bearer ${await tokenOf(userId)}`,
  };
}

/** A token that Sheaf accepts, valid for a day. */
async function tokenOf(userId: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + TOKEN_SECONDS)
    .sign(new TextEncoder().encode(AUTH_SECRET));
}

export interface Answer<Data> {
  data?: Data;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** Requests of one user to one server. */
export interface Session {
  url: string;
  headers: Record<string, string>;
  /** The body of the response as it came, and the milliseconds until it was there. */
  post(query: string, variables?: object): Promise<{ text: string; ms: number }>;
  /** Data, errors or both. */
  send<Data>(query: string, variables?: object): Promise<Answer<Data>>;
  /** The data of an operation; throws where it has errors. */
  run<Data>(query: string, variables?: object): Promise<Data>;
}

export async function openSession(url: string, userId: string): Promise<Session> {
  const headers = await headersOf(userId);
  const post = async (query: string, variables?: object) => {
    const body = JSON.stringify({ query, variables });
    const { result, ms } = await timed(async () =>
      (await fetch(url, { method: 'POST', headers, body })).text(),
    );
    return { text: result, ms };
  };
  const send = async <Data>(query: string, variables?: object): Promise<Answer<Data>> =>
    JSON.parse((await post(query, variables)).text);
  const run = async <Data>(query: string, variables?: object): Promise<Data> => {
    const { data, errors } = await send<Data>(query, variables);
    if (errors || data === undefined)
      throw new Error(`Expected data, found ${JSON.stringify(errors).slice(0, 500)}`);
    return data;
  };
  return { url, headers, post, send, run };
}

export interface Sheaf extends Session {
  server: ServerProcess;
}

export interface SheafOptions {
  root: string;
  databaseUrl: string;
  role: Role;
  /** Whose token requests carry. */
  userId: string;
  settings?: Record<string, string>;
}

async function startSheaf(options: SheafOptions): Promise<Sheaf> {
  const { root, databaseUrl, role, userId, settings } = options;
  const environment = { ...sheafEnvironment(databaseUrl), ...settings };
  const server = await startServer(
    { arguments: sheafArguments(role), cwd: root, environment },
    isListening,
  );
  return { ...(await openSession(`http://127.0.0.1:${server.port}/graphql`, userId)), server };
}

/** Starts Sheaf, waits until it is ready, and stops it once `use` has settled. */
export async function withSheaf<Result>(
  options: SheafOptions,
  use: (sheaf: Sheaf) => Promise<Result>,
): Promise<Result> {
  const sheaf = await startSheaf(options);
  try {
    return await use(sheaf);
  } finally {
    await sheaf.server.stop();
  }
}
