/** The AUTH_SECRET of the embedded default: made once, kept in the data folder, readable by its owner alone. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from './config.ts';

const SECRET_FILE = 'auth-secret';
const SECRET_LENGTH = 32;

/**
 * The secret of a data folder, which is made where there is none; callers at the same time, in whatever process, get the
 * same one. Throws a ConfigError when the file holds fewer characters than AUTH_SECRET must have.
 */
export async function localSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, SECRET_FILE);
  const secret = (await readSecret(path)) ?? (await makeSecret(dataDir, path));
  if (secret.length >= SECRET_LENGTH) return secret;
  throw new ConfigError([
    `${path}: expected at least ${SECRET_LENGTH} characters; delete the file to get a new secret, which ends the tokens given out so far`,
  ]);
}

async function readSecret(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/**
 * Written to a file of its own and linked to the name when complete: a link never replaces a file, so the first of several
 * processes wins and nobody reads half a secret. Every file system that PostgreSQL keeps its data on has hard links.
 */
async function makeSecret(dataDir: string, path: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const unfinished = `${path}.${randomBytes(8).toString('hex')}`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(SECRET_LENGTH).toString('base64url'));
    await file.sync();
    await link(unfinished, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await file.close();
    await rm(unfinished, { force: true });
  }
  return readFile(path, 'utf8');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
