/**
 * How long `npm start` takes to be ready on a data folder that it has made before, with the
 * embedded PostgreSQL in it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../servers/processes.ts';

const STARTS = 3;

/** The median of three starts; the launcher of the npm script is part of it, npm itself is not. */
export async function measureColdStart(root: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sheaf-cold-start-'));
  try {
    await timeStart(root, folder);
    const times: number[] = [];
    for (let start = 0; start < STARTS; start++) times.push(await timeStart(root, folder));
    return times.sort((a, b) => a - b)[Math.floor(STARTS / 2)] ?? Number.NaN;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeStart(root: string, folder: string): Promise<number> {
  const environment = {
    DATA_DIR: folder,
    DATABASE_URL: '',
    REDIS_URL: '',
    AUTH_SECRET: '',
    AUTH_JWKS_URL: '',
    NODE_ENV: '',
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
  };
  const startedAt = performance.now();
  const server = await startServer(
    { arguments: ['scripts/with-node.mjs', 'src/main.ts', 'start'], cwd: root, environment },
    isReady,
  );
  const milliseconds = performance.now() - startedAt;
  await server.stop();
  return milliseconds;
}

async function isReady(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  await response.arrayBuffer();
  return response.status === 200;
}
