/**
 * Values whose JSON is made once for all who get it: an object stands for the text, and the text is
 * put in its place when the message around it has been made.
 */
import { randomUUID } from 'node:crypto';

/** Nobody outside can know it, so no message has it by chance or on purpose. */
const MARK = `raw ${randomUUID()}`;
const IN_JSON = JSON.stringify(MARK);
let latest = '';

/** What JSON.stringify sees of a text that is JSON already. */
export interface RawJson extends Readonly<Record<string, unknown>> {
  toJSON: () => string;
}

/** A value that is given as JSON; a message may have one. */
export function rawJson(text: string): RawJson {
  const toJSON = () => {
    latest = text;
    return MARK;
  };
  return { toJSON };
}

/**
 * A message that JSON.stringify has just made, in the same turn, with the text of the rawJson in it,
 * if there is one.
 */
export function withRawJson(message: string): string {
  const at = message.indexOf(IN_JSON);
  return at === -1 ? message : message.slice(0, at) + latest + message.slice(at + IN_JSON.length);
}
