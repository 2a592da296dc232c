/**
 * The benchmark: `npm run bench`. Sheaf, PostGraphile 5, Mercurius with batched loaders and its JIT, and one hand-written
 * SQL statement a request (the limit) answer the same three operations from one database, in turn, in one run.
 *
 * Each is a process of its own in production mode with the same pool size; one at a time gets load, from a generator in
 * another process. They are measured only after their answers were found the same. The list is of 50 packages, the detail
 * goes over 20 packages of 30 items and 60 artifacts in turn, the contacts are 100 with their organizations. "Sheaf, cached"
 * reads details that did not change from its versioned cache; the limit runs its SQL every time.
 *
 * --seconds N       of each measurement, 5 by default
 * --alternations N  rounds of which the median is taken, 5 by default
 * --only A,B        of sheaf, sheaf-cached, postgraphile, mercurius, limit
 * --quick           2 s, 1 round
 *
 * A whole run writes bench/RESULTS.md. The exit code is 1 when a bar was missed.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Contestant, RunningContestant } from './contestants.ts';
import type { BenchDatabase } from './database.ts';
import { killChildren } from './processes.ts';
import type { Findings } from './report.ts';

const ROOT = join(import.meta.dirname, '..');
const DETAIL_PACKAGES = 20;
/** What a shell expects of a process that Ctrl+C ended. */
const INTERRUPTED = 130;

interface Options {
  seconds: number;
  alternations: number;
  only: string[];
  quick: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: { seconds: { type: 'string' }, alternations: { type: 'string' }, only: { type: 'string' }, quick: { type: 'boolean', default: false } },
  });
  const whole = (name: 'seconds' | 'alternations', fallback: number) => {
    const value = Number(values[name] ?? fallback);
    if (!Number.isInteger(value) || value < 1 || value > 600) throw new Error(`--${name}: expected a whole number from 1 to 600, found ${values[name]}`);
    return value;
  };
  const { quick } = values;
  return { seconds: whole('seconds', quick ? 2 : 5), alternations: whole('alternations', quick ? 1 : 5), only: values.only?.split(',') ?? [], quick };
}

/** The peers are no dependencies of the server: they are installed at the first run, and again when their lockfile changed. */
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
    throw new Error('The peers of the benchmark could not be installed. Run "npm ci --prefix bench" and mend what it says, then run the benchmark again.');
}

function modifiedAt(file: string): number {
  return statSync(join(ROOT, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function announce(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What needs the peers' packages is imported after they are installed. */
async function run(options: Options): Promise<void> {
  const { selectContestants } = await import('./contestants.ts');
  const { startDatabase } = await import('./database.ts');
  const contestants = selectContestants(options.only);
  announce('Making the database …');
  const database = await startDatabase(join(ROOT, 'prisma/migrations'));
  // The database would outlive its owner.
  const interrupted = () => {
    killChildren();
    void database.stop().finally(() => process.exit(INTERRUPTED));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const findings = await compare({ contestants, database, options });
    const { report } = await import('./report.ts');
    const { text, missed } = report(findings);
    announce(`\n${text}`);
    if (!options.quick && options.only.length === 0) await writeFile(join(ROOT, 'bench/RESULTS.md'), text);
    if (missed.length > 0) process.exitCode = 1;
  } finally {
    await database.stop();
  }
}

interface Comparison {
  contestants: Contestant[];
  database: BenchDatabase;
  options: Options;
}

async function compare({ contestants, database, options }: Comparison): Promise<Findings> {
  const { startContestant } = await import('./contestants.ts');
  const { measure, verifyAnswers } = await import('./measure.ts');
  const { seconds, alternations } = options;
  const keys = { tenantId: database.tenant.tenantId, packageIds: database.tenant.fullPackageIds.slice(-DETAIL_PACKAGES) };
  const plan = { seconds, alternations, keys, announce };
  const running: RunningContestant[] = [];
  try {
    for (const contestant of contestants) running.push(await startContestant(contestant, database, ROOT));
    const verified = await verifyAnswers(running, database, plan);
    const measurements = await measure(verified, plan);
    const memory = await memoryOf(running);
    await stopAll(running);
    const coldStartMs = running.some(({ name }) => name === 'sheaf') ? await coldStart() : null;
    return { measurements, verified, memory, coldStartMs, postgres: database.version, command: commandLine(), seconds, alternations };
  } finally {
    await stopAll(running);
  }
}

async function memoryOf(running: readonly RunningContestant[]): Promise<Findings['memory']> {
  const found = await Promise.all(running.map(async ({ title, server }) => ({ title, memory: await server.memory() })));
  return found.flatMap(({ title, memory }) => (memory ? [{ title, ...memory }] : []));
}

async function stopAll(running: readonly RunningContestant[]): Promise<void> {
  await Promise.all(running.map(({ server }) => server.stop()));
}

async function coldStart(): Promise<number> {
  const { measureColdStart } = await import('./cold-start.ts');
  announce('Measuring the cold start …');
  return measureColdStart(ROOT);
}

function commandLine(): string {
  const given = process.argv.slice(2).join(' ');
  return given === '' ? 'npm run bench' : `npm run bench -- ${given}`;
}

try {
  const options = readOptions();
  installPeers();
  await run(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
