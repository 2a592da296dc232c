/**
 * The load: it goes to the contestants in turn, one at a time, each round beginning with another
 * one, and medians are taken of the rounds.
 */
import type { LoadResult } from '../load/load.ts';
import { type LoadGenerator, startLoadGenerator } from '../load/load-generator.ts';
import type { RunningContestant } from './contestants.ts';
import { OPERATIONS, type OperationName, type RequestKeys, requestBodies } from './operations.ts';
import type { Verified } from './verify.ts';

export const CONNECTIONS = [10, 50] as const;
const WARM_UP_SECONDS = 6;
/**
 * How much the mean size of responses may differ from that of the verified ones; beyond that they
 * are taken for something else (an error, an empty list).
 */
const SIZE_TOLERANCE = 0.1;
const HEADERS_BYTES = 1_024;
const LONGEST_WITHOUT_RESPONSE_SECONDS = 30;

export interface Measurement {
  operation: OperationName;
  connections: number;
  contestant: RunningContestant;
  rounds: (LoadResult & { cpuMsPerRequest: number | null })[];
}

export interface Plan {
  /** How long each load lasts. */
  seconds: number;
  alternations: number;
  keys: RequestKeys;
  announce: (line: string) => void;
}

/**
 * Loads every operation with every number of connections; throws when a contestant fails requests
 * under load.
 */
export async function measure(verified: readonly Verified[], plan: Plan): Promise<Measurement[]> {
  const generator = startLoadGenerator();
  try {
    const measurements: Measurement[] = [];
    for (const operation of OPERATIONS) {
      const takers = verified.filter((entry) => entry.operation === operation);
      for (const taker of takers)
        await loadOnce(generator, taker, {
          connections: 50,
          seconds: Math.min(WARM_UP_SECONDS, 2 * plan.seconds),
          keys: plan.keys,
        });
      for (const connections of CONNECTIONS)
        measurements.push(...(await alternate(generator, takers, { ...plan, connections })));
    }
    return measurements;
  } finally {
    generator.close();
  }
}

async function alternate(
  generator: LoadGenerator,
  takers: readonly Verified[],
  plan: Plan & { connections: number },
): Promise<Measurement[]> {
  const measurements = takers.map(
    ({ operation, contestant }): Measurement => ({
      operation,
      contestant,
      connections: plan.connections,
      rounds: [],
    }),
  );
  for (let round = 0; round < plan.alternations; round++) {
    for (let turn = 0; turn < takers.length; turn++) {
      const index = (round + turn) % takers.length;
      const taker = takers[index];
      if (taker) measurements[index]?.rounds.push(await loadOnce(generator, taker, plan));
    }
    plan.announce(describeRound(measurements, round));
  }
  return measurements;
}

function describeRound(measurements: readonly Measurement[], round: number): string {
  const [first] = measurements;
  const rates = measurements.map(
    ({ contestant, rounds }) =>
      `${contestant.title} ${Math.round(rounds[round]?.requestsPerSecond ?? 0)}`,
  );
  return `${first?.operation}, ${first?.connections} connections, round ${round + 1}: ${rates.join(' · ')}`;
}

async function loadOnce(
  generator: LoadGenerator,
  taker: Verified,
  load: { connections: number; seconds: number; keys: RequestKeys },
): Promise<Measurement['rounds'][number]> {
  const { contestant, operation, meanBytes } = taker;
  const { connections, seconds, keys } = load;
  const bodies = requestBodies(contestant.dialect, operation, keys);
  const cpuBefore = await contestant.server.cpuMs();
  const result = await generator.run({
    url: contestant.url,
    headers: contestant.headers,
    bodies,
    connections,
    seconds,
  });
  const cpuAfter = await contestant.server.cpuMs();
  // On a busy machine a short load may end before its first response.
  if (result.requests === 0 && result.failures === 0 && seconds < LONGEST_WITHOUT_RESPONSE_SECONDS)
    return loadOnce(generator, taker, { ...load, seconds: 2 * seconds });
  const sizeIsRight =
    Math.abs(result.meanBytes - meanBytes) <= meanBytes * SIZE_TOLERANCE + HEADERS_BYTES;
  if (result.failures > 0 || !sizeIsRight) {
    throw new Error(
      `${contestant.title} failed ${operation} under load: expected responses of about ${Math.round(meanBytes)} bytes, found ` +
        `${Math.round(result.meanBytes)} bytes, and ${result.failures} of ${result.requests} requests failed`,
    );
  }
  return {
    ...result,
    cpuMsPerRequest:
      cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / result.requests,
  };
}
