/** Measuring how long something takes, and waiting for something to happen. */
import { setTimeout as sleep } from 'node:timers/promises';

/** The milliseconds until `act` resolves, and what it resolves to. */
export async function timed<Result>(
  act: () => Promise<Result>,
): Promise<{ ms: number; result: Result }> {
  const startedAt = performance.now();
  const result = await act();
  return { ms: performance.now() - startedAt, result };
}

/** The milliseconds until `act` resolves. */
export async function msOf(act: () => Promise<unknown>): Promise<number> {
  return (await timed(act)).ms;
}

/** Resolves once `check` has returned true; asks again `everyMs` after each false. */
export async function until(check: () => Promise<boolean>, everyMs = 10): Promise<void> {
  while (!(await check())) await sleep(everyMs);
}
