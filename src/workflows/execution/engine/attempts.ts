/**
 * The attempts under way in this process. They end when their execution is cancelled, by a notice
 * at once; every two seconds they are looked at, for a notice that was lost or came from a process
 * that shares no Redis.
 */
import { anyOf } from '../../../platform/database/arrays.ts';
import { prepare } from '../../../platform/database/prepared.ts';
import { query } from '../../../platform/database/tenant-scope.ts';
import { JobLostError } from '../../../platform/jobs/definition.ts';
import { type Platform, perProcess } from '../../../platform/platform.ts';
import { SECOND } from '../../../platform/time.ts';
import { EXECUTION_CANCELLED } from '../../topics.ts';

const CHECK_INTERVAL_MS = 2 * SECOND;

/** An attempt of a step of an execution. */
interface Attempt {
  readonly tenantId: string;
  readonly executionId: string;
}

/** An attempt that is watched until `end` is called. */
export interface WatchedAttempt {
  /** Aborts with a JobLostError when the execution is cancelled. */
  readonly signal: AbortSignal;
  end(): void;
}

const cancelledOf = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('workflow_execution')
    .select('id')
    .where('id', '=', anyOf(p.ids))
    .where('status', '=', 'CANCELLED'),
);

class Attempts {
  readonly #platform: Platform;
  readonly #underway = new Map<AbortController, Attempt>();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#unsubscribe = platform.pubsub.subscribe(({ topic, id }) => {
      if (topic === EXECUTION_CANCELLED.name) this.#cancel(new Set([id]));
    });
    this.#timer = setInterval(() => void this.#check(), CHECK_INTERVAL_MS).unref();
  }

  watch(attempt: Attempt): WatchedAttempt {
    const controller = new AbortController();
    this.#underway.set(controller, attempt);
    return { signal: controller.signal, end: () => void this.#underway.delete(controller) };
  }

  close(): void {
    this.#unsubscribe();
    clearInterval(this.#timer);
  }

  #cancel(executionIds: ReadonlySet<string>): void {
    for (const [controller, { executionId }] of this.#underway)
      if (executionIds.has(executionId)) controller.abort(new JobLostError());
  }

  async #check(): Promise<void> {
    const byTenant = Map.groupBy(this.#underway.values(), ({ tenantId }) => tenantId);
    for (const [tenantId, attempts] of byTenant) {
      const ids = [...new Set(attempts.map(({ executionId }) => executionId))];
      try {
        const database = this.#platform.database.forTenant({ tenantId });
        const cancelled = await database.runPrepared(cancelledOf, { ids });
        this.#cancel(new Set(cancelled.map(({ id }) => id)));
      } catch (error) {
        this.#platform.log.warn(
          { reason: String(error) },
          'cancelled executions could not be looked for; they will be again',
        );
      }
    }
  }
}

const attempts = perProcess(
  (platform) => new Attempts(platform),
  (made) => made.close(),
);

/** Watches an attempt. */
export function watchAttempt(platform: Platform, attempt: Attempt): WatchedAttempt {
  return attempts(platform).watch(attempt);
}
