/** The schema file, and the descriptions of the settings. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareSchemas, printSorted } from '../../src/cli/schema-difference.ts';
import { runCommand } from './run-command.ts';

describe('schema', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sheaf-schema-'));
    file = join(folder, 'schema.graphql');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('writes a file that is then current', async () => {
    expect(await run('--check')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('missing or empty'),
    });
    expect((await run()).code).toBe(0);
    const text = await readFile(file, 'utf8');
    expect(() => buildSchema(text)).not.toThrow();
    expect(await run('--check')).toMatchObject({ code: 0, stderr: '' });
  });

  test('names what is not current and leaves the file alone', async () => {
    await run();
    const older = `${await readFile(file, 'utf8')}\ntype Gone {\n  id: ID!\n}\n`;
    await writeFile(file, older);
    const { code, stderr } = await run('--check');
    expect(code).toBe(1);
    expect(stderr).toContain('object Gone: removed');
    expect(stderr).toContain('npm run schema');
    expect(await readFile(file, 'utf8')).toBe(older);
  });

  function run(...args: string[]) {
    return runCommand('src/cli/schema.ts', ['--file', file, ...args]);
  }
});

describe('the difference of two schemas', () => {
  const before = printSorted(buildSchema('type Query { a: Int b: String } type Old { a: Int }'));

  test('names added and removed lines and what breaks clients', () => {
    const current = buildSchema('type Query { a: Int! c: String }');
    expect(compareSchemas(before, current).split('\n')).toEqual([
      'object Old: removed',
      'object Query:',
      '  -   a: Int',
      '  -   b: String',
      '  +   a: Int!',
      '  +   c: String',
      'This breaks clients:',
      '  ! Old was removed.',
      '  ! Query.b was removed.',
    ]);
  });

  test('says when nothing breaks', () => {
    const current = buildSchema('type Query { a: Int b: String c: Int } type Old { a: Int }');
    expect(compareSchemas(before, current)).toBe(
      'object Query:\n  +   c: Int\nNone of this breaks clients.',
    );
  });

  test('shows what is deprecated, and why', () => {
    const current = buildSchema(
      'type Query { a: Int b: String @deprecated(reason: "Use a.") } type Old { a: Int }',
    );
    expect(compareSchemas(before, current).split('\n')).toEqual([
      'object Query:',
      '  -   b: String',
      '  +   b: String @deprecated(reason: "Use a.")',
      'None of this breaks clients.',
    ]);
  });

  test('stays short however much is different', () => {
    const fields = Array.from({ length: 200 }, (_field, index) => `f${index}: Int`).join(' ');
    expect(
      compareSchemas(
        before,
        buildSchema(`type Query { a: Int b: String ${fields} } type Old { a: Int }`),
      ).split('\n'),
    ).toHaveLength(42);
  });

  test('tells another layout from another schema', () => {
    expect(compareSchemas(before.replaceAll('\n\n', '\n'), buildSchema(before))).toContain(
      'Only the order or the layout',
    );
  });

  test('does not fail on a file that is no schema', () => {
    expect(compareSchemas('<<<<<<< HEAD', buildSchema(before))).toBe(
      'The file is not a GraphQL schema.',
    );
  });
});

test('the descriptions of the settings are current', async () => {
  expect(await runCommand('scripts/settings.ts', ['--check'])).toMatchObject({
    code: 0,
    stderr: '',
  });
});
