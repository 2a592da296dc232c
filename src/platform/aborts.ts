/** Waiting for work that may be aborted. */

/**
 * Resolves or rejects as the work does, or rejects with the signal's reason if that aborts first.
 * The work itself goes on: give it the signal too if it can stop.
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
