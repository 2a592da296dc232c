/**
 * The load generator, a process of its own: sends requests over a number of connections for some
 * seconds and reports how they went.
 */
import type { Serializable } from 'node:child_process';
import autocannon from 'autocannon';
import { percentile } from '../statistics.ts';
import { replyTo } from './messages.ts';

export interface Load {
  url: string;
  headers: Record<string, string>;
  /** Sent in turn by every connection. */
  bodies: string[];
  connections: number;
  seconds: number;
}

export interface LoadResult {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  requests: number;
  /** Responses with another status than 200, and requests without a response. */
  failures: number;
  /** Mean size of a response with its headers. */
  meanBytes: number;
}

/** autocannon rounds latencies to whole milliseconds, so they are collected here. */
async function run({ url, headers, bodies, connections, seconds }: Load): Promise<LoadResult> {
  const latencies: number[] = [];
  let failures = 0;
  let bytes = 0;
  let lastResponseAt = 0;
  const requests = bodies.map((body) => ({ body }));
  const instance = autocannon({
    url,
    method: 'POST',
    headers,
    requests,
    connections,
    duration: seconds,
    timeout: 30,
  });
  const startedAt = performance.now();
  instance.on('response', (_client, status, responseBytes, milliseconds) => {
    if (Number(status) !== 200) failures++;
    latencies.push(milliseconds);
    bytes += responseBytes;
    lastResponseAt = performance.now();
  });
  instance.on('reqError', () => failures++);
  await instance;
  return {
    requestsPerSecond: (latencies.length * 1000) / Math.max(1, lastResponseAt - startedAt),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    requests: latencies.length,
    failures,
    meanBytes: bytes / Math.max(1, latencies.length),
  };
}

replyTo<Load>(async (load): Promise<Serializable> => ({ ...(await run(load)) }));
