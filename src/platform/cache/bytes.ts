/** How much memory a value takes. */

/** What V8 takes for an object, a string or an array beside what is in it, and for each place in one. */
const HEADER_BYTES = 24;
const SLOT_BYTES = 8;

/**
 * About the bytes that a value of rows, lists and maps holds: within a fifth for rows as the driver reads them. A part that is in
 * it several times counts once.
 */
export function approximateBytes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return ofPrimitive(value);
  let bytes = 0;
  const seen = new Set<object>([value]);
  const add = (part: unknown) => {
    bytes += SLOT_BYTES;
    if (typeof part !== 'object' || part === null) bytes += ofPrimitive(part);
    else seen.add(part);
  };
  // The set grows while it is walked. There is no recursion, for values may nest deeply.
  for (const one of seen) {
    bytes += HEADER_BYTES;
    if (one instanceof Map) {
      for (const [key, part] of one) {
        add(key);
        add(part);
      }
    } else {
      for (const key in one) add((one as Record<string, unknown>)[key]);
    }
  }
  return bytes;
}

function ofPrimitive(value: unknown): number {
  return typeof value === 'string' ? HEADER_BYTES + Buffer.byteLength(value) : SLOT_BYTES;
}
