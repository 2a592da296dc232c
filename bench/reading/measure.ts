/**
 * The measuring itself. First every contestant must give the same answers; then its statements are
 * counted; then the load goes over the contestants in turn, one at a time, each round beginning
 * with another, and medians are taken of the rounds.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { BenchDatabase } from '../database.ts';
import type { Load, LoadResult } from '../load.ts';
import { endWithThisProcess } from '../processes.ts';
import type { RunningContestant } from './contestants.ts';
import { OPERATIONS, type OperationName, type RequestKeys, requestBodies } from './operations.ts';
import { canonicalAnswer, firstDifference, hashOf, type Json } from './verify.ts';

export const CONNECTIONS = [10, 50] as const;
const COUNTED_ROUNDS = 2;
const WARM_UP_SECONDS = 6;
/**
 * An answer may vary by this much from the verified ones before it is taken for another (an error,
 * an empty list).
 */
const SIZE_TOLERANCE = 0.1;
const HEADERS_BYTES = 1_024;

export interface Measurement {
  operation: OperationName;
  connections: number;
  contestant: RunningContestant;
  rounds: (LoadResult & { cpuMsPerRequest: number | null })[];
}

export interface Verified {
  operation: OperationName;
  contestant: RunningContestant;
  meanBytes: number;
  statementsPerRequest: number;
}

export interface Plan {
  seconds: number;
  alternations: number;
  keys: RequestKeys;
  announce(line: string): void;
}

/**
 * Asks every contestant for everything once and throws, naming the first difference, unless all
 * answers are the same.
 */
export async function verifyAnswers(
  contestants: readonly RunningContestant[],
  database: BenchDatabase,
  plan: Plan,
): Promise<Verified[]> {
  const verified: Verified[] = [];
  for (const operation of OPERATIONS) {
    const takers = contestants.filter((contestant) => contestant.operations.includes(operation));
    // The limit stands last; its SQL is the plainest statement of what is right.
    const reference = takers.at(-1);
    const expected = reference && (await ask(reference, operation, plan.keys)).answers;
    for (const contestant of takers) {
      const { answers, meanBytes } = await ask(contestant, operation, plan.keys);
      if (expected)
        assertSame(
          expected,
          answers,
          `${contestant.title}, ${operation}, compared with ${reference.title}`,
        );
      const statements = await countStatements(contestant, operation, {
        database,
        keys: plan.keys,
      });
      verified.push({ operation, contestant, meanBytes, statementsPerRequest: statements });
      plan.announce(
        `${operation} ${contestant.title}: sha256 ${hashOf(answers).slice(0, 16)}, ${Math.round(meanBytes)} bytes, ${statements} statements`,
      );
    }
  }
  return verified;
}

function assertSame(expected: Json, found: Json, what: string): void {
  if (hashOf(expected) === hashOf(found)) return;
  throw new Error(
    `${what}: the answers differ ${firstDifference(expected, found) ?? 'in the order of keys'}. Nothing is measured until they are the same.`,
  );
}

async function ask(
  contestant: RunningContestant,
  operation: OperationName,
  keys: RequestKeys,
): Promise<{ answers: Json[]; meanBytes: number }> {
  const answers: Json[] = [];
  let bytes = 0;
  for (const body of requestBodies(contestant.dialect, operation, keys)) {
    const text = await post(contestant, body);
    bytes += Buffer.byteLength(text);
    answers.push(canonicalAnswer(contestant.dialect, text));
  }
  return { answers, meanBytes: bytes / answers.length };
}

async function post({ url, headers, title }: RunningContestant, body: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  if (response.status !== 200)
    throw new Error(
      `${title}: expected status 200, found ${response.status}: ${text.slice(0, 500)}`,
    );
  return text;
}

/** Of warm requests: `ask` has sent each of them before. */
async function countStatements(
  contestant: RunningContestant,
  operation: OperationName,
  { database, keys }: { database: BenchDatabase; keys: RequestKeys },
): Promise<number> {
  const bodies = requestBodies(contestant.dialect, operation, keys);
  const sent = Array.from({ length: COUNTED_ROUNDS }).flatMap(() => bodies);
  const statements = await database.countStatements(async () => {
    for (const body of sent) await post(contestant, body);
  });
  return Math.round((statements / sent.length) * 100) / 100;
}

/**
 * Loads every operation at every number of connections; throws when a contestant fails requests
 * under load.
 */
export async function measure(verified: readonly Verified[], plan: Plan): Promise<Measurement[]> {
  const generator = fork(new URL('../load.ts', import.meta.url));
  endWithThisProcess(generator);
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
    if (generator.connected) generator.disconnect();
  }
}

async function alternate(
  generator: ChildProcess,
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
  generator: ChildProcess,
  { contestant, operation, meanBytes }: Verified,
  { connections, seconds, keys }: { connections: number; seconds: number; keys: RequestKeys },
): Promise<Measurement['rounds'][number]> {
  const bodies = requestBodies(contestant.dialect, operation, keys);
  const cpuBefore = await contestant.server.cpuMs();
  const result = await send(generator, {
    url: contestant.url,
    headers: contestant.headers,
    bodies,
    connections,
    seconds,
  });
  const cpuAfter = await contestant.server.cpuMs();
  const sizeIsRight =
    Math.abs(result.meanBytes - meanBytes) <= meanBytes * SIZE_TOLERANCE + HEADERS_BYTES;
  if (result.failures > 0 || !sizeIsRight) {
    throw new Error(
      `${contestant.title} gave wrong answers to ${operation} under load: ${result.failures} of ${result.requests} failed, ` +
        `${Math.round(result.meanBytes)} bytes an answer where ${Math.round(meanBytes)} were expected`,
    );
  }
  return {
    ...result,
    cpuMsPerRequest:
      cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / result.requests,
  };
}

function send(generator: ChildProcess, load: Load): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      generator.off('message', onMessage);
      generator.off('exit', onExit);
    };
    const onMessage = (result: LoadResult) => {
      settle();
      resolve(result);
    };
    const onExit = () => {
      settle();
      reject(new Error('The load generator ended before it reported'));
    };
    generator.on('message', onMessage);
    generator.on('exit', onExit);
    generator.send(load);
  });
}
