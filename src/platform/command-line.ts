/**
 * Command lines: what a command accepts, and how it explains itself. Every command has `--help`,
 * and shows the same text for an option that it does not know. Imports nothing: it is needed before
 * the rest is loaded.
 */
import { parseArgs } from 'node:util';

/** An option as parseArgs takes it, with what it is for. */
interface Option {
  type: 'string' | 'boolean';
  default?: string | boolean;
  /** What stands for its value, such as N. */
  value?: string;
  meaning: string;
}

/** A command as its user sees it. */
export interface CommandLine<Options extends Record<string, Option> = Record<string, Option>> {
  /** The ways to call it, without the options. */
  usage: readonly string[];
  /** Sentences about what it does. */
  about: string;
  options: Options;
  examples: readonly string[];
}

/** What was given to a command. */
export interface Given<Options extends Record<string, Option>> {
  values: ReturnType<typeof parseArgs<{ options: Options }>>['values'];
  positionals: string[];
}

/** A command line that is not as the usage says; it is shown after the message. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

const HELP = { type: 'boolean', meaning: 'shows this' } as const;

/**
 * Runs a command with what it was given, or prints its help. A UsageError sets the exit code to 1
 * and prints the help after its message; other errors are rethrown.
 */
export async function withCommandLine<const Options extends Record<string, Option>>(
  line: CommandLine<Options>,
  run: (given: Given<Options>) => unknown,
): Promise<void> {
  try {
    const given = parse(line);
    if (given === null) process.stdout.write(`${helpOf(line)}\n`);
    else await run(given);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.exitCode = 1;
    process.stderr.write(`${error.message}\n${helpOf(line)}\n`);
  }
}

/** Null where help is asked for, whatever else is given. */
function parse<Options extends Record<string, Option>>({
  options,
}: CommandLine<Options>): Given<Options> | null {
  const args = process.argv.slice(2);
  if (args.includes('--help')) return null;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { values: values as Given<Options>['values'], positionals };
  } catch (error) {
    throw new UsageError(problemOf(error));
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  const option = /'(--?[^' =]+)/.exec(error.message)?.[1];
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `There is no option ${option}.`;
  if (error.code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') return error.message;
  throw error;
}

/** Usage, what the command does, its options and examples. */
function helpOf({ usage, about, options, examples }: CommandLine): string {
  const described = Object.entries({ ...options, help: HELP }).map(([name, option]) => ({
    flag: `--${name}${'value' in option ? ` ${option.value}` : ''}`,
    meaning: option.meaning,
  }));
  const width = Math.max(...described.map(({ flag }) => flag.length)) + 3;
  return [
    ...usage.map((one, place) => `${place === 0 ? 'Usage: ' : '       '}${one}`),
    '',
    about,
    '',
    'Options (after --):',
    ...described.map(({ flag, meaning }) => `  ${flag.padEnd(width)}${meaning}`),
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
  ].join('\n');
}
