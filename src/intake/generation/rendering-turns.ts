/**
 * The rendering threads of this process: made when they are first needed, ended once the process
 * stops and nothing uses them any more. Tenants get them in turns: a turn is the rendering of a
 * packet, and one thread is always kept from a tenant that has many, since a template may use up
 * all the time that it is given.
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

/** Two make some hundred packets a second each, one is for whoever comes next. */
const THREADS = 3;
/**
 * Longer than all packets take that a tenant's jobs can have waiting; they end by their own time
 * limit before.
 */
const WAIT_MS = 30 * MINUTE;
const MAX_WAITING = 200;

const threads = perProcess((platform) => {
  const busy = "Your company's packets use all its rendering threads.";
  const turns = new Turns({
    resource: 'rendering threads',
    size: THREADS,
    waitMs: WAIT_MS,
    maxWaiting: MAX_WAITING,
    busy,
  });
  const state: Threads = { renderer: null, users: 0, turns };
  platform.stopping.addEventListener('abort', () => closeUnused(platform, state), { once: true });
  return state;
});

/**
 * Hands over the renderer when it is the tenant's turn, for work that renders one thing after the
 * other; it stays open until that is done.
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
    if (platform.stopping.aborted) closeUnused(platform, state);
  }
}

function closeUnused(platform: Platform, state: Threads): void {
  if (state.users > 0 || state.renderer === null) return;
  const { renderer } = state;
  state.renderer = null;
  renderer
    .close()
    .catch((error: unknown) =>
      platform.log.warn({ reason: String(error) }, 'the rendering threads did not end well'),
    );
}
