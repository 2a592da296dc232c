/**
 * The one place through which domain code reaches the database: a TenantDatabase runs what `query`
 * built, for its tenant and no other. Frequent statements are prepared once and sent by name.
 */
import type { Compilable, CompiledQuery } from 'kysely';
import type pg from 'pg';
import { backoffMs } from '../backoff.ts';
import { delay } from '../time.ts';
import type { Turns } from '../turns.ts';
import { type Execute, giveEngineAccess } from './engine-access.ts';
import { type Footprint, footprintOf } from './footprint.ts';
import type { Kind } from './kinds.ts';
import { nameOf, Placeholder, type PreparedStatement } from './prepared.ts';
import { isTransient, translateSqlError } from './sql-errors.ts';
import { currentReads, currentSignal, markUnversioned } from './statements.ts';
import { TENANT } from './tenant-scope.ts';

/**
 * Runs statements for one tenant, on the pool or inside a transaction. Errors of bad input and of
 * outages are RequestErrors.
 */
export abstract class TenantQueries {
  readonly tenantId: string;

  constructor(tenantId: string) {
    this.tenantId = tenantId;
  }

  /** Sends a statement; its footprint says what it reads and changes. */
  protected abstract execute(config: pg.QueryConfig, footprint: Footprint): Promise<pg.QueryResult>;

  /** The rows of a statement that is built for this call. */
  async run<Row>(statement: Compilable<Row>): Promise<Row[]> {
    const { sql, parameters, query } = statement.compile();
    const config = { name: nameOf(sql), text: sql, values: this.#valuesOf(parameters) };
    return this.#send(config, footprintOf(query));
  }

  /**
   * The rows of a rare statement over many rows, planned for the tables as they are. A kept plan
   * may date from when they were nearly empty: one that compared each of 10,000 contacts with each
   * of a campaign took 10 s. (With plan_cache_mode, the checks of foreign keys would be planned
   * again too, for each row: 50,000 rows of send_queue then take 3.8 s instead of 1.4.)
   */
  async runWithNewPlan<Row>(statement: Compilable<Row>): Promise<Row[]> {
    const { sql, parameters, query } = statement.compile();
    return this.#send({ text: sql, values: this.#valuesOf(parameters) }, footprintOf(query));
  }

  /** The rows of a prepared statement. */
  async runPrepared<Parameters extends object, Row>(
    statement: PreparedStatement<Parameters, Row>,
    parameters: Parameters,
  ): Promise<Row[]> {
    const values = statement.values.map((value) => {
      if (value === TENANT) return this.tenantId;
      return value instanceof Placeholder
        ? (parameters as Record<string | symbol, unknown>)[value.name]
        : value;
    });
    const { name, text, footprint, byVersion } = statement;
    const packages = byVersion ? (parameters as { ids: string[] }).ids : undefined;
    return this.#send({ name, text, values }, footprint, packages);
  }

  #valuesOf(parameters: CompiledQuery['parameters']): unknown[] {
    return parameters.map((value) => (value === TENANT ? this.tenantId : value));
  }

  async #send<Row>(
    config: pg.QueryConfig,
    footprint: Footprint,
    packages?: readonly string[],
  ): Promise<Row[]> {
    currentReads()?.add(footprint, packages);
    try {
      return (await this.execute(config, footprint)).rows as Row[];
    } catch (error) {
      throw translateSqlError(error);
    }
  }
}

/** Called after each commit that raised the versions of kinds. */
export type KindsRaised = (tenantId: string, kinds: readonly Kind[]) => void;

/** One transaction of one tenant. */
export class TenantTransaction extends TenantQueries {
  readonly #send: Execute;
  readonly #raised: KindsRaised;
  readonly #afterCommit: (() => void)[] = [];
  #writes = false;

  constructor(tenantId: string, send: Execute, raised: KindsRaised = () => {}) {
    super(tenantId);
    this.#send = send;
    this.#raised = raised;
    giveEngineAccess(this, send);
  }

  protected override execute(
    config: pg.QueryConfig,
    { writes }: Footprint,
  ): Promise<pg.QueryResult> {
    this.#writes ||= writes;
    return this.#send(config);
  }

  /** For TenantDatabase only: the one statement of a transaction. */
  sendOnly(config: pg.QueryConfig): Promise<pg.QueryResult> {
    this.#writes = true;
    return this.#send(config);
  }

  /**
   * For publishing and dropping caches: what must happen only after the commit, and only if it
   * succeeds.
   */
  afterCommit(action: () => void): void {
    this.#afterCommit.push(action);
  }

  /** For TenantDatabase only: commits, and raises the versions of what was changed. */
  async commit(): Promise<void> {
    if (this.#writes) await this.#raiseAndCommit();
    else await this.#send({ text: 'commit' });
    for (const action of this.#afterCommit) action();
  }

  async #raiseAndCommit(): Promise<void> {
    const text = `${raiseKinds(this.tenantId)}; commit`;
    // pg has a list of results where a text has several statements.
    const [raised] = (await this.#send({ text })) as unknown as pg.QueryResult<{ kinds: string }>[];
    const kinds = raised?.rows[0]?.kinds.split('|').filter((kind) => kind !== '') ?? [];
    if (kinds.length > 0) this.#raised(this.tenantId, kinds as Kind[]);
  }
}

/** Makes the triggers of the tables note which kinds a transaction changes. */
const BEGIN = "begin; set local sheaf.kinds = '|'";

/**
 * The last statement of a transaction that wrote something. It goes in one message with the commit,
 * so that nobody waits for a version longer than for the disk; so it can have no parameters.
 */
function raiseKinds(tenantId: string): string {
  if (!/^[\da-f-]{36}$/i.test(tenantId)) throw new Error('Expected the uuid of a tenant.');
  return `select "raiseKinds"('${tenantId}') as kinds`;
}

const MAX_ATTEMPTS = 4;

/** The connections of a process, as tenants share them. */
export interface Connections {
  readonly pool: pg.Pool;
  /** Whether it is a replica, which may show a state older than the versions of another database. */
  readonly lags: boolean;
  readonly raised: KindsRaised;
  /**
   * Turns of connections, by tenant; waiting for them replaces the pool's own queue, which is first
   * come, first served.
   */
  readonly turns: Turns;
  /** Lets each object be changed by one caller at a time; see `change`. */
  readonly changes: Turns;
}

/**
 * One tenant's view of the database. Statements outside of `transaction` each take a connection for
 * themselves; all throw SERVICE_UNAVAILABLE when none is free in time.
 */
export class TenantDatabase extends TenantQueries {
  readonly #connections: Connections;

  constructor(connections: Connections, tenantId: string) {
    super(tenantId);
    this.#connections = connections;
  }

  /** A change needs a transaction of its own, at whose end the versions rise. */
  protected override execute(
    config: pg.QueryConfig,
    { changesKinds }: Footprint,
  ): Promise<pg.QueryResult> {
    if (this.#connections.lags) markUnversioned();
    if (!changesKinds) return queryInTurn(this.#connections, this.tenantId, config);
    return this.transaction((tx) => tx.sendOnly(config));
  }

  /**
   * Runs `work` in a READ COMMITTED transaction, commits when it resolves and returns its value;
   * any error rolls everything back. After a serialization failure or a deadlock it tries again, up
   * to MAX_ATTEMPTS times in all, so `work` may run more than once.
   */
  async transaction<T>(work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(work);
      } catch (error) {
        if (!isTransient(error) || attempt === MAX_ATTEMPTS) throw translateSqlError(error);
        await delay(backoffMs(attempt, { firstMs: 40, random: 1 }));
      }
    }
  }

  /**
   * A transaction that changes one object and locks its row, such as `['work_package', id]`.
   * Changes to one object wait for each other before they take a connection, so that many of them
   * hold one connection and not all; the row's lock is for other processes. Must not be called
   * inside a transaction or another change: a holder that waits for more can deadlock.
   */
  async change<T>(
    [kind, id]: readonly [kind: string, id: string],
    work: (tx: TenantTransaction) => Promise<T>,
  ): Promise<T> {
    return this.#connections.changes.run(
      `${this.tenantId} ${kind} ${id}`,
      () => this.transaction(work),
      currentSignal(),
    );
  }

  async #attempt<T>(work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    const { pool, turns, raised } = this.#connections;
    if (!turns.tryTake(this.tenantId)) await turns.take(this.tenantId, currentSignal());
    try {
      return await inTransaction(await pool.connect(), { tenantId: this.tenantId, work, raised });
    } finally {
      turns.end(this.tenantId);
    }
  }
}

/**
 * Runs a statement in a turn of the tenant. Must not be called while holding a turn: a holder that
 * waits for more can deadlock.
 */
export async function queryInTurn(
  { pool, turns }: Connections,
  tenantId: string,
  config: pg.QueryConfig,
): Promise<pg.QueryResult> {
  // No promise where there is room, since every statement comes through here. No signal, because
  // others may share what is read.
  if (!turns.tryTake(tenantId)) await turns.take(tenantId);
  try {
    return await pool.query(config);
  } finally {
    turns.end(tenantId);
  }
}

interface Transaction<T> {
  tenantId: string;
  work: (tx: TenantTransaction) => Promise<T>;
  raised: KindsRaised;
}

async function inTransaction<T>(
  client: pg.PoolClient,
  { tenantId, work, raised }: Transaction<T>,
): Promise<T> {
  let broken: Error | undefined;
  try {
    const tx = new TenantTransaction(tenantId, (config) => client.query(config), raised);
    await client.query(BEGIN);
    const result = await work(tx);
    await tx.commit();
    return result;
  } catch (error) {
    // A connection whose rollback fails must not be used again.
    await client.query('rollback').catch((reason: Error) => {
      broken = reason;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
