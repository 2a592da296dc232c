/**
 * Child processes of the benchmark: each runs the same Node as the benchmark itself, listens on
 * 127.0.0.1 and ends with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { processCpuMs } from './cpu-time.ts';

const READY_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 12_000;

const children = new Set<ChildProcess>();
process.once('exit', killChildren);

export interface ServerProcess {
  port: number;
  /** CPU time so far, in all its threads; null where the system has no /proc. */
  cpuMs(): Promise<number | null>;
  /** Resident memory; null where the system has no /proc. */
  memory(): Promise<{ nowMb: number; peakMb: number } | null>;
  stop(): Promise<void>;
}

export interface ServerCommand {
  arguments: string[];
  cwd: string;
  environment: Record<string, string>;
}

/**
 * Starts a server with PORT set to a free one. Resolves once `isReady` returns true; throws when
 * the process ends before that, or after three minutes.
 */
export async function startServer(
  command: ServerCommand,
  isReady: (port: number) => Promise<boolean>,
): Promise<ServerProcess> {
  const port = await freePort();
  const environment = { ...process.env, ...command.environment, PORT: String(port) };
  const child = spawn(process.execPath, command.arguments, {
    cwd: command.cwd,
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  endWithThisProcess(child);
  try {
    await untilReady(child, () => isReady(port), command.arguments.join(' '));
  } catch (error) {
    await stop(child);
    throw error;
  }
  return {
    port,
    cpuMs: () => processCpuMs(child.pid),
    memory: () => memory(child.pid),
    stop: () => stop(child),
  };
}

/** Registers a child, to be killed by `killChildren` and when this process ends. */
export function endWithThisProcess(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
}

export function killChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}

async function untilReady(
  child: ChildProcess,
  isReady: () => Promise<boolean>,
  name: string,
): Promise<void> {
  const giveUpAt = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(
        `${name} ended before it was ready (code ${child.exitCode}, signal ${child.signalCode})`,
      );
    if (await isReady().catch(() => false)) return;
    await sleep(10);
  }
  throw new Error(`${name} was not ready within ${READY_TIMEOUT_MS / 1000} s`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('Expected a TCP port');
  return address.port;
}

async function memory(pid: number | undefined): Promise<{ nowMb: number; peakMb: number } | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => null);
  if (!status) return null;
  const megabytes = (name: string) =>
    (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1_024) / 1_000_000;
  return { nowMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') };
}
