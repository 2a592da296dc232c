/**
 * Runs jobs. Each queue has as many slots as its limits say; a slot fetches a job, runs it, and
 * fetches the next at once. Idle slots are woken by the commit that enqueues, and also poll every
 * second, since delayed and retried jobs wake nobody.
 *
 * Slots are given out in turns by tenant (turns.ts), with the engine's groups: some are kept for
 * tenants that have little under way. The first of these takes jobs of tenants that have none, the
 * second of those with at most one, and so on; so however many tenants flood a queue, the next job
 * of another tenant finds a slot, at the latest when the first jobs of a flood are done. Skipping
 * 8,000 waiting jobs of a flood takes such a slot 3 ms.
 *
 * A run holds its job by the attempt that it fetched. Once the job has been given to another worker
 * (because the process was frozen for longer than the heartbeat, say), completing or failing it
 * finds no such attempt and rolls back.
 */
import type { PgBoss, WorkOptions } from 'pg-boss';
import { unlessAborted } from '../aborts.ts';
import { jobSeconds, jobWaitSeconds } from '../metrics.ts';
import type { Platform } from '../platform.ts';
import type { ProcessQueue } from '../processes.ts';
import { delay, SECOND } from '../time.ts';
import { traced } from '../tracing.ts';
import { mostOf } from '../turns.ts';
import { type Claim, failClaim, openClaim, returnClaim, runningJob } from './claims.ts';
import { JobFailure, type JobLimits, JobLostError } from './definition.ts';
import { type Failure, failureOf } from './failure.ts';
import type { Job, Schedule } from './handler.ts';
import { deadQueueOf } from './jobs.ts';

/** How long a stop waits for the jobs under way before it hands them back. */
const DRAIN_MS = 5 * SECOND;

const POLLING = {
  pollingIntervalSeconds: 1,
  notifyPollingIntervalSeconds: 1,
} satisfies WorkOptions;

/** A run under way in this process. */
interface Run {
  readonly queue: string;
  readonly tenantId: string | null;
  /** The engine's own list of what the slot holds. */
  readonly claims: Claim[];
  readonly stop: AbortController;
  readonly done: Promise<unknown>;
  /** Lets the slot stop waiting for the run. */
  readonly release: () => void;
}

interface AttemptLimits extends JobLimits {
  /** Aborts when the process stops and the job is handed back. */
  stop: AbortSignal;
}

interface Outcome {
  failed: boolean;
  /** The message of a failure that could not be recorded, so that the engine tries to. */
  unrecorded?: string | undefined;
}

const DONE: Outcome = { failed: false };

/** The slots of this process; `start` may be called once. */
export class Workers {
  readonly #platform: Platform;
  readonly #boss: PgBoss;
  readonly #runs = new Set<Run>();
  /** The numbers of slots. */
  readonly #queues = new Map<string, number>();

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#boss = platform.jobs.boss;
  }

  /** Begins to fetch; resolves when all slots are open. */
  async start(jobs: readonly Job[], schedules: readonly Schedule[]): Promise<void> {
    for (const job of jobs) {
      const limits = job.limits(this.#platform.config);
      await this.#open(job.name, limits.concurrency, (claims) => this.#run(job, claims, limits));
      if (job.dead)
        await this.#open(deadQueueOf(job.name), 1, (claims) => this.#giveUp(job, claims));
    }
    for (const schedule of schedules)
      await this.#open(schedule.name, 1, (claims) => this.#tick(schedule, claims));
  }

  /**
   * Stops fetching, waits up to 5 s for running jobs, and hands the rest back, so that another
   * worker takes them at once.
   */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.#queues.keys()].map((name) => this.#boss.offWork(name, { wait: false })),
    );
    await Promise.race([
      Promise.allSettled([...this.#runs].map((run) => run.done)),
      delay(DRAIN_MS),
    ]);
    await Promise.all([...this.#runs].map((run) => this.#handBack(run)));
  }

  /** What each queue with slots of its own has under way. */
  get statistics(): ProcessQueue[] {
    const runs = Map.groupBy(this.#runs, ({ queue }) => queue);
    return [...this.#queues].map(([name, slots]) => ({
      ...{ name, slots },
      running: runs.get(name)?.length ?? 0,
    }));
  }

  async #open(
    queue: string,
    slots: number,
    run: (claims: Claim[]) => Promise<void>,
  ): Promise<void> {
    this.#queues.set(queue, slots);
    const shared = slots - keptSlots(slots);
    for (let slot = 0; slot < slots; slot += 1) {
      let id = '';
      // A slot sleeps after a job even if there are more, unless it is notified at the job's start.
      const awake = (claims: Claim[]) => {
        this.#boss.notifyWorker(id);
        return run(claims);
      };
      id = await this.#boss.work<object>(
        queue,
        slot < shared ? POLLING : { ...POLLING, groupConcurrency: slot - shared + 1 },
        awake,
      );
    }
  }

  async #run(job: Job, claims: Claim[], limits: JobLimits): Promise<void> {
    const [claim] = claims;
    if (!claim) return;
    const stop = new AbortController();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const tenantId = this.#observeWait(job.name, claim);
    const startedAt = performance.now();
    const done = this.#attempt(job, claim, { stop: stop.signal, ...limits });
    const run: Run = { queue: job.name, tenantId, claims, stop, done, release };
    this.#runs.add(run);
    try {
      const outcome = await Promise.race([done, released]);
      jobSeconds.observe(
        { queue: job.name, result: outcome?.failed ? 'failed' : 'completed' },
        (performance.now() - startedAt) / SECOND,
      );
      if (outcome?.unrecorded !== undefined) throw withoutStack(outcome.unrecorded);
    } finally {
      this.#runs.delete(run);
    }
  }

  /** Returns whose job it is. */
  #observeWait(queue: string, claim: Claim): string | null {
    const { tenantId = null, dueAt } = claim.data as { tenantId?: string; dueAt?: number };
    if (dueAt === undefined || claim.retryCount > 0) return tenantId;
    const hasOthers = [...this.#runs].some(
      (run) => run.queue === queue && run.tenantId === tenantId,
    );
    jobWaitSeconds.observe(
      { queue, tenant: hasOthers ? 'many' : 'few' },
      Math.max(0, Date.now() - dueAt) / SECOND,
    );
    return tenantId;
  }

  /** Runs one attempt and records its failure; never rejects. */
  async #attempt(
    job: Job,
    claim: Claim,
    { stop, timeoutMs, attempts }: AttemptLimits,
  ): Promise<Outcome> {
    const limit = new AbortController();
    const timer = setTimeout(
      () => limit.abort(new JobFailure(`It took longer than ${timeoutMs / SECOND} s.`)),
      timeoutMs,
    );
    try {
      const signal = AbortSignal.any([claim.signal, stop, limit.signal]);
      const running = runningJob(this.#boss, claim, { attempts, signal });
      await traced(`job ${job.name}`, { attempt: running.attempt }, () =>
        unlessAborted(job.run(this.#platform, running), limit.signal),
      );
      return DONE;
    } catch (error) {
      // Cancelled, given to another worker or handed back: this run has nothing to record.
      if (
        error instanceof JobLostError ||
        stop.aborted ||
        (claim.signal.aborted && !limit.signal.aborted)
      )
        return DONE;
      const failure = failureOf(error, this.#platform.log, { name: job.name, id: claim.id });
      return { failed: true, unrecorded: await this.#failed(job, claim, { ...failure, attempts }) };
    } finally {
      clearTimeout(timer);
      limit.abort();
    }
  }

  /** Records a failure; resolves to its message if even that failed. */
  async #failed(
    job: Job,
    claim: Claim,
    { attempts, ...failure }: Failure & { attempts: number },
  ): Promise<string | undefined> {
    const { log, database } = this.#platform;
    const attempt = claim.retryCount + 1;
    const { message } = failure;
    log.warn(
      { queue: job.name, job: claim.id, attempt, reason: message },
      'an attempt of a job failed',
    );
    try {
      const { tenantId, payload } = openClaim(claim);
      await database.forTenant({ tenantId }).transaction(async (tx) => {
        const retryAt = await failClaim(this.#boss, tx, { claim, ...failure });
        await job.failed(this.#platform, tx, {
          payload,
          attempt,
          maxAttempts: attempts,
          message,
          retryAt,
        });
      });
      return undefined;
    } catch (error) {
      if (error instanceof JobLostError) return undefined;
      log.error(
        { queue: job.name, job: claim.id, err: error },
        'the failure of a job could not be recorded',
      );
      return message;
    }
  }

  async #giveUp(job: Job, [claim]: Claim[]): Promise<void> {
    if (!claim) return;
    await this.#reporting(job.name, claim, async () => {
      const { tenantId, payload } = openClaim(claim);
      await this.#platform.database
        .forTenant({ tenantId })
        .transaction(async (tx) => job.dead?.(this.#platform, tx, payload));
    });
  }

  async #tick(schedule: Schedule, [claim]: Claim[]): Promise<void> {
    if (!claim) return;
    const signal = AbortSignal.any([
      claim.signal,
      this.#platform.stopping,
      AbortSignal.timeout(schedule.timeoutMs),
    ]);
    await this.#reporting(schedule.name, claim, () =>
      traced(`schedule ${schedule.name}`, {}, () => schedule.run(this.#platform, signal)),
    );
  }

  /** The engine stores the errors that it gets, so it only gets a message that may be stored. */
  async #reporting(name: string, { id }: Claim, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw withoutStack(failureOf(error, this.#platform.log, { name, id }).message);
    }
  }

  /** Returns a job to its queue as if it had not been fetched: the stop costs it no attempt. */
  async #handBack({ claims, stop, release }: Run): Promise<void> {
    const [claim] = claims;
    stop.abort(new JobLostError());
    if (claim) {
      await returnClaim(this.#boss, claim).catch((error: unknown) =>
        this.#platform.log.warn(
          { job: claim.id, reason: String(error) },
          'a job could not be handed back; its heartbeat will expire soon',
        ),
      );
    }
    // Another worker may already hold the same attempt, which the engine of this process must not
    // end.
    if (claim) claims[0] = { ...claim, retryCount: NOBODYS_ATTEMPT };
    release();
  }
}

const NOBODYS_ATTEMPT = 2 ** 31 - 1;

/**
 * The number of slots for tenants with few jobs under way: at least two if that leaves others,
 * because a second flood takes one of them as the first takes the rest.
 */
function keptSlots(slots: number): number {
  return slots < 3 ? slots - 1 : Math.max(2, slots - mostOf(slots));
}

function withoutStack(message: string): Error {
  const error = new Error(message);
  error.stack = '';
  return error;
}
