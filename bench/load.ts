/**
 * The load generator, in a process of its own: sends what it is told to over a number of
 * connections for some seconds and reports. The parent talks to it by messages, one load at a time;
 * it ends when the parent disconnects.
 */
import autocannon from 'autocannon';

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
  /** Answers that are not 200, and requests without an answer. */
  failures: number;
  /** Mean size of a response with its headers. */
  meanBytes: number;
}

function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** autocannon rounds latencies to whole milliseconds, so they are collected here. */
async function run({ url, headers, bodies, connections, seconds }: Load): Promise<LoadResult> {
  const latencies: number[] = [];
  let failures = 0;
  let bytes = 0;
  let lastAnswerAt = 0;
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
    lastAnswerAt = performance.now();
  });
  instance.on('reqError', () => failures++);
  await instance;
  latencies.sort((a, b) => a - b);
  return {
    requestsPerSecond: (latencies.length * 1000) / Math.max(1, lastAnswerAt - startedAt),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    requests: latencies.length,
    failures,
    meanBytes: bytes / Math.max(1, latencies.length),
  };
}

process.on('message', (load: Load) => {
  run(load).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
      process.disconnect();
    },
  );
});
