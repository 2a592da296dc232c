/**
 * Calls the webhook as WhatsApp does, in a process of its own: prepares its calls, says so, sends
 * them when it is told to, and reports. Calls are whole requests made beforehand, written to
 * sockets as they are: sending costs the two cores next to nothing.
 *
 * With a rate, calls fall due at that pace whatever becomes of earlier ones, and a call's time
 * counts from when it fell due. Without one each connection sends its next call when it has its
 * answer.
 */
import pg from 'pg';
import { percentile } from '../report.ts';
import { callsOf, eventsOf, type Slice } from './events.ts';
import { WebhookConnection } from './webhook-connection.ts';

export interface Preparation {
  databaseUrl: string;
  slice: Slice;
  /** Events of a call. */
  size: number;
  port: number;
  appSecret: string;
  connections: number;
  /** Calls a second; null for as many as are answered. */
  rate: number | null;
}

export interface CallerResult {
  calls: number;
  /** From the first call to the last answer. */
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** Answers that are not 200. */
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
  const connections = await Promise.all(
    Array.from({ length: count }, () => WebhookConnection.open(port)),
  );
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
        // Timers are a millisecond late as a rule, which counts as the server's.
        if (due > performance.now())
          await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
        const status = await connection.call(calls[index] as Buffer);
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

process.on('message', (message: Preparation | 'go') => {
  handle(message).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
      process.disconnect();
    },
  );
});

async function handle(message: Preparation | 'go'): Promise<CallerResult | { calls: number }> {
  if (message !== 'go') {
    prepared = { calls: await prepare(message), preparation: message };
    return { calls: prepared.calls.length };
  }
  if (prepared === null) throw new Error('Expected to be prepared before');
  return send(prepared.calls, prepared.preparation);
}
