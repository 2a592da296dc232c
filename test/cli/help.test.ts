/** Every npm script that is a program of this repository explains itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand } from './run-command.ts';

const { scripts } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
) as { scripts: Record<string, string> };
const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

/** Name, file and the arguments that the script itself gives. */
const COMMANDS = Object.entries(scripts).flatMap(([name, script]) => {
  const [, file, given] =
    / ((?:src|scripts|bench)\/[\w/-]+\.(?:ts|mjs))( \w+)?$/.exec(script) ?? [];
  const call = name === 'start' ? 'npm start' : `npm run ${name}`;
  return file === undefined ? [] : [{ call, file, given: given ? [given.trim()] : [] }];
});

test('all of them are looked at', () => {
  expect(COMMANDS.map(({ call }) => call)).toEqual(
    expect.arrayContaining(['npm start', 'npm run worker', 'npm run migrate', 'npm run bench']),
  );
  expect(COMMANDS.length).toBeGreaterThanOrEqual(12);
});

describe.each(COMMANDS)('$call', ({ call, file, given }) => {
  test('has --help: usage, options and examples', async () => {
    const { code, stdout, stderr } = await runCommand(file, [...given, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: npm /);
    expect(stdout.replaceAll(' --silent', '')).toContain(call);
    expect(stdout).toMatch(/^ {2}--help +shows this$/m);
    expect(stdout).toMatch(/\nExamples:\n {2}\S/);
    const tooLong = stdout.split('\n').filter((line) => line.length > 130);
    expect(tooLong).toEqual([]);
    expect(README.replaceAll(' --silent', '')).toContain(`\`${call}`);
  });

  test('shows it for an option that there is not, and does nothing', async () => {
    const { code, stdout, stderr } = await runCommand(file, [...given, '--prot=1']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^There is no option --prot\.\nUsage: npm /);
  });
});
