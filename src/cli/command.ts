/**
 * What the commands share: reading the settings, finding the database, and reporting errors in a
 * line.
 */
import { type CommandLine, type Given, withCommandLine } from '../platform/command-line.ts';
import { type Config, readConfig } from '../platform/config.ts';
import { Database } from '../platform/database/database.ts';
import { migrate, pendingMigrations } from '../platform/database/migrate.ts';
import { joinEmbeddedPostgres } from '../platform/embedded-postgres/index.ts';
import { loadEnvironment } from '../platform/environment.ts';
import { RequestError, UserInputError } from '../platform/errors.ts';
import { localSecret } from '../platform/local-secret.ts';
import { startFault } from '../platform/start-faults.ts';
import { MIGRATIONS_FOLDER } from '../project.ts';

const POOL_SIZE = 2;
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** An error that the user of the command can fix; the message says how. */
export class CommandError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
  }
}

/** Writes a line to stdout: the output that the command was asked for. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a line to stderr: anything that is not output. */
export function printNote(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs a command with what it was given, or prints its help; never rejects, but sets the exit code
 * to 1 on failure. Expected errors print their message only; anything else is a bug and prints its
 * stack.
 */
export async function runCommand<const Options extends CommandLine['options']>(
  line: CommandLine<Options>,
  command: (given: Given<Options>) => Promise<void>,
): Promise<void> {
  try {
    await withCommandLine(line, command);
  } catch (error) {
    process.exitCode = 1;
    printNote(
      fixable(error) ??
        `This is a bug in Sheaf: ${error instanceof Error ? error.stack : String(error)}`,
    );
  }
}

/** The message of an error that the user can fix; null for a bug. */
function fixable(error: unknown): string | null {
  const sentence = startFault(error);
  if (sentence !== null) return sentence;
  if (!(error instanceof Error)) return null;
  const expected = [CommandError, UserInputError, RequestError].some(
    (type) => error instanceof type,
  );
  return expected ? error.message : null;
}

/** The settings of the environment; throws a ConfigError. */
export function readSettings(): Config {
  return readConfig(loadEnvironment());
}

/**
 * The settings for a command that does not use tokens, so that it needs neither AUTH_SECRET nor
 * AUTH_JWKS_URL. Throws a ConfigError.
 */
export function readSettingsWithoutTokens(): Config {
  const environment = loadEnvironment();
  if (environment['AUTH_SECRET'] || environment['AUTH_JWKS_URL']) return readConfig(environment);
  return readConfig({ ...environment, AUTH_SECRET: 'no token is made or checked with this' });
}

/**
 * The key that signs tokens: AUTH_SECRET, or the data folder's own; null when an identity provider
 * issues the tokens.
 */
export async function tokenSecret(config: Config): Promise<string | null> {
  if (config.AUTH_JWKS_URL) return null;
  if (config.AUTH_SECRET) return config.AUTH_SECRET;
  return localSecret(config.DATA_DIR);
}

/**
 * Runs `use` with the URL of the database, migrated or not: DATABASE_URL, or else the embedded one,
 * which is started for the duration of `use` unless it is running.
 */
export async function withDatabaseUrl<T>(
  config: Config,
  use: (url: string) => Promise<T>,
): Promise<T> {
  if (config.DATABASE_URL) return use(config.DATABASE_URL);
  const postgres = await joinEmbeddedPostgres({ dataDir: config.DATA_DIR, log: NOTES });
  const release = onStopSignal(() => postgres.stop());
  try {
    return await use(postgres.url);
  } finally {
    release();
    await postgres.stop();
  }
}

/**
 * Runs `use` with the URL of a fully migrated database: the embedded one is migrated; for another
 * one, throws a CommandError if migrations are pending.
 */
export async function withMigratedUrl<T>(
  config: Config,
  use: (url: string) => Promise<T>,
): Promise<T> {
  return withDatabaseUrl(config, async (url) => {
    if (config.DATABASE_URL) await requireMigrated(url);
    else await migrate(url, { migrationsDir: MIGRATIONS_FOLDER, log: NOTES });
    return use(url);
  });
}

/** Runs `use` with a fully migrated database and closes it afterwards. */
export async function withDatabase<T>(
  config: Config,
  use: (database: Database) => Promise<T>,
): Promise<T> {
  return withMigratedUrl(config, async (url) => {
    const database = new Database({
      url,
      size: POOL_SIZE,
      statementTimeoutMs: 0,
      slowQueryMs: Number.POSITIVE_INFINITY,
      log: NOTES,
    });
    try {
      return await use(database);
    } finally {
      await database.close();
    }
  });
}

async function requireMigrated(url: string): Promise<void> {
  const pending = await reaching(() => pendingMigrations(url, MIGRATIONS_FOLDER));
  if (pending.length > 0)
    throw new CommandError(
      `The database lacks ${pending.length} migration(s), the first is ${pending[0]}: run "npm run migrate".`,
    );
}

/**
 * Turns errors of the work, such as an unreachable database, into CommandErrors; a MigrationError
 * is rethrown as it is.
 */
export async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const sentence = startFault(cause);
    if (sentence !== null) throw cause;
    throw new CommandError(`The database can't be used: ${reasonOf(cause)}`, { cause });
  }
}

/** A host with two addresses fails with an error per address and no message of its own. */
function reasonOf(error: unknown): string {
  const source: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return source instanceof Error ? source.message : String(source);
}

/**
 * Runs `stop` before a signal ends the process, so that no server is left behind; call the returned
 * function when that is no longer needed.
 */
function onStopSignal(stop: () => Promise<void>): () => void {
  const release = () => {
    for (const signal of STOP_SIGNALS) process.off(signal, end);
  };
  const end = (signal: NodeJS.Signals) => {
    void stop().finally(() => {
      release();
      process.kill(process.pid, signal);
    });
  };
  for (const signal of STOP_SIGNALS) process.on(signal, end);
  return release;
}

/** A log that prints only warnings and errors. */
const NOTES = {
  debug() {},
  info() {},
  warn: note,
  error: note,
};

function note(values: unknown, message?: string): void {
  printNote(message ?? String(values));
}
