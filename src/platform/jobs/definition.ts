/**
 * What a job is. A definition names the queue, the payload and the limits, and is all that a rule
 * needs to enqueue a job; a handler (handler.ts) says what a worker does with it. Jobs belong to a
 * tenant; work for all tenants is a schedule.
 *
 * A job is created → active → completed, or back to retry while attempts are left, else failed. It
 * is enqueued inside the transaction that changes the data, and runs at least once: its effects
 * happen once because they are committed together with its completion, which only the run that
 * holds the job at that moment can do.
 */
import type { z } from 'zod';
import type { Config } from '../config.ts';
import type { TenantTransaction } from '../database/tenant-database.ts';

/** How often, how long and how many at once the jobs of a queue run. */
export interface JobLimits {
  /** Jobs of the queue that one process runs at once. */
  concurrency: number;
  /** Attempts in all, including those ended by a killed process. */
  attempts: number;
  /**
   * The first retry follows after 1 to 2 times this, and each further one after twice the previous
   * delay; rounded up to whole seconds.
   */
  retryDelayMs: number;
  /** The time limit of an attempt, after which its signal aborts and it has failed. */
  timeoutMs: number;
}

/** The queue, the payload and the limits of one kind of job. */
export interface JobDefinition<Payload> {
  /** The queue's name. */
  readonly name: string;
  /** Checked when it is enqueued and again when it runs: a newer release may meet older jobs. */
  readonly payload: z.ZodType<Payload>;
  readonly limits: (config: Config) => JobLimits;
}

/** A queue as the engine makes it. */
export type Queue = Pick<JobDefinition<unknown>, 'name' | 'limits'>;

/** When a schedule runs, and for how long at most. */
export interface Timetable {
  readonly name: string;
  /** Minutes, hours, days, months, weekdays; in UTC. */
  readonly cron: string;
  readonly timeoutMs: number;
}

/** The same definition, with its payload type inferred. */
export function defineJob<Payload>(definition: JobDefinition<Payload>): JobDefinition<Payload> {
  return definition;
}

/** An attempt under way. */
export interface RunningJob<Payload> {
  readonly id: string;
  readonly tenantId: string;
  readonly payload: Payload;
  /** 1 for the first. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /**
   * Aborts at the time limit, when the job was cancelled or given to another worker, and when the
   * process stops.
   */
  readonly signal: AbortSignal;
  /**
   * Completes the job in the transaction of its last effects. Throws a JobLostError, which rolls
   * them back, if the job has been given to another worker.
   */
  complete(tx: TenantTransaction): Promise<void>;
  /**
   * Keeps other workers from taking the job until the transaction ends; throws a JobLostError if
   * one already has it.
   */
  hold(tx: TenantTransaction): Promise<void>;
}

/** A failed attempt as reported to the domain. */
export interface FailedAttempt<Payload> {
  readonly payload: Payload;
  readonly attempt: number;
  readonly maxAttempts: number;
  /** May be shown: it holds no personal data. */
  readonly message: string;
  /** When the next attempt starts, in ISO 8601; null when there is none. */
  readonly retryAt: string | null;
}

/** What may follow a failed attempt. */
export interface RetryOptions {
  /** Whether another attempt could help; true when absent. */
  retry?: boolean | undefined;
  /** The next attempt starts no sooner than this, in milliseconds. */
  retryAfterMs?: number | undefined;
}

/** Fails an attempt with a message that may be shown. */
export class JobFailure extends Error {
  readonly retry: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    { retry = true, retryAfterMs, cause }: RetryOptions & { cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'JobFailure';
    this.retry = retry;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The job was given to another worker or cancelled: nothing more of this run may be written. */
export class JobLostError extends Error {
  constructor() {
    super('The job was cancelled or given to another worker.');
    this.name = 'JobLostError';
  }
}
