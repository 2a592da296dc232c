/** Structured logging (pino). No tokens, answers or personal data go into a log line. */
import { type Logger, pino } from 'pino';
import { currentStatistics } from './database/statements.ts';
import { readableLine } from './readable-log.ts';

/** Where log lines go: pino's methods, values first and then the message. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> &
  Partial<Pick<Logger, 'isLevelEnabled'>>;

/** The least severe level that is written; `silent` writes nothing. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

interface LogOptions {
  /** Whether a person is to read it. */
  readable?: boolean;
  /** Takes the lines, as JSON; stdout when absent. */
  write?: (line: string) => void;
}

/**
 * A logger that writes one line per event to stdout, JSON unless a person is to read it; errors are
 * written with their cause and stack. What is written for an HTTP request has its id, as `request`.
 */
export function createLog(level: LogLevel, { readable = false, write }: LogOptions = {}): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['authorization', 'headers.authorization', 'token', 'password'],
    mixin: () => {
      const request = currentStatistics()?.request;
      return request ? { request } : {};
    },
  };
  if (write) return pino(options, { write });
  return readable
    ? pino(options, { write: (line: string) => process.stdout.write(readableLine(line)) })
    : pino(options);
}
