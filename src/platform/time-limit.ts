/** Bounds synchronous work whose time depends on data from outside, such as a pattern. */
import { createContext, Script } from 'node:vm';

/** The work took longer than it may. */
export class TooSlowError extends Error {
  constructor(limitMs: number) {
    super(`The work took longer than ${limitMs} ms.`);
    this.name = 'TooSlowError';
  }
}

const globals = createContext({ work: () => undefined as unknown });
/** Only a script can be stopped; it stops whatever the function calls, even a regular expression. */
const call = new Script('work()');

/** What the work returns; throws a TooSlowError where it takes longer. */
export function withinMs<T>(limitMs: number, work: () => T): T {
  globals['work'] = work;
  try {
    return call.runInContext(globals, { timeout: limitMs });
  } catch (error) {
    // It is an Error of the other context, not of this one.
    const isTimeout =
      typeof error === 'object' &&
      error !== null &&
      'code' in error &&
      error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    throw isTimeout ? new TooSlowError(limitMs) : error;
  } finally {
    globals['work'] = () => undefined;
  }
}
