/** Structured logging (pino). No tokens, answers or personal data go into a log line. */
import { type Logger, pino } from 'pino';

/** Where log lines go: pino's methods, values first and then the message. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> &
  Partial<Pick<Logger, 'isLevelEnabled'>>;

/** The least severe level that is written; `silent` writes nothing. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * A logger that writes one JSON line per event to stdout; errors are written with their cause and
 * stack.
 */
export function createLog(level: LogLevel): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['authorization', 'headers.authorization', 'token', 'password'],
  });
}
