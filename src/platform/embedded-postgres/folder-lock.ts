/**
 * Allows one live process per data folder. The lock is a file that names its holder; a holder that
 * is killed leaves it behind, and the next process takes it over.
 *
 * It does not see a process of another container that mounts the same folder: their process ids are
 * not ours.
 */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataFolderInUseError } from './errors.ts';
import { isRunning, startMark } from './running-process.ts';

const LOCK_FILE = 'process.lock';
/**
 * Creating and filling the file takes microseconds; one that stays empty was left by a killed
 * process.
 */
const EMPTY_FILE_GRACE_MS = 200;

interface Holder {
  pid: number;
  mark: string;
}

const heldByThisProcess = new Set<string>();

/** A held lock; `release` frees the folder for other processes. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Never waits for another holder: throws a DataFolderInUseError, which names it, at once. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, LOCK_FILE);
  while (!(await create(path))) {
    const content = await readLock(path);
    const holder = parseHolder(content);
    if (holder && isHolding(holder, path)) throw new DataFolderInUseError(folder, holder.pid);
    await removeStale(path, content);
  }
  heldByThisProcess.add(path);
  return {
    async release() {
      heldByThisProcess.delete(path);
      await rm(path, { force: true });
    },
  };
}

async function create(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(
      JSON.stringify({ pid: process.pid, mark: startMark(process.pid) } satisfies Holder),
    );
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function readLock(path: string): Promise<string> {
  const giveUpAt = Date.now() + EMPTY_FILE_GRACE_MS;
  for (;;) {
    const content = await readFile(path, 'utf8').catch(() => '');
    if (content !== '' || Date.now() > giveUpAt) return content;
    await sleep(10);
  }
}

/**
 * Two processes may find the same stale lock: the second one would remove the first one's new lock.
 * So the file is moved aside, checked again, and put back if it is not the stale one.
 */
async function removeStale(path: string, staleContent: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) === staleContent) await rm(aside, { force: true });
  else await rename(aside, path);
}

function parseHolder(content: string): Holder | null {
  const match = /^\{"pid":(\d+),"mark":"([^"]*)"\}$/.exec(content);
  return match ? { pid: Number(match[1]), mark: match[2] ?? '' } : null;
}

function isHolding(holder: Holder, path: string): boolean {
  if (holder.pid === process.pid) return heldByThisProcess.has(path);
  return isRunning(holder.pid) && holder.mark === startMark(holder.pid);
}
