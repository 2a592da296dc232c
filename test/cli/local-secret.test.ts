/** The secret that the embedded default makes for itself. */
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localSecret } from '../../src/platform/local-secret.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sheaf-secret-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('the secret of a data folder is made once, in a file that only its owner reads', async () => {
  const folder = join(dataDir, 'new');
  const secret = await localSecret(folder);
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(await localSecret(folder)).toBe(secret);
  expect((await stat(join(folder, 'auth-secret'))).mode & 0o777).toBe(0o600);
});

test('all that ask for the secret of a new folder at once get the same, and nothing else is left in it', async () => {
  const secrets = await Promise.all(Array.from({ length: 50 }, () => localSecret(dataDir)));
  expect(new Set(secrets).size).toBe(1);
  expect(await readdir(dataDir)).toEqual(['auth-secret']);
});

test('two folders have two secrets', async () => {
  expect(await localSecret(join(dataDir, 'a'))).not.toBe(await localSecret(join(dataDir, 'b')));
});

test('a secret that is too short is refused, naming the file', async () => {
  await writeFile(join(dataDir, 'auth-secret'), 'short');
  await expect(localSecret(dataDir)).rejects.toThrow(
    `${join(dataDir, 'auth-secret')}: expected at least 32 characters`,
  );
});
