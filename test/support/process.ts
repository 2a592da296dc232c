/**
 * The server as a process of its own, as `npm run api` and `npm run worker` start it; tests kill
 * it, and stop its PostgreSQL.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from './live.ts';
import { SECRET } from './server.ts';

export interface ServerProcess {
  url: string;
  child: ChildProcess;
  /** What it wrote to stdout and stderr. */
  output: () => string;
  /** Sends a signal and resolves with how the process ended. */
  end: (signal: NodeJS.Signals) => Promise<{ code: number | null; signal: string | null }>;
}

type Role = 'api' | 'worker' | 'start';
const PROJECT = join(import.meta.dirname, '../..');

/** Starts `main.ts api`, or another role, on a migrated database and waits until it listens. */
export function startProcess(
  databaseUrl: string,
  settings: Record<string, string> = {},
  role: Role = 'api',
): Promise<ServerProcess> {
  return startProcessOf(PROJECT, { DATABASE_URL: databaseUrl, ...settings }, role);
}

/** The same of another version, in a folder of its own. */
export async function startProcessOf(
  project: string,
  settings: Record<string, string>,
  role: Role,
): Promise<ServerProcess> {
  const environment = {
    PATH: process.env['PATH'],
    AUTH_SECRET: SECRET,
    PORT: '0',
    LOG_LEVEL: 'warn',
    ...settings,
  };
  const child = spawn(process.execPath, [join(project, 'src/main.ts'), role], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += String(chunk);
    });
  const listening = /listens on (http:\/\/[^\s/]+)/;
  const url = await eventually('the process listens', () => {
    if (child.exitCode !== null) throw new Error(`The process ended: ${output}`);
    return listening.exec(output)?.[1];
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return { code: child.exitCode, signal: child.signalCode };
  };
  return { url, child, output: () => output, end };
}
