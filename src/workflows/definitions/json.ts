/** Checks of JSON from outside that is to be stored. */
import { z } from 'zod';
import { inGraphQL } from '../../platform/input.ts';
import { isObject, type JsonObject } from './definition.ts';

const MAX_DEPTH = 64;

/**
 * Why a JSON value can't be stored; null if it can. PostgreSQL stores no NUL, and a lone surrogate
 * would become another character.
 */
export function jsonProblem(value: unknown, depth = 0): string | null {
  if (typeof value === 'string')
    return value.includes('\u0000') || !value.isWellFormed()
      ? 'Expected text without NUL characters or lone surrogates.'
      : null;
  if (typeof value !== 'object' || value === null) return null;
  if (depth === MAX_DEPTH) return `Expected JSON that is nested at most ${MAX_DEPTH} deep.`;
  for (const [key, inner] of Object.entries(value)) {
    const problem = jsonProblem(key) ?? jsonProblem(inner, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}

/** A JSON object that can be stored, of at most `length` characters. */
export function jsonObject(length: number) {
  const json = z.unknown().register(inGraphQL, { maxLength: length });
  return json.transform((value, context): JsonObject => {
    const isGiven = isObject(value);
    const problem = isGiven
      ? (jsonProblem(value) ?? tooLong(value, length))
      : 'Expected an object.';
    if (isGiven && problem === null) return value;
    context.addIssue({ code: 'custom', message: problem ?? undefined });
    return z.NEVER;
  });
}

function tooLong(value: object, length: number): string | null {
  return JSON.stringify(value).length <= length
    ? null
    : `Expected at most ${length.toLocaleString('en')} characters of JSON.`;
}
