/**
 * How large a result is as JSON, told before it becomes a text of hundreds of megabytes, which no
 * string can even hold.
 */
import { Buffer } from 'node:buffer';

/** The most bytes that a character of a string takes in JSON: `\u0000`. */
const MOST_PER_CHARACTER = 6;
/** Of numbers, booleans and null. */
const PLAIN_CHARACTERS = 5;

/**
 * Whether a result takes more than `limit` bytes as JSON. Counts characters until there are too
 * many, which takes 1 % of the time of a list of 50; only a result that could be over the limit by
 * its escapes and umlauts is measured in bytes.
 */
export function isLargerThan(result: unknown, limit: number): boolean {
  const characters = charactersOf(result, limit);
  if (characters > limit) return true;
  return (
    characters * MOST_PER_CHARACTER > limit &&
    Buffer.byteLength(JSON.stringify(result) ?? '') > limit
  );
}

/**
 * About as many as in the JSON, escapes aside; stops somewhere above `limit`. Strings are counted
 * where they are met: a call for each value took twice the time.
 */
function charactersOf(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return PLAIN_CHARACTERS;
  return Array.isArray(value)
    ? charactersOfList(value, limit)
    : charactersOfObject(value as Record<string, unknown>, limit);
}

function charactersOfList(list: readonly unknown[], limit: number): number {
  let sum = 2;
  for (const element of list) {
    sum += 1 + charactersOf(element, limit);
    if (sum > limit) return sum;
  }
  return sum;
}

function charactersOfObject(object: Readonly<Record<string, unknown>>, limit: number): number {
  let sum = 2;
  for (const key in object) {
    const value = object[key];
    sum += key.length + 4;
    if (typeof value === 'string') sum += value.length + 2;
    else
      sum +=
        typeof value === 'object' && value !== null ? charactersOf(value, limit) : PLAIN_CHARACTERS;
    if (sum > limit) return sum;
  }
  return sum;
}
