/** What workers do with jobs, and at scheduled times. */
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

/** The code of a domain that runs a job and learns of its failures. */
export interface JobHandler<Payload> {
  /** Resolves when the job is done, which completes it unless it called `complete` itself. */
  run(platform: Platform, job: RunningJob<Payload>): Promise<void>;
  /** Called in the transaction that records a failed attempt. */
  failed?(
    platform: Platform,
    tx: TenantTransaction,
    failure: FailedAttempt<Payload>,
  ): Promise<void>;
  /**
   * Called in a transaction once no attempt is left, whatever ended the last one, even a kill;
   * possibly after `failed`, and possibly more than once.
   */
  dead?(platform: Platform, tx: TenantTransaction, payload: Payload): Promise<void>;
}

/** A job with its handler, as workers run it: payloads are still unchecked. */
export interface Job {
  readonly name: string;
  readonly limits: (config: Config) => JobLimits;
  run(platform: Platform, job: RunningJob<unknown>): Promise<void>;
  failed(platform: Platform, tx: TenantTransaction, failure: FailedAttempt<unknown>): Promise<void>;
  /** Undefined when the handler has none. */
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
 * Work for all tenants at certain times: once a tick however many workers there are, and never two
 * runs at once.
 */
export interface Schedule extends Timetable {
  run(platform: Platform, signal: AbortSignal): Promise<void>;
}

/** The same schedule, checked by the compiler. */
export function schedule(definition: Schedule): Schedule {
  return definition;
}
