/** What git says about the code that was measured. */
import { spawnSync } from 'node:child_process';

export interface Commit {
  hash: string;
  /** Whether the files were those of the commit; results do not count, since runs write them. */
  isClean: boolean;
}

/** The commit that is checked out; null where there is no git or no repository. */
export function currentCommit(root: string): Commit | null {
  const hash = git(root, ['rev-parse', '--short=10', 'HEAD'])?.trim();
  const changed = git(root, ['status', '--porcelain', '--', '.', ':!bench/results']);
  return hash === undefined || changed === null ? null : { hash, isClean: changed === '' };
}

/**
 * The commits after the first until the second, newest first, as `hash subject`; null where git does
 * not know one of them.
 */
export function commitsBetween(root: string, first: string, second: string): string[] | null {
  const log = git(root, ['log', '--no-merges', '--format=%h %s', `${first}..${second}`]);
  return log?.split('\n').filter((line) => line !== '') ?? null;
}

function git(root: string, command: string[]): string | null {
  const { status, stdout } = spawnSync('git', command, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout : null;
}
