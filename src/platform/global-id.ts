/** Ids as clients see them: base64 of `Type:uuid`. They say nothing about the tenant. */

const SHAPE =
  /^([A-Z][A-Za-z]{0,63}):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The name of a GraphQL type and the uuid of one of its objects. */
export interface GlobalId {
  type: string;
  id: string;
}

/** A buffer for each id was a sixth of what a list allocated. */
const scratch = Buffer.alloc(128);

/** The id of an object as clients see it, from the name of its GraphQL type and its uuid. */
export function encodeGlobalId(type: string, id: string): string {
  const text = `${type}:${id}`;
  return text.length > scratch.length
    ? Buffer.from(text, 'latin1').toString('base64')
    : scratch.toString('base64', 0, scratch.write(text, 'latin1'));
}

/** The parts of a global id, or null when the text is not one. */
export function decodeGlobalId(text: string): GlobalId | null {
  if (text.length > 200) return null;
  const match = SHAPE.exec(Buffer.from(text, 'base64').toString('latin1'));
  return match?.[1] && match[2] ? { type: match[1], id: match[2] } : null;
}

/**
 * The uuid in a global id of one of these types. An id of another type counts as absent, so it
 * becomes a uuid that no row has; null when the text is not a global id.
 */
export function decodeIdOf(types: readonly string[], text: string): string | null {
  const decoded = decodeGlobalId(text);
  if (decoded === null) return null;
  return types.includes(decoded.type) ? decoded.id : NOBODY;
}
