/**
 * The AUTH_SECRET and ENCRYPTION_KEY of the embedded default: generated once and kept in the data
 * folder, readable by its owner only.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from './config.ts';

const SECRET_BYTES = 32;
const SECRET_LENGTH = 32;

/** A kind of secret kept in a data folder. */
interface Kind {
  file: string;
  make: () => string;
  isValid: (secret: string) => boolean;
  expected: string;
  /** What deleting the file costs. */
  consequence: string;
}

const AUTH: Kind = {
  file: 'auth-secret',
  make: () => randomBytes(SECRET_BYTES).toString('base64url'),
  isValid: (secret) => secret.length >= SECRET_LENGTH,
  expected: `at least ${SECRET_LENGTH} characters`,
  consequence: 'which invalidates all tokens issued so far',
};

const ENCRYPTION: Kind = {
  file: 'encryption-key',
  make: () => randomBytes(SECRET_BYTES).toString('hex'),
  isValid: (secret) => /^[0-9a-f]{64}$/i.test(secret),
  expected: '64 hex digits',
  consequence: 'which makes the stored tokens of connected systems unreadable',
};

/**
 * The AUTH_SECRET of a data folder, generated if there is none; concurrent callers, in any process,
 * get the same one. Throws a ConfigError when the file does not hold a valid secret.
 */
export function localSecret(dataDir: string): Promise<string> {
  return keptSecret(dataDir, AUTH);
}

/** The ENCRYPTION_KEY of a data folder, generated and shared in the same way. */
export function localEncryptionKey(dataDir: string): Promise<string> {
  return keptSecret(dataDir, ENCRYPTION);
}

async function keptSecret(dataDir: string, kind: Kind): Promise<string> {
  const path = join(dataDir, kind.file);
  const secret = (await readSecret(path)) ?? (await makeSecret(dataDir, path, kind));
  if (kind.isValid(secret)) return secret;
  throw new ConfigError([
    `${path}: expected ${kind.expected}; delete the file to get a new secret, ${kind.consequence}`,
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
 * Written to a file of its own and linked to the name when complete: a link never replaces a file,
 * so the first of several processes wins and none reads half a secret. Every file system that
 * PostgreSQL keeps its data on has hard links.
 */
async function makeSecret(dataDir: string, path: string, kind: Kind): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const unfinished = `${path}.${randomBytes(8).toString('hex')}`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(kind.make());
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
