/** Secrets at rest: what is stored, and what opens it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/platform/config.ts';
import { localEncryptionKey } from '../../src/platform/local-secret.ts';
import { SecretBox, SecretError, secretBox } from '../../src/platform/secrets.ts';

const KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const PLACE = 'crm_connection/7';
const box = new SecretBox(KEY);

test('a sealed secret opens with its key and place, whatever characters it has', () => {
  for (const secret of ['token', '', 'ключ 🗝️', 'x'.repeat(10_000)])
    expect(box.open(box.seal(secret, PLACE), PLACE)).toBe(secret);
});

test('what is stored shows nothing of the secret, and differs each time', () => {
  const [first, second] = [box.seal('a secret token', PLACE), box.seal('a secret token', PLACE)];
  expect(first).not.toBe(second);
  expect(Buffer.from(first, 'base64url').toString('latin1')).not.toContain('secret');
});

test('it does not open with another key, nor at another place', () => {
  const sealed = box.seal('token', PLACE);
  expect(() => new SecretBox(randomBytes(32).toString('hex')).open(sealed, PLACE)).toThrow(
    SecretError,
  );
  expect(() => box.open(sealed, 'crm_connection/8')).toThrow(SecretError);
});

test('no part of it can be changed or cut', () => {
  const parts = box.seal('token', PLACE).split('.');
  for (const index of parts.keys()) {
    const changed = parts.with(
      index,
      Buffer.from(parts[index]!, 'base64url')
        .map((byte) => byte ^ 1)
        .toString(),
    );
    expect(() => box.open(changed.join('.'), PLACE)).toThrow(SecretError);
    expect(() => box.open(parts.toSpliced(index, 1).join('.'), PLACE)).toThrow(SecretError);
    expect(() => box.open(parts.with(index, parts[index]!.slice(0, -4)).join('.'), PLACE)).toThrow(
      SecretError,
    );
  }
});

test('a server without ENCRYPTION_KEY seals nothing and says so', () => {
  expect(() => secretBox({})).toThrow('This server has no ENCRYPTION_KEY');
});

test.each(['short', KEY.slice(2), `${KEY}00`, KEY.replace('0', 'g')])(
  'the key %s is refused at the start',
  (key) => {
    expect(() => readConfig({ ENCRYPTION_KEY: key })).toThrow(
      'ENCRYPTION_KEY: expected 64 hex digits',
    );
    expect(() => new SecretBox(key)).toThrow(SecretError);
  },
);

test('the embedded default makes a key once, in a file that only its owner reads, and refuses a damaged one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sheaf-key-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const keys = await Promise.all(Array.from({ length: 10 }, () => localEncryptionKey(folder)));
  expect(new Set(keys).size).toBe(1);
  expect(box.open(new SecretBox(KEY).seal('token', PLACE), PLACE)).toBe('token');
  expect(new SecretBox(keys[0]!).open(new SecretBox(keys[0]!).seal('token', PLACE), PLACE)).toBe(
    'token',
  );
  const file = join(folder, 'encryption-key');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await writeFile(file, 'damaged');
  await expect(localEncryptionKey(folder)).rejects.toThrow(`${file}: expected 64 hex digits`);
});

test('production refuses to send tokens to a CRM in the open', () => {
  const settings = {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://x/y',
    AUTH_SECRET: 'x'.repeat(32),
    PIPEDRIVE_API_URL: 'http://crm.example',
  };
  expect(() => readConfig(settings)).toThrow('PIPEDRIVE_API_URL: must be https in production');
});
