/** What workers do with jobs, and at certain times. */
import type { Config } from '../config.ts';
import type { TenantTransaction } from '../database/tenant-database.ts';
import type { Platform } from '../platform.ts';
import type {
  FailedAttempt,
  JobDefinition,
  JobLimits,
  RunningJob,
  Timetable,
} from './definition.ts';

export interface JobHandler<Payload> {
  /**
   * Resolves when the job is done; what it did not complete in a transaction of its own is
   * completed then.
   */
  run(platform: Platform, job: RunningJob<Payload>): Promise<void>;
  /** Called in the transaction that records a failed attempt. */
  failed?(
    platform: Platform,
    tx: TenantTransaction,
    failure: FailedAttempt<Payload>,
  ): Promise<void>;
  /**
   * Called in a transaction once no attempt is left, whatever ended the last one, a kill too;
   * perhaps after `failed` and more than once.
   */
  dead?(platform: Platform, tx: TenantTransaction, payload: Payload): Promise<void>;
}

/** A job with its handler, as workers run it: payloads are still unchecked. */
export interface Job {
  readonly name: string;
  readonly limits: (config: Config) => JobLimits;
  run(platform: Platform, job: RunningJob<unknown>): Promise<void>;
  failed(platform: Platform, tx: TenantTransaction, failure: FailedAttempt<unknown>): Promise<void>;
  /** Undefined where nobody wants to know. */
  readonly dead:
    | ((platform: Platform, tx: TenantTransaction, payload: unknown) => Promise<void>)
    | undefined;
}

/** What a worker does with the jobs of a definition. */
export function handle<Payload>(
  { name, limits, payload }: JobDefinition<Payload>,
  handler: JobHandler<Payload>,
): Job {
  const { dead } = handler;
  return {
    name,
    limits,
    run: (platform, job) => handler.run(platform, { ...job, payload: payload.parse(job.payload) }),
    failed: async (platform, tx, failure) =>
      handler.failed?.(platform, tx, { ...failure, payload: payload.parse(failure.payload) }),
    dead: dead && ((platform, tx, given) => dead(platform, tx, payload.parse(given))),
  };
}

/**
 * Something for all tenants at certain times: once a tick, whatever the number of workers, and
 * never twice at once.
 */
export interface Schedule extends Timetable {
  run(platform: Platform, signal: AbortSignal): Promise<void>;
}

export function schedule(definition: Schedule): Schedule {
  return definition;
}
