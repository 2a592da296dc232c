/**
 * How large a result is as JSON, found out before it becomes a string of hundreds of megabytes, or
 * one that is longer than a string can be.
 */
import { Buffer } from 'node:buffer';

/** The most bytes that a character of a string takes in JSON: `\u0000`. */
const MOST_PER_CHARACTER = 6;
/** The characters that a number, boolean or null is counted with. */
const PLAIN_CHARACTERS = 5;

/**
 * Whether a result takes more than `limit` bytes as JSON. Counts characters until there are too
 * many, which takes 1 % of the time of a list of 50; only a result that escapes and non-ASCII
 * letters could take over the limit is measured in bytes.
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
 * About the number of characters in the JSON, not counting escapes; stops soon after `limit`.
 * Strings are counted where they are met: a call for each value took twice the time.
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
