/** The load generator as the measuring process sees it. */
import type { Load, LoadResult } from './load.ts';
import { startAsked } from './messages.ts';

export interface LoadGenerator {
  /** Resolves when the load has been sent and answered. One load at a time. */
  run(load: Load): Promise<LoadResult>;
  close(): void;
}

/** Starts load.ts as a process of its own. */
export function startLoadGenerator(): LoadGenerator {
  const { ask, close } = startAsked<Load>(new URL('./load.ts', import.meta.url));
  return { run: (load) => ask<LoadResult>(load), close };
}
