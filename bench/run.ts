/**
 * The benchmark: `npm run bench`. Each part makes its own database, measures what its head comment
 * says, and holds it against bars. What is compared is measured in one run, in turn, on the same
 * data.
 *
 * A whole run of a part writes bench/results/PART.md, which names the commit and says what changed
 * since the results that it replaces. The exit code is 1 when a bar was missed.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Given, UsageError, withCommandLine } from '../src/platform/command-line.ts';
import { changesSection } from './changes.ts';
import { currentCommit } from './commits.ts';
import type { PartOptions } from './options.ts';
import { type PartResult, resultText } from './report.ts';
import { stopDatabases } from './servers/database.ts';
import { killChildren } from './servers/processes.ts';

const ROOT = join(import.meta.dirname, '..');
/** The exit code that shells expect of a process ended by Ctrl+C. */
const INTERRUPTED = 130;

type Run = (options: PartOptions) => Promise<PartResult>;

/** Imported only when they are run: some need the peers' packages, which are installed first. */
const PARTS: Record<string, () => Promise<{ run: Run }>> = {
  reading: () => import('./reading/part.ts'),
  background: () => import('./background/part.ts'),
  contacts: () => import('./contacts/part.ts'),
  campaigns: () => import('./campaigns/part.ts'),
  workflows: () => import('./workflows/part.ts'),
  fairness: () => import('./fairness/part.ts'),
};

interface Options extends PartOptions {
  parts: string[];
}

const COMMAND = {
  usage: ['npm run bench -- [OPTIONS]'],
  about:
    'Measures Sheaf beside its peers, holds it against bars and writes bench/results. The first run installs the peers.',
  options: {
    part: {
      type: 'string',
      value: 'A,B',
      meaning: `some of ${Object.keys(PARTS).join(', ')}; all by default`,
    },
    seconds: {
      type: 'string',
      value: 'N',
      meaning: 'how long each measurement lasts; 5 by default',
    },
    alternations: {
      type: 'string',
      value: 'N',
      meaning: 'rounds of which the median is taken; 5 by default',
    },
    only: { type: 'string', value: 'A,B', meaning: 'reading: the contestants; all by default' },
    against: {
      type: 'string',
      value: 'FOLDER',
      meaning: 'reading: another checkout of Sheaf, installed, that joins the contestants',
    },
    quick: {
      type: 'boolean',
      default: false,
      meaning: 'small volumes, 1 s and 1 round, to check that everything works; writes nothing',
    },
  },
  examples: ['npm run bench -- --quick', 'npm run bench -- --part reading --only sheaf,limit'],
} as const;

function readOptions({ values }: Given<(typeof COMMAND)['options']>): Options {
  const whole = (name: 'seconds' | 'alternations', fallback: number) => {
    const value = Number(values[name] ?? fallback);
    if (!Number.isInteger(value) || value < 1 || value > 600)
      throw new UsageError(
        `--${name}: expected a whole number from 1 to 600, found ${values[name]}`,
      );
    return value;
  };
  const parts = values.part?.split(',') ?? Object.keys(PARTS);
  const unknown = parts.filter((part) => !(part in PARTS));
  if (unknown.length > 0)
    throw new UsageError(
      `--part: expected names among ${Object.keys(PARTS).join(', ')}, found ${unknown.join(', ')}`,
    );
  const { quick } = values;
  return {
    root: ROOT,
    parts,
    seconds: whole('seconds', quick ? 1 : 5),
    alternations: whole('alternations', quick ? 1 : 5),
    only: values.only?.split(',') ?? [],
    against: values.against === undefined ? null : resolve(values.against),
    quick,
    announce,
  };
}

/**
 * The peers are not dependencies of the server: they are installed by the first run, and again when
 * their lockfile has changed.
 */
function installPeers(): void {
  const installedAt = modifiedAt('bench/node_modules/.package-lock.json');
  if (installedAt > modifiedAt('bench/package-lock.json')) return;
  announce('Installing what Sheaf is measured against (npm ci in bench/) …');
  const { status } = spawnSync('npm', ['ci', '--prefix', 'bench', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0)
    throw new Error(
      'The peers of the benchmark could not be installed. Run "npm ci --prefix bench", fix what it reports, and run the benchmark again.',
    );
}

function modifiedAt(file: string): number {
  return statSync(join(ROOT, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function announce(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function runPart(name: string, options: Options): Promise<void> {
  announce(`\n# ${name}`);
  const part = await PARTS[name]?.();
  if (!part) return;
  const commit = currentCommit(ROOT);
  const result = await part.run(options);
  const text = resultText({ title: name, command: commandLine(), commit }, result);
  announce(`\n${text}`);
  if (!options.quick && options.only.length === 0 && options.against === null)
    await replaceResults(name, text);
  if (result.missed.length > 0) process.exitCode = 1;
}

async function replaceResults(name: string, now: string): Promise<void> {
  const file = join(ROOT, `bench/results/${name}.md`);
  const before = await readFile(file, 'utf8').catch(() => null);
  const changes = before === null ? '' : `\n${changesSection({ root: ROOT, before, now })}\n`;
  await writeFile(file, `${now}${changes}`);
}

function commandLine(): string {
  const given = process.argv.slice(2).join(' ');
  return given === '' ? 'npm run bench' : `npm run bench -- ${given}`;
}

// Children and databases would outlive their owner.
const interrupted = () => {
  killChildren();
  void stopDatabases().finally(() => process.exit(INTERRUPTED));
};
process.once('SIGINT', interrupted).once('SIGTERM', interrupted);

try {
  await withCommandLine(COMMAND, async (given) => {
    const options = readOptions(given);
    installPeers();
    for (const name of options.parts) await runPart(name, options);
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
