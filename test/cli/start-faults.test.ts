/** What `npm start` and the commands say where they cannot start: a sentence, and exit code 1. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { missingDatabaseUrl, runCommand, SECRET } from './run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'sheaf-faults-'));
const taken = createServer();
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => {
  taken.close();
  rmSync(folder, { recursive: true, force: true });
});

async function fails(
  environment: Record<string, string>,
  file = 'src/main.ts',
): Promise<{ code: number; lines: string[] }> {
  const { code, stderr } = await runCommand(file, [], { PORT: '0', ...environment });
  return { code, lines: stderr.trim().split('\n') };
}

describe('starting', () => {
  test('tries the port before it makes a database', async () => {
    const DATA_DIR = join(folder, 'unused');
    expect(await fails({ DATA_DIR, PORT: String(port) })).toEqual({
      code: 1,
      lines: [expect.stringMatching(`^Port ${port} of 127.0.0.1 is taken: .* set PORT`)],
    });
    expect(existsSync(DATA_DIR)).toBe(false);
  });

  test.each(['src/main.ts', 'src/cli/migrate.ts'])(
    '%s says what is wrong with DATA_DIR',
    async (file) => {
      const aFile = join(folder, 'a-file');
      writeFileSync(aFile, '');
      for (const DATA_DIR of [aFile, join(aFile, 'below')])
        expect(await fails({ DATA_DIR }, file)).toEqual({
          code: 1,
          lines: [
            `DATA_DIR: ${DATA_DIR} is, or lies in, a file; a folder is needed. Set it to a folder of your own.`,
          ],
        });
    },
  );

  test.runIf(existsSync('/proc/self'))('does not hang where no folder can be made', async () => {
    expect(await fails({ DATA_DIR: '/proc/sheaf/data' })).toEqual({
      code: 1,
      lines: [expect.stringMatching('^DATA_DIR: The folder /proc/sheaf/data can')],
    });
  });

  const wrongPassword = () => {
    const url = new URL(inject('postgresAdminUrl'));
    url.password = 'wrong-password';
    return url.href;
  };
  test.each([
    ['a wrong password', wrongPassword, 'The database refuses the user or the password'],
    ['no such database', missingDatabaseUrl, 'database "no_such_database" does not exist: create'],
    [
      'no database',
      () => 'postgres://u:hidden@127.0.0.1:1/x',
      'No database responds at 127.0.0.1:1',
    ],
  ])('says the same of %s, whatever is started', async (_what, url, sentence) => {
    for (const file of ['src/main.ts', 'src/cli/migrate.ts', 'src/cli/demo-data.ts']) {
      const { code, lines } = await fails({ DATABASE_URL: url(), AUTH_SECRET: SECRET }, file);
      // The server warns in its log, on stdout, of a key that is not set.
      expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringContaining(sentence)] });
      expect(lines[0]).not.toMatch(/hidden|wrong-password/);
    }
  });
});

test('settings are told as sentences, without their secrets', async () => {
  const { lines } = await fails({ AUTH_SECRET: 'a-short', PORT: '99999', LOG_LEVEL: 'loud' });
  expect(lines.slice(1)).toEqual(
    expect.arrayContaining([
      '  - AUTH_SECRET has 7 characters; at least 32 are needed',
      '  - PORT is 99999; it must be at most 65535',
      expect.stringMatching('LOG_LEVEL is "loud"; expected one of trace, debug'),
    ]),
  );
  expect(lines.join()).not.toContain('a-short');
});

describe('in production', () => {
  test('every line of the output is JSON, the first too', async () => {
    const { stdout } = await runCommand('src/main.ts', ['api'], {
      NODE_ENV: 'production',
      PORT: '0',
      DATABASE_URL: missingDatabaseUrl(),
      AUTH_SECRET: SECRET,
    });
    const lines = stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('msg');
  });
});
