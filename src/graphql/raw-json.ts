/**
 * Data whose JSON is made once for all who get it: an object stands for the text, and the text is
 * put in its place when the message around it has been made.
 */
import { randomUUID } from 'node:crypto';
import type { FormattedExecutionResult } from 'graphql';

/** Nobody outside can know it, so no message has it by chance or on purpose. */
const MARK = `raw ${randomUUID()}`;
const IN_JSON = JSON.stringify(MARK);
let latest = '';

/** A result whose data is given as JSON. */
export function rawResult(data: string): FormattedExecutionResult {
  const toJSON = () => {
    latest = data;
    return MARK;
  };
  return { data: { toJSON } };
}

/**
 * A message that JSON.stringify has just made, in the same turn, with the data of the rawResult in
 * it, if there is one.
 */
export function withRawJson(message: string): string {
  const at = message.indexOf(IN_JSON);
  return at === -1 ? message : message.slice(0, at) + latest + message.slice(at + IN_JSON.length);
}
