/** What a person at a terminal sees of the server, and what a program does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { send } from '../support/http.ts';
import { eventually } from '../support/live.ts';
import { SECRET } from './run-command.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
/** Runs a command in a terminal of its own (util-linux). */
const SCRIPT = '/usr/bin/script';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

interface Started {
  url: string;
  lines: () => string[];
}

/** Runs the API, uses it until one request is in its log, and stops it. */
async function used(run: (args: string[]) => [string, string[]], settings: object = {}) {
  const [command, args] = run([process.execPath, MAIN, 'api']);
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: database.url,
    AUTH_SECRET: SECRET,
    PORT: '0',
    ...settings,
  };
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  try {
    const { url, lines } = await listening(child);
    await send(url, { body: { query: '{ __typename }' }, headers: { 'x-request-id': 'mine' } });
    return await eventually('the request is logged', () =>
      lines().some((line) => line.includes('mine')) ? lines() : null,
    );
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

async function listening(child: ChildProcess): Promise<Started> {
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += String(chunk);
  });
  const lines = () => stripVTControlCharacters(output).split(/\r?\n/).filter(Boolean);
  const url = await eventually('the process listens', () => {
    if (child.exitCode !== null) throw new Error(`The process ended: ${output}`);
    return /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  });
  return { url, lines };
}

describe.runIf(existsSync(SCRIPT))('in a terminal', () => {
  const inTerminal = (args: string[]): [string, string[]] => [
    SCRIPT,
    ['--quiet', '--return', '--command', args.join(' '), '/dev/null'],
  ];

  test('log lines are readable', async () => {
    const lines = await used(inTerminal);
    expect(lines).toContainEqual(
      expect.stringMatching(/^\d\d:\d\d:\d\d warning ENCRYPTION_KEY is not set/),
    );
    expect(lines.find((line) => line.includes('mine'))).toMatch(
      /^\d\d:\d\d:\d\d request {2}id=mine method=POST route=\/graphql .*status=200$/,
    );
    // The address is the last thing that the start says.
    const place = (text: string) => lines.findIndex((line) => line.includes(text));
    expect(place('Sheaf listens on')).toBe(place('mine') - 1);
  });

  test('they are JSON in production all the same', async () => {
    const lines = await used(inTerminal, { NODE_ENV: 'production' });
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('msg');
  });
});

test('a program that reads the log gets JSON', async () => {
  const lines = await used(([node = '', ...args]) => [node, args]);
  const line = lines.find((one) => one.includes('mine')) ?? '';
  expect(JSON.parse(line)).toMatchObject({ msg: 'request', id: 'mine', status: 200 });
});
