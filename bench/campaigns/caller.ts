/**
 * Calls the webhook as WhatsApp does, in a process of its own: prepares its calls, reports that they
 * are ready, sends them when told to, and reports the times. The calls are whole requests, made
 * beforehand and written to sockets as they are, so that sending costs the machine next to nothing.
 *
 * With a rate, calls fall due at that pace no matter how earlier ones go, and the time of a call
 * counts from when it fell due. Without one, each connection sends its next call once its last one
 * was answered.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Connection } from '../load/connection.ts';
import { replyTo } from '../load/messages.ts';
import { percentile } from '../statistics.ts';
import { callsOf, eventsOf, type Slice } from './events.ts';

export interface Preparation {
  databaseUrl: string;
  slice: Slice;
  /** Events in a call. */
  size: number;
  port: number;
  appSecret: string;
  connections: number;
  /** Calls a second; null for as many as the server takes. */
  rate: number | null;
}

export interface CallerResult {
  calls: number;
  /** From the first call to the last answer. */
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** Responses with another status than 200. */
  failures: number;
}

async function prepare({
  databaseUrl,
  slice,
  size,
  port,
  appSecret,
}: Preparation): Promise<Buffer[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const events = await eventsOf(client, slice);
  await client.end();
  return callsOf(events, { size, host: `127.0.0.1:${port}`, appSecret });
}

async function send(
  calls: readonly Buffer[],
  { port, connections: count, rate }: Preparation,
): Promise<CallerResult> {
  const connections = await Promise.all(Array.from({ length: count }, () => Connection.open(port)));
  const latencies: number[] = [];
  let failures = 0;
  const startedAt = performance.now();
  const dueAt = (index: number) =>
    rate === null ? performance.now() : startedAt + (index * 1_000) / rate;
  let next = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (next < calls.length) {
        const index = next;
        next += 1;
        const due = dueAt(index);
        // Timers are usually a millisecond late, which counts as the server's time.
        if (due > performance.now()) await sleep(due - performance.now());
        const { status } = await connection.call(calls[index] as Buffer);
        latencies.push(performance.now() - due);
        if (status !== 200) failures += 1;
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const connection of connections) connection.close();
  return {
    calls: calls.length,
    seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    maxMs: latencies.reduce((most, one) => Math.max(most, one), 0),
    failures,
  };
}

let prepared: { calls: Buffer[]; preparation: Preparation } | null = null;

/** Replies with the number of calls to a preparation, and with the times to 'go'. */
export type CallerQuestion = Preparation | 'go';

replyTo<CallerQuestion>(async (question) => {
  if (question !== 'go') {
    prepared = { calls: await prepare(question), preparation: question };
    return { calls: prepared.calls.length };
  }
  if (prepared === null) throw new Error("Expected a preparation before 'go'");
  return { ...(await send(prepared.calls, prepared.preparation)) };
});
