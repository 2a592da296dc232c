/**
 * Whether a process id from a file still refers to the process that wrote it. Ids are reused: soon
 * in a container, where every start assigns the same few, and after every reboot.
 */
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Whether the process exists; false for a zombie, which an orphan that ended stays for ever in a
 * container whose first process does not reap.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const state = readStat(pid)?.state;
  return state !== 'Z' && state !== 'X';
}

/**
 * A text that differs for two processes with the same id; empty where the system has no /proc
 * (macOS, Windows).
 */
export function startMark(pid: number): string {
  const started = readStat(pid)?.startedAtTick;
  return started ? `${readText('/proc/sys/kernel/random/boot_id').trim()}/${started}` : '';
}

/** The working folder of a process; null where the system does not provide it. */
export function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/**
 * Fields 3 and 22 of /proc/PID/stat (man 5 proc); the second field, the name, may hold spaces and
 * parentheses.
 */
function readStat(pid: number): { state: string; startedAtTick: string } | null {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' ? null : { state: fields[0] ?? '', startedAtTick: fields[19] ?? '' };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
