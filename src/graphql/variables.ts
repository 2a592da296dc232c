/**
 * How large the variables of an operation may be, checked before their types are. graphql-js writes
 * a value that does not fit into each of its errors: 200,000 unknown keys took 3 s. The maximum
 * length of lists and strings is declared with each input (maxima.ts).
 */
import { count } from '../schema-builder/maxima.ts';

/** Twice what one JSON value may have: the largest inputs of the schema have some thousands. */
const MAX_KEYS = 20_000;
const MAX_KEY_LENGTH = 1_000;

/** What is too large in the variables; null if nothing is. */
export function variablesProblem(variables: Readonly<Record<string, unknown>>): string | null {
  const pending: object[] = [variables];
  let keys = 0;
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (Array.isArray(value)) {
      for (const entry of value)
        if (typeof entry === 'object' && entry !== null) pending.push(entry);
      continue;
    }
    for (const [key, inner] of Object.entries(value)) {
      keys += 1;
      if (keys > MAX_KEYS)
        return `Expected variables with at most ${count(MAX_KEYS)} keys in all their objects together.`;
      if (key.length > MAX_KEY_LENGTH)
        return `Expected keys of at most ${count(MAX_KEY_LENGTH)} characters in variables.`;
      if (typeof inner === 'object' && inner !== null) pending.push(inner);
    }
  }
  return null;
}
