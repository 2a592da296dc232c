/** The rendering threads of this process: made when they are first needed, ended once the process stops and nothing uses them any more. */
import { type Platform, perProcess } from '../platform/platform.ts';
import { createRenderer, type Renderer } from './rendering/index.ts';

interface Threads {
  renderer: Renderer | null;
  users: number;
}

const threads = perProcess((platform) => {
  const state: Threads = { renderer: null, users: 0 };
  platform.stopping.addEventListener('abort', () => closeUnused(platform, state), { once: true });
  return state;
});

/** Hands over the renderer, which stays open until the work is done. */
export async function usingRenderer<T>(platform: Platform, work: (renderer: Renderer) => Promise<T>): Promise<T> {
  const state = threads(platform);
  state.renderer ??= createRenderer();
  state.users += 1;
  try {
    return await work(state.renderer);
  } finally {
    state.users -= 1;
    if (platform.stopping.aborted) closeUnused(platform, state);
  }
}

function closeUnused(platform: Platform, state: Threads): void {
  if (state.users > 0 || state.renderer === null) return;
  const { renderer } = state;
  state.renderer = null;
  renderer.close().catch((error: unknown) => platform.log.warn({ reason: String(error) }, 'the rendering threads did not end well'));
}
