/** Sheaf as a process of its own, in production mode, and requests to it. */
import { SignJWT } from 'jose';
import { type ServerProcess, startServer } from './processes.ts';

const AUTH_SECRET = 'a secret of the benchmark, used nowhere else';
const TOKEN_SECONDS = 24 * 3600;
/**
 * Settings of the machine's own .env that would change what is measured; an empty one counts as
 * absent.
 */
const UNSET = {
  REDIS_URL: '',
  AUTH_JWKS_URL: '',
  AUTH_ISSUER: '',
  AUTH_AUDIENCE: '',
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
  TRUSTED_DOCUMENTS: '',
};

export const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json',
};

/**
 * As the npm script of the role starts it: V8 otherwise lets its heap grow with the machine's
 * memory, to 520 MB on 24 GB.
 */
export function sheafArguments(role: 'start' | 'api' | 'worker'): string[] {
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

export async function isListening(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  await response.arrayBuffer();
  return response.status !== 503;
}

export async function tokenOf(userId: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + TOKEN_SECONDS)
    .sign(new TextEncoder().encode(AUTH_SECRET));
}

export interface Sheaf {
  server: ServerProcess;
  url: string;
  token: string;
  /** The data of an operation; throws where it has errors. */
  run<Data>(query: string, variables?: object): Promise<Data>;
}

export interface SheafOptions {
  root: string;
  databaseUrl: string;
  role: 'start' | 'api' | 'worker';
  /** Whose token requests carry. */
  userId: string;
  settings?: Record<string, string>;
}

export async function startSheaf({
  root,
  databaseUrl,
  role,
  userId,
  settings,
}: SheafOptions): Promise<Sheaf> {
  const environment = { ...sheafEnvironment(databaseUrl), ...settings };
  const server = await startServer(
    { arguments: sheafArguments(role), cwd: root, environment },
    isListening,
  );
  const url = `http://127.0.0.1:${server.port}/graphql`;
  const token = await tokenOf(userId);
  const headers = { ...HEADERS, authorization: `Bearer ${token}` };
  const run = async <Data>(query: string, variables?: object): Promise<Data> => {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
    if (errors) throw new Error(`Expected data, found ${JSON.stringify(errors).slice(0, 500)}`);
    return data;
  };
  return { server, url, token, run };
}
