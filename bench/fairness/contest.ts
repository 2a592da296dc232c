/**
 * The two tenants of the demo data on one server: A, who floods it, and B, who wants little of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { DemoBench } from '../demo.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import { openSession, type Session } from '../servers/sheaf.ts';
import { percentile } from '../statistics.ts';
import { timed } from '../timing.ts';

export interface Contest extends DemoBench {
  a: Tenant;
  b: Tenant;
  /** Sends A's load. */
  generator: LoadGenerator;
}

export interface Tenant {
  tenantId: string;
  /** Of the tenant's owner. */
  session: Session;
  /** The uuid of one of its packages. */
  packageId: string;
}

/** What B's cheap query took. */
export interface Felt {
  p50Ms: number;
  p99Ms: number;
  /** How many of the queries the server refused. */
  unavailable: number;
}

const CHEAP = '{ contacts(first: 5) { edges { node { id name } } } }';
/** Between a response and the next query. */
const PAUSE_MS = 10;

/** The tenant with this key in the demo data, on the server at this URL. */
export async function tenantOf(client: pg.Client, url: string, key: string): Promise<Tenant> {
  const { rows } = await client.query<{ tenantId: string; userId: string; packageId: string }>(
    `select u."tenantId", u.id as "userId", (
       select p.id from work_package p where p."tenantId" = u."tenantId" order by p.id limit 1
     ) as "packageId"
     from "user" u where email = $1`,
    [`owner@${key}.example`],
  );
  if (!rows[0]) throw new Error(`Expected the demo data to have owner@${key}.example`);
  const { tenantId, userId, packageId } = rows[0];
  return { tenantId, packageId, session: await openSession(url, userId) };
}

/** Sends the cheap query again and again until `over` settles. */
export async function feelUntil({ session }: Tenant, over: Promise<unknown>): Promise<Felt> {
  const latencies: number[] = [];
  let unavailable = 0;
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  over.then(end, end);
  while (!isOver) {
    const { result, ms } = await timed(() => session.send(CHEAP));
    latencies.push(ms);
    if (result.errors) unavailable += 1;
    await sleep(PAUSE_MS);
  }
  return { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99), unavailable };
}

/** Sends the cheap query again and again for some seconds. */
export function feelFor(tenant: Tenant, seconds: number): Promise<Felt> {
  return feelUntil(tenant, sleep(seconds * 1_000));
}
