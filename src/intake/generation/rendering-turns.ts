/**
 * The rendering threads of this process, and whose turn it is to use them. A turn is the rendering
 * of one packet. Since a template may use all the time it is given, one thread is always kept from a
 * tenant that has many turns.
 */
import { sharedThreads } from '../../platform/threads.ts';
import { MINUTE } from '../../platform/time.ts';
import { createRenderer } from '../rendering/index.ts';

/** Two render some hundred packets a second each; the third is for the next tenant. */
const THREADS = 3;
/**
 * Longer than all packets that may be waiting take: the job's own time limit ends the wait earlier.
 */
const MAX_WAIT_MS = 30 * MINUTE;
const MAX_WAITING = 200;

/** Runs `work` with the renderer when it is the tenant's turn. */
export const usingRenderer = sharedThreads({
  resource: 'rendering threads',
  size: THREADS,
  waitMs: MAX_WAIT_MS,
  maxWaiting: MAX_WAITING,
  busy: 'Your company is already rendering as many packets as it may at once.',
  start: () => createRenderer({ threads: THREADS }),
  end: (renderer) => renderer.close(),
});
