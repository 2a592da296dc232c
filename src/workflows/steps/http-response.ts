/**
 * The body of an HTTP response as the output of a step holds it.
 *
 * - JSON is parsed. Integers that a JavaScript number would round stay the text of their digits.
 * - JSON that can't be parsed or stored is its text, and `bodyProblem` says why.
 * - Other text is text.
 * - Anything else is base64, with `encoding` and its `contentType`.
 */
import type { HttpResponse } from '../../platform/http-client.ts';
import { jsonProblem } from '../definitions/json.ts';

/** The part of a step's output that a body becomes. */
export type ReadBody =
  | { body: unknown; bodyProblem?: string }
  | { body: string; encoding: 'base64'; contentType: string | null };

/** What is binary even if its bytes happen to be text. */
const BINARY =
  /^(?:(?:audio|font|video)\/|image\/(?!svg\+xml)|application\/(?:octet-stream|pdf|zip|gzip)\b)/i;
const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/i;

/** Reads the body of a response. */
export function readBody({ body, headers }: HttpResponse): ReadBody {
  const header = headers['content-type'];
  const contentType = (Array.isArray(header) ? header[0] : header) ?? null;
  const text = BINARY.test(contentType ?? '') ? null : textOf(body, contentType);
  if (text === null) return { body: body.toString('base64'), encoding: 'base64', contentType };
  return JSON_TYPE.test(contentType ?? '') ? readJson(text) : { body: text };
}

/** The text of bytes in their charset, UTF-8 by default; null if they are no text that is kept. */
function textOf(bytes: Buffer, contentType: string | null): string | null {
  const charset = /;\s*charset="?([^\s";]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(bytes);
    return jsonProblem(text) === null ? text : null;
  } catch {
    // An unknown charset, or bytes that are not in it.
    return null;
  }
}

function readJson(text: string): ReadBody {
  // A response without a body may still name a type.
  if (text === '') return { body: text };
  try {
    const body: unknown = JSON.parse(text, exactNumber);
    const problem = jsonProblem(body);
    return problem === null ? { body } : { body: text, bodyProblem: `${NOT_PARSED} ${problem}` };
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'It is not valid JSON.' : 'It is too deep.';
    return { body: text, bodyProblem: `${NOT_PARSED} ${reason}` };
  }
}

const NOT_PARSED = 'The response says that its body is JSON, but it could not be read as JSON.';

/** A number as it is, or its digits where a JavaScript number would be another or none. */
function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined) return value;
  const isRounded = /^-?\d+$/.test(source) && !Number.isSafeInteger(value);
  return isRounded || !Number.isFinite(value) ? source : value;
}
