/**
 * Writes the folder `generated` from prisma/schema.prisma: Prisma's client, the Pothos types, the
 * Kysely types and the list of tables. Offline (see prisma.config.ts).
 *
 * Generation happens in a copy, and only files that differ are written: Prisma empties its output
 * folder first, under the feet of whatever is running. `--check` writes nothing and fails when a
 * file is not what would be generated.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { withCommandLine } from '../src/platform/command-line.ts';

const PROJECT = join(import.meta.dirname, '..');
const MODULES = join(PROJECT, 'node_modules');
const GENERATED = join(PROJECT, 'generated');
const SOURCES = [
  'prisma.config.ts',
  join('prisma', 'schema.prisma'),
  join('scripts', 'tables-generator.mjs'),
];

await withCommandLine(
  {
    usage: ['npm run generate -- [--check]'],
    about: 'Writes the folder generated from prisma/schema.prisma.',
    options: {
      check: {
        type: 'boolean',
        default: false,
        meaning: 'writes nothing; fails when a file is not current',
      },
    },
    examples: ['npm run generate', 'npm run generate -- --check'],
  },
  ({ values }) => {
    process.exitCode = main(values.check);
  },
);

function main(checkOnly) {
  // Below node_modules, so that the copy finds the same packages.
  mkdirSync(join(MODULES, '.cache'), { recursive: true });
  const copy = mkdtempSync(join(MODULES, '.cache', 'generate-'));
  try {
    const failure = generateIn(copy);
    if (failure) {
      console.error(failure);
      return 1;
    }
    const fresh = join(copy, 'generated');
    const different = findDifferent(fresh);
    if (!checkOnly) for (const name of different) update(fresh, name);
    return report(different, checkOnly);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Returns what went wrong, or nothing. */
function generateIn(copy) {
  for (const name of SOURCES) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    copyFileSync(join(PROJECT, name), join(copy, name));
  }
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [join(MODULES, 'prisma', 'build', 'index.js'), 'generate'],
    {
      cwd: copy,
      encoding: 'utf8',
      env: {
        ...process.env,
        // Generators are programs found on the PATH, and run by the `node` found there: this one,
        // not the machine's.
        PATH: [join(MODULES, '.bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      },
    },
  );
  return status === 0
    ? null
    : `prisma generate failed.\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`;
}

/** The files of either folder that the other has not, or has otherwise. */
function findDifferent(fresh) {
  const names = new Set([...filesOf(fresh), ...filesOf(GENERATED)]);
  return [...names]
    .sort()
    .filter((name) => contentOf(join(fresh, name)) !== contentOf(join(GENERATED, name)));
}

function update(fresh, name) {
  const target = join(GENERATED, name);
  if (!existsSync(join(fresh, name))) return rmSync(target);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(fresh, name), target);
}

function report(different, checkOnly) {
  if (different.length === 0) {
    console.log('generated is current.');
    return 0;
  }
  const list = different.map((name) => `  generated/${name}`).join('\n');
  if (!checkOnly) {
    console.log(`Generated from prisma/schema.prisma:\n${list}`);
    return 0;
  }
  console.error(
    `Not what prisma/schema.prisma generates:\n${list}\nRun "node scripts/with-node.mjs scripts/generate.mjs" and commit the result.`,
  );
  return 1;
}

function filesOf(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
}

/** git may write text files with \r\n on Windows. */
function contentOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\r\n', '\n') : null;
}
