/** The two tenants of the demo data: A, who floods the server, and B, who wants little of it. */
import type pg from 'pg';
import type { EmptyDatabase } from '../database.ts';
import { percentile } from '../report.ts';
import { HEADERS, tokenOf } from '../sheaf.ts';
import type { LoadGenerator } from './load-generator.ts';
import type { Felt } from './part.ts';

export interface Arena {
  client: pg.Client;
  url: string;
  generator: LoadGenerator;
  quick: boolean;
}

const CHEAP = '{ contacts(first: 5) { edges { node { id name } } } }';
/** Between an answer and the next query. */
const PAUSE_MS = 10;

export class Tenant {
  readonly tenantId: string;
  readonly userId: string;
  readonly packageId: string;
  readonly token: string;

  constructor({
    tenantId,
    userId,
    packageId,
    token,
  }: { tenantId: string; userId: string; packageId: string; token: string }) {
    this.tenantId = tenantId;
    this.userId = userId;
    this.packageId = packageId;
    this.token = token;
  }

  get headers(): Record<string, string> {
    return { ...HEADERS, authorization: `Bearer ${this.token}` };
  }

  /** The data of an operation; throws where it has errors. */
  async ask<Data>({ url }: Arena, query: string, variables?: object): Promise<Data> {
    const { data, errors } = await this.#send<Data>(url, { query, variables });
    if (errors) throw new Error(`Expected data, found ${JSON.stringify(errors).slice(0, 500)}`);
    return data;
  }

  /** What a cheap query takes, asked again and again. */
  async feel({ url }: Arena, seconds: number): Promise<Felt> {
    return this.feelUntil({ url }, new Promise((resolve) => setTimeout(resolve, seconds * 1_000)));
  }

  async feelUntil({ url }: Pick<Arena, 'url'>, over: Promise<unknown>): Promise<Felt> {
    const latencies: number[] = [];
    let unavailable = 0;
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    over.then(end, end);
    while (!isOver) {
      const startedAt = performance.now();
      const { errors } = await this.#send(url, { query: CHEAP });
      latencies.push(performance.now() - startedAt);
      if (errors) unavailable += 1;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99), unavailable };
  }

  async #send<Data>(url: string, body: object): Promise<{ data: Data; errors?: unknown }> {
    const response = await fetch(url, {
      method: 'POST',
      headers: this.headers,
      body: JSON.stringify(body),
    });
    return (await response.json()) as { data: Data; errors?: unknown };
  }
}

/** A tenant of the demo data, by its owner. */
export async function tenantOf({ client }: EmptyDatabase, key: string): Promise<Tenant> {
  const { rows } = await client.query<{ tenantId: string; userId: string; packageId: string }>(
    `select u."tenantId", u.id as "userId", (select p.id from work_package p where p."tenantId" = u."tenantId" order by p.id limit 1) as "packageId"
     from "user" u where email = $1`,
    [`owner@${key}.example`],
  );
  if (!rows[0]) throw new Error(`Expected the demo data to have owner@${key}.example`);
  return new Tenant({ ...rows[0], token: await tokenOf(rows[0].userId) });
}

/** The id of an object in the API. */
export function globalId(type: string, uuid: string): string {
  return Buffer.from(`${type}:${uuid}`).toString('base64');
}
