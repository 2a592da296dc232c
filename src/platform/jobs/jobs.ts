/**
 * The queues of all processes, on PostgreSQL (pg-boss). Rules enqueue through this; the workers
 * fetch through it.
 */
import { PgBoss } from 'pg-boss';
import type { Config } from '../config.ts';
import { engineAccess } from '../database/engine-access.ts';
import { statementName } from '../database/statement-name.ts';
import type { TenantDatabase, TenantTransaction } from '../database/tenant-database.ts';
import type { Log } from '../log.ts';
import { DAY, SECOND } from '../time.ts';
import type { JobDefinition, JobLimits, Queue, Timetable } from './definition.ts';

/** A job to enqueue. */
export interface JobRequest<Payload> {
  /** A uuid; a new one when absent. */
  id?: string;
  payload: Payload;
  /**
   * Higher first; 0 when absent. Jobs of one priority run in the order in which they were created.
   */
  priority?: number;
  /** The job does not run before this moment; at once when absent. */
  startAfter?: Date;
}

/** The numbers of jobs in a queue; finished ones are kept for a day. */
export interface QueueStatistics {
  name: string;
  pending: number;
  processing: number;
  completed: number;
  failed: number;
}

/** The database of the queues, and what this process does with them. */
export interface JobsOptions {
  url: string;
  config: Config;
  log: Log;
  /** The queues of all processes: the first process to start makes them. */
  queues: readonly Queue[];
  timetables: readonly Timetable[];
  /** Whether this process is to run jobs: only these look after expired ones and tick schedules. */
  works: boolean;
}

/** A worker that was killed is noticed when its jobs have shown no sign of life for this long. */
const HEARTBEAT_SECONDS = 10;
const SUPERVISE_SECONDS = 2;
/** Many finished jobs make fetching slow: at 1 million a fetch takes four times as long. */
const KEEP_FINISHED_SECONDS = DAY / SECOND;
/** The engine's own limit is a safety net under the worker's, which reports to the domain. */
const TIMEOUT_NET_SECONDS = 30;

/** The name of the queue for jobs of another queue that have no attempt left. */
export function deadQueueOf(name: string): string {
  return `${name}.dead`;
}

/** Lets the engine run its statements inside a tenant's transaction. */
export function inTransaction(tx: TenantTransaction) {
  const execute = engineAccess(tx);
  return {
    executeSql: (text: string, values: unknown[] = []) =>
      execute({ name: nameOf(text), text, values }),
  };
}

const names = new Map<string, string>();

/**
 * The engine has few texts, one for each kind of statement and queue, so each is worth preparing.
 */
function nameOf(text: string): string {
  const name = names.get(text) ?? statementName(text);
  if (names.size < 500) names.set(text, name);
  return name;
}

/** A connection to the queues, made by `start`. */
export class Jobs {
  /** For the workers. */
  readonly boss: PgBoss;
  readonly #config: Config;

  private constructor(boss: PgBoss, config: Config) {
    this.boss = boss;
    this.#config = config;
  }

  /**
   * Connects, creates missing queues, updates the limits of the others and schedules the
   * timetables.
   */
  static async start(options: JobsOptions): Promise<Jobs> {
    const { url, log, works } = options;
    const boss = new PgBoss({
      connectionString: url,
      application_name: 'sheaf-jobs',
      connectionTimeoutMillis: options.config.DATABASE_CONNECT_TIMEOUT_MS,
      max: works ? 10 : 3,
      useListenNotify: works,
      supervise: works,
      schedule: works,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
    });
    // Without a listener an error of a background task ends the process.
    boss.on('error', (error) =>
      log.warn(
        { reason: error.message },
        'a background task of the job engine failed; it will be retried',
      ),
    );
    boss.on('warning', (warning) =>
      log.warn({ reason: warning.message }, 'the job engine reported a warning'),
    );
    await boss.start();
    const jobs = new Jobs(boss, options.config);
    try {
      await jobs.#makeQueues(options);
    } catch (error) {
      await jobs.stop();
      throw error;
    }
    return jobs;
  }

  /**
   * Enqueues jobs in a transaction: after a rollback there are none, after the commit they run even
   * if this process dies. Throws a ZodError for a wrong payload. One statement.
   */
  async enqueue<Payload>(
    tx: TenantTransaction,
    definition: JobDefinition<Payload>,
    requests: readonly JobRequest<Payload>[],
  ): Promise<void> {
    if (requests.length === 0) return;
    // Each job has the limits of the process that enqueues it, not of the one that made the queue.
    const limits = engineLimits(definition.limits(this.#config));
    const rows = requests.map(({ id, payload, priority, startAfter }) => ({
      ...limits,
      // Workers give their slots to tenants in turns.
      group: { id: tx.tenantId },
      ...(id ? { id } : {}),
      data: {
        tenantId: tx.tenantId,
        payload: definition.payload.parse(payload),
        dueAt: (startAfter ?? new Date()).getTime(),
      },
      ...(priority ? { priority } : {}),
      ...(startAfter ? { startAfter } : {}),
    }));
    await this.boss.insert(definition.name, rows, { db: inTransaction(tx) });
  }

  /**
   * Cancels jobs, whether they wait or run: a run of a cancelled job can't complete it. Finished
   * jobs are left alone.
   */
  async cancel(tx: TenantTransaction, definition: Queue, ids: readonly string[]): Promise<void> {
    if (ids.length > 0)
      await this.boss.cancel(definition.name, [...ids], { db: inTransaction(tx) });
  }

  /**
   * The jobs in all queues, over all processes and tenants. One statement over all jobs; for the
   * metrics only.
   */
  async statistics(): Promise<QueueStatistics[]> {
    const { rows } = await this.boss.getDb().executeSql(countJobs(''));
    return rows;
  }

  /**
   * One tenant's jobs in all queues, over all processes. One statement, over the tenant's own jobs
   * only.
   */
  async statisticsOf(database: TenantDatabase): Promise<QueueStatistics[]> {
    return database.transaction(
      async (tx) =>
        (await inTransaction(tx).executeSql(countJobs('and j.group_id = $1'), [tx.tenantId])).rows,
    );
  }

  /** Closes the engine's connections; stop the workers first. */
  async stop(): Promise<void> {
    await this.boss.stop({ graceful: false });
  }

  async #makeQueues({ config, queues, timetables }: JobsOptions): Promise<void> {
    const existing = new Set((await this.boss.getQueues()).map(({ name }) => name));
    for (const queue of queues) {
      const dead = deadQueueOf(queue.name);
      if (!existing.has(dead))
        await this.boss.createQueue(dead, {
          ...COMMON,
          notify: true,
          retryLimit: 20,
          retryDelay: 5,
          retryBackoff: true,
          retryDelayMax: 300,
        });
      const options = {
        ...COMMON,
        ...engineLimits(queue.limits(config)),
        notify: true,
        deadLetter: dead,
      };
      await (existing.has(queue.name)
        ? this.boss.updateQueue(queue.name, options)
        : this.boss.createQueue(queue.name, options));
    }
    for (const { name, timeoutMs, cron } of timetables) {
      const options = {
        ...COMMON,
        retryLimit: 0,
        expireInSeconds: Math.ceil(timeoutMs / SECOND) + TIMEOUT_NET_SECONDS,
      };
      await (existing.has(name)
        ? this.boss.updateQueue(name, options)
        : this.boss.createQueue(name, { ...options, policy: 'stately' }));
      await this.boss.schedule(name, cron, {}, { tz: 'UTC' });
    }
    await this.#removeForgotten(timetables);
    await this.boss.getDb().executeSql(INDEX_BY_TENANT);
  }

  async #removeForgotten(timetables: readonly Timetable[]): Promise<void> {
    const wanted = new Set(timetables.map(({ name }) => name));
    for (const { name } of await this.boss.getSchedules())
      if (!wanted.has(name)) await this.boss.unschedule(name);
  }
}

/** The count of jobs by queue and state; a queue without jobs is included with zeros. */
function countJobs(condition: string): string {
  return `select q.name, count(*) filter (where j.state in ('created', 'retry'))::int as pending, count(*) filter (where j.state = 'active')::int as processing,
    count(*) filter (where j.state = 'completed')::int as completed, count(*) filter (where j.state = 'failed')::int as failed
    from pgboss.queue q left join pgboss.job j on j.name = q.name ${condition}
    where q.name not like '\\_\\_pgboss%' group by q.name order by q.name`;
}

/**
 * The engine has an index by group for active jobs only. The lock is for processes that start at
 * the same time.
 */
const INDEX_BY_TENANT = `select pg_advisory_xact_lock(hashtextextended('sheaf_job_tenant', 0));
  create index if not exists sheaf_job_tenant on pgboss.job_common (group_id, name) where group_id is not null`;

function engineLimits({ attempts, retryDelayMs, timeoutMs }: JobLimits) {
  return {
    retryLimit: attempts - 1,
    retryDelay: Math.ceil(retryDelayMs / SECOND),
    retryBackoff: true,
    expireInSeconds: Math.ceil(timeoutMs / SECOND) + TIMEOUT_NET_SECONDS,
  };
}

const COMMON = { heartbeatSeconds: HEARTBEAT_SECONDS, deleteAfterSeconds: KEEP_FINISHED_SECONDS };
