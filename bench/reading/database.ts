/** The database of the reading part: data.ts's two tenants in a PostgreSQL of its own. */
import type pg from 'pg';
import { countStatements, startEmptyDatabase } from '../servers/database.ts';
import { type SeededTenant, seed } from './data.ts';

/** The measured tenant, and one that only makes the tables bigger. */
const TENANTS = [
  { number: 1, organizations: 1_000, contacts: 5_000, packages: 2_000 },
  { number: 2, organizations: 500, contacts: 2_000, packages: 500 },
];

export interface ReadingDatabase {
  url: string;
  /** Connected to it. */
  client: pg.Client;
  /** The measured tenant. */
  tenant: SeededTenant;
  /** How many statements the database ran during `act`. */
  countStatements(act: () => Promise<void>): Promise<number>;
  stop(): Promise<void>;
}

/** Resolves once the data is in, which takes some seconds. */
export async function startReadingDatabase(migrationsDir: string): Promise<ReadingDatabase> {
  const { url, client, stop } = await startEmptyDatabase(migrationsDir);
  try {
    const tenant = await seed(client, TENANTS);
    return {
      url,
      client,
      tenant,
      countStatements: (act) => countStatements(client, act),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
