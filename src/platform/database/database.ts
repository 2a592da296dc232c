/** The process's database: one pool behind Prisma (identity, set-up) and behind each tenant's TenantDatabase (everything else). */
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../../generated/prisma/client.ts';
import { createPool, type PoolOptions } from './pool.ts';
import { TenantDatabase } from './tenant-database.ts';

export class Database {
  readonly pool: pg.Pool;
  /** For what no tenant owns: finding the user of a token, creating tenants. Domain code uses `forTenant`. */
  readonly prisma: PrismaClient;

  constructor(options: PoolOptions) {
    this.pool = createPool(options);
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.pool) });
  }

  forTenant(tenant: { tenantId: string }): TenantDatabase {
    return new TenantDatabase(this.pool, tenant.tenantId);
  }

  /** Resolves when the database answers, rejects within about two seconds when it does not. */
  async ping(): Promise<void> {
    await this.pool.query({ text: 'select 1', query_timeout: 2_000 } as pg.QueryConfig);
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
  }
}
