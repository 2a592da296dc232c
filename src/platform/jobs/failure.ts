/** What is reported about a failed attempt: never personal data, such as names or answers. */
import { randomUUID } from 'node:crypto';
import { translateSqlError } from '../database/sql-errors.ts';
import { maskedMessage, RequestError } from '../errors.ts';
import type { Log } from '../log.ts';
import { JobFailure, type RetryOptions } from './definition.ts';

/** A failed attempt: what to say, and whether and when to try again. */
export interface Failure extends RetryOptions {
  /** May be shown and stored. */
  message: string;
  retry: boolean;
}

/**
 * The failure that an error stands for. An unexpected error is logged, and its message only gives
 * the id to find it by.
 */
export function failureOf(error: unknown, log: Log, job: { name: string; id: string }): Failure {
  if (error instanceof JobFailure) {
    const { message, retry, retryAfterMs } = error;
    return { message, retry, retryAfterMs };
  }
  const known = translateSqlError(error);
  if (known instanceof RequestError) return { message: known.message, retry: true };
  const id = randomUUID();
  log.error({ id, queue: job.name, job: job.id, err: error }, 'a job failed unexpectedly');
  return { message: maskedMessage(id), retry: true };
}
