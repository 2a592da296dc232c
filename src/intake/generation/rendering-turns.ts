/**
 * The rendering threads of this process, and whose turn it is to use them. They start when they are
 * first needed, and end once the process stops and nothing uses them. A turn is the rendering of
 * one packet. Since a template may use all the time it is given, one thread is always kept from a
 * tenant that has many turns.
 */
import { type Platform, perProcess } from '../../platform/platform.ts';
import { MINUTE } from '../../platform/time.ts';
import { Turns } from '../../platform/turns.ts';
import { createRenderer, type Renderer } from '../rendering/index.ts';

interface Threads {
  renderer: Renderer | null;
  users: number;
  turns: Turns;
}

/** Two render some hundred packets a second each; the third is for the next tenant. */
const THREADS = 3;
/**
 * Longer than all packets that may be waiting take: the job's own time limit ends the wait earlier.
 */
const MAX_WAIT_MS = 30 * MINUTE;
const MAX_WAITING = 200;

const threads = perProcess((): Threads => {
  const turns = new Turns({
    resource: 'rendering threads',
    size: THREADS,
    waitMs: MAX_WAIT_MS,
    maxWaiting: MAX_WAITING,
    busy: 'Your company is already rendering as many packets as it may at once.',
  });
  return { renderer: null, users: 0, turns };
}, closeUnused);

/**
 * Runs `work`, which must render one thing after the other, when it is the tenant's turn; resolves
 * with its result. The renderer stays open until then. Rejects with the signal's reason if it
 * aborts while waiting.
 */
export async function usingRenderer<T>(
  platform: Platform,
  { tenantId, signal }: { tenantId: string; signal: AbortSignal },
  work: (renderer: Renderer) => Promise<T>,
): Promise<T> {
  const state = threads(platform);
  state.users += 1;
  try {
    const render = () => {
      state.renderer ??= createRenderer({ threads: THREADS });
      return work(state.renderer);
    };
    return await state.turns.run(tenantId, render, signal);
  } finally {
    state.users -= 1;
    if (platform.stopping.aborted) closeUnused(state, platform);
  }
}

function closeUnused(state: Threads, platform: Platform): void {
  if (state.users > 0 || state.renderer === null) return;
  const { renderer } = state;
  state.renderer = null;
  renderer
    .close()
    .catch((error: unknown) =>
      platform.log.warn({ reason: String(error) }, 'the rendering threads could not be ended'),
    );
}
