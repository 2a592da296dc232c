/** Claims: a worker holds a job by the attempt that it fetched. */
import type { Job as EngineJob, PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { TenantTransaction } from '../database/tenant-database.ts';
import { JobLostError, type RunningJob } from './definition.ts';
import type { Failure } from './failure.ts';
import { inTransaction } from './jobs.ts';

/** A job that the engine has given to this process. */
export type Claim = EngineJob<object>;

const Envelope = z.object({
  tenantId: z.uuid(),
  payload: z.unknown(),
  /** When it was to run, in milliseconds since 1970; jobs of earlier releases have none. */
  dueAt: z.number().optional(),
});

/** The tenant and the payload that a job was enqueued with; throws a ZodError for other data. */
export function openClaim(claim: Claim): z.infer<typeof Envelope> {
  return Envelope.parse(claim.data);
}

/** The job as its handler sees it. `signal` aborts when the handler has to stop. */
export function runningJob(
  boss: PgBoss,
  claim: Claim,
  { attempts, signal }: { attempts: number; signal: AbortSignal },
): RunningJob<unknown> {
  const { id, name, retryCount } = claim;
  const held = { id, retryCount } as Claim;
  const { tenantId, payload } = openClaim(claim);
  return {
    ...{ id, tenantId, payload },
    attempt: retryCount + 1,
    maxAttempts: attempts,
    signal,
    complete: async (tx) =>
      mustAffect(await boss.complete(name, held, null, { db: inTransaction(tx) })),
    hold: async (tx) => mustAffect(await boss.touch(name, held, { db: inTransaction(tx) })),
  };
}

/**
 * Records the failure of an attempt and resolves to the start of the next one, in ISO 8601, or null
 * if there is none. Without `retry` there is none. Throws a JobLostError when the job was given to
 * another worker.
 */
export async function failClaim(
  boss: PgBoss,
  tx: TenantTransaction,
  { claim, message, retry, retryAfterMs }: Failure & { claim: Claim },
): Promise<string | null> {
  const db = inTransaction(tx);
  if (!retry) await db.executeSql(LAST_ATTEMPT, [claim.name, claim.id]);
  mustAffect(await boss.fail(claim.name, claim, { message }, { db }));
  if (retryAfterMs) await db.executeSql(NOT_BEFORE, [claim.name, claim.id, retryAfterMs]);
  const stored = await boss.getJobById(claim.name, claim.id, { db });
  return stored?.state === 'retry' ? new Date(stored.startAfter).toISOString() : null;
}

/** Delays the next attempt of a job. */
const NOT_BEFORE = `update pgboss.job
  set start_after = greatest(start_after, now() + $3::float8 * interval '1 millisecond')
  where name = $1 and id = $2 and state = 'retry'`;

/**
 * Returns a job to its queue as if it had not been fetched: this costs it no attempt. Does nothing
 * when another worker has it.
 */
export async function returnClaim(boss: PgBoss, claim: Claim): Promise<void> {
  await boss.getDb().executeSql(HAND_BACK, [claim.name, claim.id, claim.retryCount]);
}

/** Makes the current attempt of a job its last. */
const LAST_ATTEMPT = 'update pgboss.job set retry_limit = retry_count where name = $1 and id = $2';

/** The engine would only take a job back as a failed attempt. */
const HAND_BACK = `update pgboss.job set state = 'created', started_on = null, heartbeat_on = null
  where name = $1 and id = $2 and state = 'active' and retry_count = $3`;

/** The engine's types leave out what it returns. */
function mustAffect(response: object): void {
  if ((response as { affected: number }).affected === 0) throw new JobLostError();
}
