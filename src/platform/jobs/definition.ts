/**
 * What a job is. A definition names the queue, the payload and the limits, and is all that a rule
 * needs to enqueue one; a handler (handler.ts) says what a worker does with it. Jobs belong to a
 * tenant; what concerns all tenants is a schedule.
 *
 * A job is created → active → completed, or back to retry while attempts are left, else failed. It
 * is enqueued inside the transaction that changes the data, and runs at least once: its effects
 * stand once because they are committed together with its completion, which only the run that holds
 * the job at that moment can do.
 */
import type { z } from 'zod';
import type { Config } from '../config.ts';
import type { TenantTransaction } from '../database/tenant-database.ts';

export interface JobLimits {
  /** Jobs of the queue that one process runs at once. */
  concurrency: number;
  /** Attempts in all; one that a kill ended counts. */
  attempts: number;
  /**
   * The first retry follows after 1 to 2 times this, each further one after twice as much; rounded
   * up to whole seconds.
   */
  retryDelayMs: number;
  /** An attempt that takes longer has failed, and its signal aborts. */
  timeoutMs: number;
}

export interface JobDefinition<Payload> {
  /** The queue's name. */
  readonly name: string;
  /** Checked when it is enqueued and again when it runs: a newer release may meet older jobs. */
  readonly payload: z.ZodType<Payload>;
  readonly limits: (config: Config) => JobLimits;
}

/** A queue as the engine makes it. */
export type Queue = Pick<JobDefinition<unknown>, 'name' | 'limits'>;

/** When a schedule ticks. */
export interface Timetable {
  readonly name: string;
  /** Minutes, hours, days, months, weekdays; in UTC. */
  readonly cron: string;
  readonly timeoutMs: number;
}

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
   * them back, when another worker has it by now.
   */
  complete(tx: TenantTransaction): Promise<void>;
  /**
   * Makes sure, until the transaction ends, that nobody else has the job; throws a JobLostError
   * otherwise.
   */
  hold(tx: TenantTransaction): Promise<void>;
}

/** A failed attempt as the domain learns of it. */
export interface FailedAttempt<Payload> {
  readonly payload: Payload;
  readonly attempt: number;
  readonly maxAttempts: number;
  /** May be shown: it holds no personal data. */
  readonly message: string;
  /** When the next attempt starts, or null when there is none. */
  readonly retryAt: string | null;
}

/** Fails an attempt with a message that may be shown. */
export class JobFailure extends Error {
  /** Whether another attempt could help. */
  readonly retry: boolean;

  constructor(message: string, { retry = true, cause }: { retry?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.name = 'JobFailure';
    this.retry = retry;
  }
}

/**
 * The job is another worker's by now, or was cancelled: whatever this run still wanted to write
 * must not be.
 */
export class JobLostError extends Error {
  constructor() {
    super('The job was cancelled or given to another worker.');
    this.name = 'JobLostError';
  }
}
