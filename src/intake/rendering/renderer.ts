/**
 * Renders packets in threads of their own. Templates are written by people: one that never ends or
 * eats all memory costs its thread, which is replaced, and nobody else's rendering or request.
 */
import { setFlagsFromString } from 'node:v8';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import Tinypool from 'tinypool';
import { SECOND } from '../../platform/time.ts';
import type { TemplateSection } from '../vocabulary.ts';
import { RenderBudget } from './budget.ts';
import type { PageInput } from './page.ts';
import { RenderError } from './render-error.ts';
import type {
  RenderOutcome,
  RenderReport,
  RenderResult,
  RenderTask,
  RenderWork,
} from './render-thread.ts';
import type { RenderedSection, RenderScope } from './sections.ts';

export interface RendererOptions {
  /**
   * Default 2: each makes some hundred packets a second, and one that is stuck leaves the other.
   */
  threads?: number;
  /** Rendering time of one packet where the caller brings no budget. Default RENDER_BUDGET_MS. */
  budgetMs?: number;
  /** Heap of one thread. Default 64 MiB. */
  memoryLimitMb?: number;
}

export interface Renderer {
  /** Rejects with a RenderError, or with the signal's reason. */
  renderSection(
    section: TemplateSection,
    scope: RenderScope,
    limits?: RenderLimits,
  ): Promise<RenderedSection>;
  /**
   * All sections of a packet in one task. `onSection` has been called once for each, in order, when
   * the promise resolves; the first section that fails ends it, and so does a callback that throws.
   */
  renderSections(work: SectionsWork, limits?: RenderLimits): Promise<RenderedSection[]>;
  renderPage(page: PageInput, limits?: RenderLimits): Promise<string>;
  /** Ends the threads; what is being rendered rejects. */
  close(): Promise<void>;
}

export interface RenderLimits {
  signal?: AbortSignal;
  /** One for all that is rendered of a packet; a new one for this call alone when absent. */
  budget?: RenderBudget;
}

export interface SectionsWork {
  sections: readonly TemplateSection[];
  scope: RenderScope;
  onSection?: (section: RenderedSection, index: number) => void;
}

const MEMORY_LIMIT_MB = 64;
const YOUNG_GENERATION_MB = 8;
const THREADS = 2;
/** Some tags take longer than others; a thread that is ended costs a new one. */
const GRACE_MS = SECOND;

export function createRenderer(options: RendererOptions = {}): Renderer {
  freeThreadsOfProcessLimits();
  const threads = options.threads ?? THREADS;
  const pool = new Tinypool({
    filename: new URL('./render-thread.ts', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    // A thread that sleeps on a shared counter never turns its event loop, and so never frees the
    // ports of its tasks.
    useAtomics: false,
    // No secret of the process is within reach of a template.
    env: {},
    execArgv: [],
    resourceLimits: {
      maxOldGenerationSizeMb: options.memoryLimitMb ?? MEMORY_LIMIT_MB,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
    },
  });

  const budgetOf = ({ budget }: RenderLimits) => budget ?? new RenderBudget(options.budgetMs);

  async function renderSections(
    work: SectionsWork,
    limits: RenderLimits = {},
  ): Promise<RenderedSection[]> {
    const { sections, scope, onSection } = work;
    let reported = 0;
    const outcome = await run(
      pool,
      { kind: 'sections', sections, scope },
      {
        signal: limits.signal,
        budget: budgetOf(limits),
        onSection(section, index) {
          reported = index + 1;
          onSection?.(section, index);
        },
      },
    );
    if (!('sections' in outcome)) throw unexpected();
    // Reports come by a port of their own, and may be behind the result.
    for (const [index, section] of outcome.sections.entries())
      if (index >= reported) onSection?.(section, index);
    return outcome.sections;
  }

  return {
    renderSections,
    async renderSection(section, scope, limits) {
      const [rendered] = await renderSections({ sections: [section], scope }, limits);
      if (rendered === undefined) throw unexpected();
      return rendered;
    },
    async renderPage(page, limits = {}) {
      const outcome = await run(
        pool,
        { kind: 'page', page },
        { signal: limits.signal, budget: budgetOf(limits) },
      );
      if (!('html' in outcome)) throw unexpected();
      return outcome.html;
    },
    close: () => pool.destroy(),
  };
}

/**
 * Heap sizes of the command line (`npm start` gives some) go before a thread's resourceLimits: one
 * template could then fill the heap of the whole process once more. The main thread's heap was made
 * by them and keeps them; those to come are not.
 */
function freeThreadsOfProcessLimits(): void {
  setFlagsFromString('--max-old-space-size=0');
  setFlagsFromString('--max-semi-space-size=0');
}

interface Progress {
  signal: AbortSignal | undefined;
  budget: RenderBudget;
  onSection?: (section: RenderedSection, index: number) => void;
}

/** One task in the pool. Time counts from its thread's first report: waiting costs nothing. */
async function run(
  pool: Tinypool,
  work: RenderWork,
  progress: Progress,
): Promise<Exclude<RenderOutcome, { failure: unknown }>> {
  const { budget } = progress;
  progress.signal?.throwIfAborted();
  const stop = new AbortController();
  const { port1, port2 } = new MessageChannel();
  let section = work.kind === 'page' ? null : 0;
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => stop.abort(progress.signal?.reason);
  progress.signal?.addEventListener('abort', onAbort, { once: true });
  let isOver = false;
  const onTime = () => {
    if (isOver) return;
    budget.spend(budget.leftMs);
    stop.abort(budget.failure({ section, line: null }));
  };
  port1.on('message', (report: RenderReport) => {
    // Liquid stops at the limit by itself and says where; what it can't interrupt is stopped a
    // little later. Where this process was too busy to look, a result that is there by now comes
    // first.
    if ('started' in report)
      timer = setTimeout(() => setImmediate(onTime), budget.leftMs + GRACE_MS);
    else {
      section = report.section + 1;
      try {
        progress.onSection?.(report.rendered, report.section);
      } catch (error) {
        stop.abort(error);
      }
    }
  });
  try {
    const task: RenderTask = { work, limitMs: budget.leftMs, port: port2 };
    const { spentMs, ...outcome }: RenderResult = await pool.run(task, {
      transferList: [port2],
      signal: stop.signal,
    });
    stop.signal.throwIfAborted();
    budget.spend(spentMs);
    if ('failure' in outcome)
      throw outcome.failure.kind === 'time'
        ? budget.failure(outcome.failure)
        : new RenderError(outcome.failure);
    return outcome;
  } catch (error) {
    stop.signal.throwIfAborted();
    throw error instanceof RenderError ? error : threadError(error, section);
  } finally {
    isOver = true;
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
    return new RenderError({
      kind: 'memory',
      reason: 'it needs too much memory',
      section,
      line: null,
    });
  }
  return new RenderError(
    { kind: 'worker', reason: 'the rendering thread failed', section, line: null },
    { cause: error },
  );
}

function unexpected(): RenderError {
  return new RenderError({
    kind: 'worker',
    reason: 'the rendering thread answered something else',
    section: null,
    line: null,
  });
}
