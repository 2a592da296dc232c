/**
 * `npm run schema` writes schema.graphql from the code; `-- --check` writes nothing and fails,
 * listing the differences, when the file is out of date. `--file` names another file. `--
 * --undescribed` lists what has no description of its own; `-- --undescribed Contact` only
 * coordinates that begin with that.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { schema } from '../graphql/schema.ts';
import { CommandError, print, runCommand } from './command.ts';
import { missingDescriptions } from './descriptions.ts';
import { compareSchemas, printSorted } from './schema-difference.ts';

const SCHEMA_FILE = join(import.meta.dirname, '../../schema.graphql');

const COMMAND = {
  usage: [
    'npm run schema -- [--check] [--file FILE]',
    'npm run schema -- --undescribed [PREFIX …]',
  ],
  about: 'Writes schema.graphql from the code.',
  options: {
    check: {
      type: 'boolean',
      default: false,
      meaning: 'writes nothing; fails, and lists the differences, when the file is out of date',
    },
    undescribed: {
      type: 'boolean',
      default: false,
      meaning: 'lists what has no description of its own',
    },
    file: {
      type: 'string',
      default: SCHEMA_FILE,
      value: 'FILE',
      meaning: 'another file than schema.graphql',
    },
  },
  examples: ['npm run schema -- --check', 'npm run schema -- --undescribed Contact'],
} as const;

await runCommand(COMMAND, async ({ values, positionals }) => {
  if (values.undescribed) return printUndescribed(positionals);
  const name = relative(process.cwd(), values.file);
  const current = printSorted(schema);
  const committed = await readIfThere(values.file);
  if (committed === current) return print(`${name} is up to date.`);
  if (values.check)
    throw new CommandError(
      `${name} is out of date: run "npm run schema" and commit the file.\n${compareSchemas(committed, schema)}`,
    );
  await writeFile(values.file, current);
  print(`Wrote ${name}.`);
});

function printUndescribed(prefixes: readonly string[]): void {
  const missing = missingDescriptions(schema).filter(
    (line) => prefixes.length === 0 || prefixes.some((prefix) => line.startsWith(prefix)),
  );
  for (const line of missing) print(line);
  print(`${missing.length} without a description of their own.`);
}

/** git may write text files with \r\n on Windows. A missing file counts as empty. */
async function readIfThere(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
