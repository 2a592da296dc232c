/** Measurements on the demo data: a database of their own, and what they share. */
import { join } from 'node:path';
import type pg from 'pg';
import { type DemoPart, loadDemoData } from '../src/demo/index.ts';
import type { PartOptions } from './options.ts';
import { startEmptyDatabase } from './servers/database.ts';

export interface DemoBench {
  root: string;
  databaseUrl: string;
  /** Connected to the database, for seeding and looking. */
  client: pg.Client;
  /** The measured tenant: north, the bigger one of the demo data. */
  tenantId: string;
  /** Its owner. */
  userId: string;
  quick: boolean;
  /** Rounds of which the median is taken. */
  rounds: number;
  /** How long each measurement under steady load takes. */
  seconds: number;
  announce: (line: string) => void;
}

export interface DemoData {
  /** 1 is the volume that `npm run demo-data` loads. */
  scale: number;
  /** The parts to load in full; all when absent. */
  only?: readonly DemoPart[];
}

/** Resolves to what `measure` returns, given a new database with the demo data. */
export async function onDemoData<Result>(
  { root, quick, alternations, seconds, announce }: PartOptions,
  data: DemoData,
  measure: (bench: DemoBench) => Promise<Result>,
): Promise<Result> {
  announce('Making the database …');
  const { url, client, stop } = await startEmptyDatabase(join(root, 'prisma/migrations'));
  try {
    await loadDemoData(url, data);
    const { rows } = await client.query<{ tenantId: string; userId: string }>(
      `select "tenantId", id as "userId" from "user" where email = 'owner@north.example'`,
    );
    if (!rows[0]) throw new Error('Expected the demo data to have owner@north.example');
    const measured = { ...rows[0], quick, rounds: alternations, seconds, announce };
    return await measure({ root, databaseUrl: url, client, ...measured });
  } finally {
    await stop();
  }
}
