/** Which of its two media types a GraphQL response over HTTP has. */

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
