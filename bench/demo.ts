/** What measurements on the demo data share. */
import type pg from 'pg';
import type { EmptyDatabase } from './database.ts';
import type { PartOptions } from './options.ts';

export interface DemoBench {
  root: string;
  databaseUrl: string;
  client: pg.Client;
  tenantId: string;
  /** The owner of the measured tenant. */
  userId: string;
  quick: boolean;
  rounds: number;
}

/** On a database that the demo data is in. */
export async function demoBench(
  { url, client }: EmptyDatabase,
  { root, quick, alternations }: PartOptions,
): Promise<DemoBench> {
  const { rows } = await client.query<{ tenantId: string; userId: string }>(
    `select "tenantId", id as "userId" from "user" where email = 'owner@north.example'`,
  );
  if (!rows[0]) throw new Error('Expected the demo data to have owner@north.example');
  return { root, databaseUrl: url, client, ...rows[0], quick, rounds: alternations };
}
