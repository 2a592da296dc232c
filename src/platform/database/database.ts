/**
 * The process's database: one pool behind Prisma (identity, set-up) and behind each tenant's
 * TenantDatabase (everything else).
 */
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../../../generated/prisma/client.ts';
import { RequestError } from '../errors.ts';
import { SECOND } from '../time.ts';
import { Turns } from '../turns.ts';
import { createPool, type PoolOptions } from './pool.ts';
import { givePrismaAccess } from './prisma-access.ts';
import { RefusedStatement } from './sql-errors.ts';
import { markUnversioned } from './statements.ts';
import {
  type Connections,
  type KindsRaised,
  queryInTurn,
  TenantDatabase,
} from './tenant-database.ts';
import { VersionReader } from './versions.ts';

/** A pool, and how long tenants wait for its connections. */
export interface DatabaseOptions extends PoolOptions {
  /** The label of its metrics. */
  name?: string;
  /**
   * The maximum wait of a tenant's statement for a connection, in milliseconds; 2,000 when absent.
   */
  waitMs?: number;
}

/**
 * With this many of its statements waiting, a tenant's next one fails at once: it would not get its
 * turn in time.
 */
const MAX_WAITING = 1_000;
const WAIT_MS = 2 * SECOND;
/**
 * How many changes to one object may wait for each other, and how long: less than the time limit of
 * a request.
 */
const MAX_CHANGES_WAITING = 200;
const CHANGE_WAIT_MS = 8 * SECOND;

/** Connects at the first statement, not before. Its creator must close it. */
export class Database {
  readonly pool: pg.Pool;
  /** Of what the tenants' answers are made of. */
  readonly versions = new VersionReader((tenant) => this.forTenant(tenant));
  readonly #connections: Connections;
  readonly #raised = new Set<KindsRaised>();
  readonly #prisma: PrismaClient;

  constructor(options: DatabaseOptions) {
    this.pool = createPool(options);
    const raised: KindsRaised = (...raising) => {
      for (const listener of this.#raised) listener(...raising);
    };
    this.#connections = { ...connectionsOf(this.pool, options), raised };
    this.#prisma = new PrismaClient({ adapter: new PrismaPg(poolInTurns(this.#connections)) });
    givePrismaAccess(this, this.#prisma);
  }

  forTenant(tenant: { tenantId: string }): TenantDatabase {
    return new TenantDatabase(this.#connections, tenant.tenantId);
  }

  /** Calls `listener` after each commit through this object that raised versions of kinds. */
  onRaised(listener: KindsRaised): void {
    this.#raised.add(listener);
  }

  /** Resolves when the database responds, rejects after about two seconds when it does not. */
  async ping(): Promise<void> {
    await this.pool.query({ text: 'select 1', query_timeout: 2_000 } as pg.QueryConfig);
  }

  async close(): Promise<void> {
    await this.#prisma.$disconnect();
    await this.pool.end();
  }
}

/**
 * Prisma's statements share the turns of one tenant: however many there are, connections are left
 * for tenants.
 */
const NO_TENANT = 'no tenant';

/**
 * The pool that Prisma gets. Its transactions take their connection from the pool directly, without
 * a turn.
 */
function poolInTurns(connections: Connections): pg.Pool {
  const { pool } = connections;
  const query = async (config: pg.QueryConfig) => {
    // It reads the rows of all tenants, and no version says when they change.
    markUnversioned();
    try {
      return await queryInTurn(connections, NO_TENANT, config);
    } catch (error) {
      throw error instanceof RequestError ? new RefusedStatement(error) : error;
    }
  };
  return new Proxy(pool, {
    get: (_pool, name) => {
      if (name === 'query') return query;
      // Of the pool, not of the proxy: what a method sets must be the pool's own.
      const value: unknown = Reflect.get(pool, name);
      return typeof value === 'function' ? value.bind(pool) : value;
    },
  });
}

function connectionsOf(
  pool: pg.Pool,
  { name = 'connections', size, waitMs = WAIT_MS, readOnly = false }: DatabaseOptions,
): Omit<Connections, 'raised'> {
  const busy = 'Your company has too many requests in progress.';
  return {
    pool,
    lags: readOnly,
    turns: new Turns({ resource: name, size, waitMs, maxWaiting: MAX_WAITING, busy }),
    changes: new Turns({
      resource: `changes by ${name}`,
      size: Number.POSITIVE_INFINITY,
      most: 1,
      waitMs: CHANGE_WAIT_MS,
      maxWaiting: MAX_CHANGES_WAITING,
      busy: 'Too many changes to the same object are in progress.',
    }),
  };
}
