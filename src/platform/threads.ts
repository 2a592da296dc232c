/**
 * Threads for work that people can make endless or huge by what they wrote: it costs its thread and
 * disturbs no request. Tenants take turns, and one thread is always kept from a tenant that has many.
 */
import { setFlagsFromString } from 'node:v8';
import Tinypool from 'tinypool';
import { type Platform, perProcess } from './platform.ts';
import { Turns, type TurnsOptions } from './turns.ts';

const YOUNG_GENERATION_MB = 8;

/** Starts threads that run the default export of a module. The caller destroys them. */
export function startThreads(
  module: URL,
  { threads, memoryLimitMb }: { threads: number; memoryLimitMb: number },
): Tinypool {
  freeThreadsOfProcessLimits();
  return new Tinypool({
    filename: module.href,
    minThreads: threads,
    maxThreads: threads,
    // A thread that sleeps on a shared counter never turns its event loop, and so never frees the
    // ports of its tasks.
    useAtomics: false,
    // Keeps the secrets of the process out of reach of what people wrote.
    env: {},
    execArgv: [],
    resourceLimits: {
      maxOldGenerationSizeMb: memoryLimitMb,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
    },
  });
}

/**
 * Heap sizes of the command line (`npm start` gives some) take precedence over a thread's
 * resourceLimits: one template could then use as much memory as the whole process. The main
 * thread's heap exists already and keeps its sizes; this resets them for the threads to come.
 */
function freeThreadsOfProcessLimits(): void {
  setFlagsFromString('--max-old-space-size=0');
  setFlagsFromString('--max-semi-space-size=0');
}

/** How threads are shared: `start` starts them when they are first needed, `end` ends them. */
export interface SharedThreads<Pool> extends TurnsOptions {
  start: () => Pool;
  end: (pool: Pool) => Promise<void>;
}

/** Whose turn it is, and until when it is worth waiting for. */
export interface Taker {
  tenantId: string;
  signal?: AbortSignal;
}

/**
 * Threads of a process. The function that is returned runs `work`, which must do one thing after the
 * other, when it is the tenant's turn, and resolves with its result. The threads stay until then:
 * they end once the process stops and nothing uses them. It rejects with the signal's reason if that
 * aborts while waiting.
 */
export function sharedThreads<Pool>({ start, end, ...options }: SharedThreads<Pool>) {
  interface State {
    pool: Pool | null;
    users: number;
    turns: Turns;
  }
  const closeUnused = (state: State, platform: Platform): void => {
    if (state.users > 0 || state.pool === null) return;
    const { pool } = state;
    state.pool = null;
    end(pool).catch((error: unknown) =>
      platform.log.warn({ reason: String(error) }, `the ${options.resource} could not be ended`),
    );
  };
  const states = perProcess(
    (): State => ({ pool: null, users: 0, turns: new Turns(options) }),
    closeUnused,
  );
  return async <T>(
    platform: Platform,
    { tenantId, signal }: Taker,
    work: (pool: Pool) => Promise<T>,
  ): Promise<T> => {
    const state = states(platform);
    state.users += 1;
    try {
      const run = () => {
        state.pool ??= start();
        return work(state.pool);
      };
      return await state.turns.run(tenantId, run, signal);
    } finally {
      state.users -= 1;
      if (platform.stopping.aborted) closeUnused(state, platform);
    }
  };
}
