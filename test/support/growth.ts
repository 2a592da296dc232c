/** How the time of some work grows with its input, seen on a machine that does other things too. */

/** Other processes make a run longer, never shorter: the shortest of some runs is its own time. */
const MOST_RUNS = 100;
/** The first ones are slower, until the code is compiled. */
const LEAST_RUNS = 5;

/**
 * Whether four times the input takes less than twelve times the time: 4 if the work is linear, 16
 * if it is quadratic. Runs both again until it does, at most a hundred times.
 */
export function isLinear(work: (size: number) => unknown, size: number): boolean {
  return isWithin(12, { of: () => work(4 * size), than: () => work(size) });
}

/** Whether some work takes less than `times` the time of other work. */
export function isWithin(
  times: number,
  { of, than }: Record<'of' | 'than', () => unknown>,
): boolean {
  let [one, other] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let run = 1; run <= MOST_RUNS; run += 1) {
    other = Math.min(other, milliseconds(than));
    one = Math.min(one, milliseconds(of));
    if (run >= LEAST_RUNS && one < times * other) return true;
  }
  return false;
}

function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
