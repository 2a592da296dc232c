/** Runs a command of src/cli as its npm script does, in a folder without an `.env`. */
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';

const PROJECT = join(import.meta.dirname, '../..');
const LAUNCHER = join(PROJECT, 'scripts/with-node.mjs');

export const SECRET = 'a secret that only these tests know of';

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** `file` is relative to the project; the environment holds nothing but what is given. */
export function runCommand(
  file: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<CommandResult> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), ...environment };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [LAUNCHER, join(PROJECT, file), ...args],
      { cwd: tmpdir(), env },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
  });
}

/** The URL of a database that does not exist, on the server of the tests. */
export function missingDatabaseUrl(): string {
  const url = new URL(inject('postgresAdminUrl'));
  url.pathname = '/no_such_database';
  return url.href;
}
