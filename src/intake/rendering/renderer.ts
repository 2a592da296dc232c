/**
 * Renders packets in threads of their own. Templates are written by people: one that never ends or eats all memory
 * costs its thread, which is replaced, and nobody else's rendering or request.
 */
import { setFlagsFromString } from 'node:v8';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import Tinypool from 'tinypool';
import { SECOND } from '../../platform/time.ts';
import type { TemplateSection } from '../starter-set/types.ts';
import type { PageInput } from './page.ts';
import { RenderError } from './render-error.ts';
import type { RenderOutcome, RenderReport, RenderTask, RenderWork } from './render-thread.ts';
import type { RenderedSection, RenderScope } from './sections.ts';

export interface RendererOptions {
  /** Default 2: each makes some hundred packets a second, and one that is stuck leaves the other. */
  threads?: number;
  /** Of one section or page, from when a thread begins with it. Default 5 s. */
  timeLimitMs?: number;
  /** Heap of one thread. Default 64 MiB. */
  memoryLimitMb?: number;
}

export interface Renderer {
  /** Rejects with a RenderError, or with the signal's reason. */
  renderSection(section: TemplateSection, scope: RenderScope, signal?: AbortSignal): Promise<RenderedSection>;
  /**
   * All sections of a packet in one task. `onSection` has been called once for each, in order, when the promise
   * resolves; the first section that fails ends it, and so does a callback that throws.
   */
  renderSections(work: SectionsWork, signal?: AbortSignal): Promise<RenderedSection[]>;
  renderPage(page: PageInput, signal?: AbortSignal): Promise<string>;
  /** Ends the threads; what is being rendered rejects. */
  close(): Promise<void>;
}

export interface SectionsWork {
  sections: readonly TemplateSection[];
  scope: RenderScope;
  onSection?: (section: RenderedSection, index: number) => void;
}

const TIME_LIMIT_MS = 5 * SECOND;
const MEMORY_LIMIT_MB = 64;
const YOUNG_GENERATION_MB = 8;
const THREADS = 2;

export function createRenderer(options: RendererOptions = {}): Renderer {
  freeThreadsOfProcessLimits();
  const threads = options.threads ?? THREADS;
  const timeLimitMs = options.timeLimitMs ?? TIME_LIMIT_MS;
  const pool = new Tinypool({
    filename: new URL('./render-thread.ts', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    // A thread that sleeps on a shared counter never turns its event loop, and so never frees the ports of its tasks.
    useAtomics: false,
    // No secret of the process is within reach of a template.
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: options.memoryLimitMb ?? MEMORY_LIMIT_MB, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });

  async function renderSections(work: SectionsWork, signal?: AbortSignal): Promise<RenderedSection[]> {
    const { sections, scope, onSection } = work;
    let reported = 0;
    const outcome = await run(
      { pool, timeLimitMs },
      { kind: 'sections', sections, scope },
      {
        signal,
        onSection(section, index) {
          reported = index + 1;
          onSection?.(section, index);
        },
      },
    );
    if (!('sections' in outcome)) throw unexpected();
    // Reports come by a port of their own, and may be behind the result.
    for (const [index, section] of outcome.sections.entries()) if (index >= reported) onSection?.(section, index);
    return outcome.sections;
  }

  return {
    renderSections,
    async renderSection(section, scope, signal) {
      const [rendered] = await renderSections({ sections: [section], scope }, signal);
      if (rendered === undefined) throw unexpected();
      return rendered;
    },
    async renderPage(page, signal) {
      const outcome = await run({ pool, timeLimitMs }, { kind: 'page', page }, { signal });
      if (!('html' in outcome)) throw unexpected();
      return outcome.html;
    },
    close: () => pool.destroy(),
  };
}

/**
 * Heap sizes of the command line (`npm start` gives some) go before a thread's resourceLimits: one template could then fill
 * the heap of the whole process once more. The main thread's heap was made by them and keeps them; those to come are not.
 */
function freeThreadsOfProcessLimits(): void {
  setFlagsFromString('--max-old-space-size=0');
  setFlagsFromString('--max-semi-space-size=0');
}

interface Progress {
  signal: AbortSignal | undefined;
  onSection?: (section: RenderedSection, index: number) => void;
}

/** One task in the pool. Time counts from its thread's first report, anew for each section: waiting costs nothing. */
async function run(
  { pool, timeLimitMs }: { pool: Tinypool; timeLimitMs: number },
  work: RenderWork,
  progress: Progress,
): Promise<Exclude<RenderOutcome, { failure: unknown }>> {
  progress.signal?.throwIfAborted();
  const stop = new AbortController();
  const { port1, port2 } = new MessageChannel();
  let section = work.kind === 'page' ? null : 0;
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => stop.abort(progress.signal?.reason);
  progress.signal?.addEventListener('abort', onAbort, { once: true });
  port1.on('message', (report: RenderReport) => {
    clearTimeout(timer);
    if ('section' in report) {
      section = report.section + 1;
      try {
        progress.onSection?.(report.rendered, report.section);
      } catch (error) {
        return stop.abort(error);
      }
    }
    timer = setTimeout(() => stop.abort(new RenderError({ kind: 'time', reason: 'it renders for too long', section, line: null })), timeLimitMs);
  });
  try {
    const task: RenderTask = { work, port: port2 };
    const outcome: RenderOutcome = await pool.run(task, { transferList: [port2], signal: stop.signal });
    stop.signal.throwIfAborted();
    if ('failure' in outcome) throw new RenderError(outcome.failure);
    return outcome;
  } catch (error) {
    stop.signal.throwIfAborted();
    throw error instanceof RenderError ? error : threadError(error, section);
  } finally {
    close(port1, timer);
    progress.signal?.removeEventListener('abort', onAbort);
  }
}

function close(port: MessagePort, timer: NodeJS.Timeout | undefined): void {
  clearTimeout(timer);
  port.removeAllListeners();
  port.close();
}

/** Why a thread was lost, or threw. */
function threadError(error: unknown, section: number | null): RenderError {
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new RenderError({ kind: 'memory', reason: 'it needs too much memory', section, line: null });
  }
  return new RenderError({ kind: 'worker', reason: 'the rendering thread failed', section, line: null }, { cause: error });
}

function unexpected(): RenderError {
  return new RenderError({ kind: 'worker', reason: 'the rendering thread answered something else', section: null, line: null });
}
