/**
 * JSON from outside, in request bodies and WebSocket messages: JSON.parse, but stricter. Otherwise
 * invalid UTF-8 would silently become U+FFFD, 100,000 brackets would be accepted and overflow the
 * stack of any code that walks the value, and a `__proto__` or `constructor.prototype` key would
 * reach code that copies properties.
 *
 * One byte order mark at the start is ignored, as RFC 8259 (section 8.1) allows.
 */
import { isUtf8 } from 'node:buffer';
import secureJsonParse from 'secure-json-parse';
import { RequestError } from '../platform/errors.ts';

/** How deep objects and arrays may nest; a scalar is at depth 0, `{}` at 1. */
export interface JsonLimits {
  maxDepth: number;
}

/** The limits of request bodies and WebSocket messages. */
export const JSON_LIMITS: JsonLimits = { maxDepth: 64 };

/**
 * A text that is not JSON as this server accepts it. The message says what was expected and is safe
 * to show.
 */
export class JsonBodyError extends RequestError {
  constructor(message: string, options?: ErrorOptions) {
    super('BAD_REQUEST', message, options);
    this.name = 'JsonBodyError';
  }
}

/** Parses the bytes of a body; throws JsonBodyError. */
export function parseJsonBody(body: Buffer, limits: JsonLimits): unknown {
  if (!isUtf8(body))
    throw new JsonBodyError('Expected JSON in UTF-8, found bytes that are not UTF-8.');
  return parseJsonText(body.toString('utf8'), limits);
}

/**
 * Parses a text whose encoding is already checked, such as a WebSocket message; throws
 * JsonBodyError.
 */
export function parseJsonText(text: string, limits: JsonLimits): unknown {
  if (text === '') throw new JsonBodyError('Expected JSON, found nothing.');
  if (nestsDeeper(text, limits)) {
    throw new JsonBodyError(
      `Expected JSON that nests at most ${limits.maxDepth} deep, found deeper objects or arrays.`,
    );
  }
  try {
    return secureJsonParse.parse(text, undefined, {
      protoAction: 'error',
      constructorAction: 'error',
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new JsonBodyError(messageOf(error), { cause: error });
  }
}

/**
 * For callers of JSON.parse that accept only a reviver: throws SyntaxError at the keys that
 * `parseJsonText` refuses. It looks at the key and its value alone, not at what they hold.
 */
export function refuseForbiddenKeys(key: string, value: unknown): unknown {
  const reachesPrototype =
    key === '__proto__' ||
    (key === 'constructor' &&
      typeof value === 'object' &&
      value !== null &&
      Object.hasOwn(value, 'prototype'));
  if (reachesPrototype) throw new SyntaxError('A key of the message is not allowed.');
  return value;
}

function messageOf(error: SyntaxError): string {
  return error.message.includes('forbidden prototype property')
    ? 'Expected JSON without the keys "__proto__" and "constructor.prototype", found one of them.'
    : `Expected JSON: ${error.message}.`;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Whether a JSON text nests deeper than the limits allow, in linear time. A text that is not JSON
 * may be judged wrongly, but is never recursed into: JSON.parse refuses it.
 */
export function nestsDeeper(text: string, { maxDepth }: JsonLimits): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        // Most of a GraphQL body is a string: the query.
        index = endOfString(text, index);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (++depth > maxDepth) return true;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--;
        break;
    }
  }
  return false;
}

/**
 * The index of the quote that closes the string opened at `start`; the text's length if none does.
 */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

// Each run of backslashes precedes at most one quote, so all calls together are linear.
function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (index - first) % 2 === 1;
}
