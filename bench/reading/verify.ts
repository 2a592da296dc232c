/**
 * What comes before the measurements: every contestant has to return the same, and its statements
 * are counted.
 */
import { median } from '../statistics.ts';
import { canonicalAnswer, firstDifference, hashOf, type Json } from './canonical.ts';
import type { RunningContestant } from './contestants.ts';
import type { ReadingDatabase } from './database.ts';
import { OPERATIONS, type OperationName, type RequestKeys, requestBodies } from './operations.ts';

const COUNTED_REQUESTS = 9;

export interface Verified {
  operation: OperationName;
  contestant: RunningContestant;
  /** Mean size of a response without its headers. */
  meanBytes: number;
  statementsPerRequest: number;
}

/**
 * Sends every operation to every contestant. Throws, naming the first difference, unless all return
 * the same.
 */
export async function verifyAll(
  contestants: readonly RunningContestant[],
  database: ReadingDatabase,
  { keys, announce }: { keys: RequestKeys; announce: (line: string) => void },
): Promise<Verified[]> {
  const verified: Verified[] = [];
  for (const operation of OPERATIONS) {
    const takers = contestants.filter((contestant) => contestant.operations.includes(operation));
    // The limit is the last one; its SQL says most plainly what is right.
    const reference = takers.at(-1);
    if (!reference) continue;
    const expected = await askAll(reference, operation, keys);
    for (const contestant of takers) {
      const { answers, meanBytes } = await askAll(contestant, operation, keys);
      const what = `${contestant.title}, ${operation}, compared with ${reference.title}`;
      assertSame(expected.answers, answers, what);
      const count = await countStatements(contestant, operation, { database, keys });
      verified.push({ operation, contestant, meanBytes, statementsPerRequest: count });
      const hash = hashOf(answers).slice(0, 16);
      announce(
        `${operation} ${contestant.title}: sha256 ${hash}, ${Math.round(meanBytes)} bytes, ${count} statements`,
      );
    }
  }
  return verified;
}

function assertSame(expected: Json, found: Json, what: string): void {
  if (hashOf(expected) === hashOf(found)) return;
  const difference = firstDifference(expected, found) ?? 'in the order of keys';
  throw new Error(
    `${what}: the answers differ ${difference}. Make them equal; nothing is measured before.`,
  );
}

async function askAll(
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

/**
 * The median over requests that are warm, because `askAll` has sent each of them before: besides
 * them, servers look for changes now and then.
 */
async function countStatements(
  contestant: RunningContestant,
  operation: OperationName,
  { database, keys }: { database: ReadingDatabase; keys: RequestKeys },
): Promise<number> {
  const bodies = requestBodies(contestant.dialect, operation, keys);
  const counts: number[] = [];
  for (let index = 0; index < Math.max(COUNTED_REQUESTS, bodies.length); index += 1) {
    const body = bodies[index % bodies.length] ?? '';
    counts.push(await database.countStatements(async () => void (await post(contestant, body))));
  }
  return median(counts);
}
