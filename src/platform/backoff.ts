/** How long to wait before a retry. */

/** Waits that grow with the number of failures in a row. */
export interface Backoff {
  /** The wait after the first failure, in milliseconds. */
  firstMs: number;
  /** The maximum wait, in milliseconds; no limit when absent. */
  longestMs?: number;
  /** The factor by which each wait is longer than the one before; 2 when absent. */
  factor?: number;
  /**
   * The share of a wait that is random, from 0 to 1, so that what failed at the same moment is not
   * retried at the same moment; 0 when absent.
   */
  random?: number;
}

/** Milliseconds to wait after the given number of failures in a row, counted from 1. */
export function backoffMs(
  failures: number,
  { firstMs, longestMs = Number.POSITIVE_INFINITY, factor = 2, random = 0 }: Backoff,
): number {
  const wait = Math.min(longestMs, firstMs * factor ** (failures - 1));
  return wait * (1 - random * Math.random());
}
