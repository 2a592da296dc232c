/**
 * Renders packets in threads of their own. People write the templates: one that never ends, or that
 * fills all memory, costs its thread, which is replaced, and disturbs no request and no other
 * rendering.
 */
import { startThreads } from '../../platform/threads.ts';
import type { TemplateSection } from '../vocabulary.ts';
import { RenderBudget } from './budget.ts';
import type { PageInput } from './page.ts';
import { runTask } from './pool-task.ts';
import { RenderError } from './render-error.ts';
import type { RenderedSection, RenderScope } from './sections.ts';

/** The options of a renderer; the defaults are right for production. */
export interface RendererOptions {
  /**
   * Default 2: each renders some hundred packets a second, and one that is stuck leaves the other.
   */
  threads?: number;
  /** Rendering time of a packet whose caller gives no budget, in ms. Default RENDER_BUDGET_MS. */
  budgetMs?: number;
  /** Heap of one thread, in MiB. Default 64. */
  memoryLimitMb?: number;
}

/** Renders what people wrote, without risk to the process. Calls wait for a free thread. */
export interface Renderer {
  /** Rejects with a RenderError, or with the signal's reason. */
  renderSection(
    section: TemplateSection,
    scope: RenderScope,
    limits?: RenderLimits,
  ): Promise<RenderedSection>;
  /**
   * Renders all sections of a packet in one task. When the promise resolves, `onSection` has been
   * called once for each, in order. Rejects like `renderSection` when a section fails, or with what
   * `onSection` throws.
   */
  renderSections(work: SectionsWork, limits?: RenderLimits): Promise<RenderedSection[]>;
  /** Resolves with the HTML of the page; rejects like `renderSection`. */
  renderPage(page: PageInput, limits?: RenderLimits): Promise<string>;
  /** Ends the threads; renderings under way reject. */
  close(): Promise<void>;
}

/** What may end a rendering early. */
export interface RenderLimits {
  signal?: AbortSignal;
  /** Shared by everything that is rendered for a packet; by default this call gets a new one. */
  budget?: RenderBudget;
}

/** `onSection` is called with each section as soon as it is finished, and its index. */
export interface SectionsWork {
  sections: readonly TemplateSection[];
  scope: RenderScope;
  onSection?: (section: RenderedSection, index: number) => void;
}

const MEMORY_LIMIT_MB = 64;
const THREADS = 2;

/** Starts a renderer's threads; close it to end them. */
export function createRenderer(options: RendererOptions = {}): Renderer {
  const { threads = THREADS, memoryLimitMb = MEMORY_LIMIT_MB } = options;
  const module = new URL('./render-thread.ts', import.meta.url);
  const pool = startThreads(module, { threads, memoryLimitMb });
  const limited = ({ signal, budget }: RenderLimits) => ({
    signal,
    budget: budget ?? new RenderBudget(options.budgetMs),
  });

  async function renderSections(
    { sections, scope, onSection }: SectionsWork,
    limits: RenderLimits = {},
  ): Promise<RenderedSection[]> {
    let reported = 0;
    const report = (section: RenderedSection, index: number) => {
      reported = index + 1;
      onSection?.(section, index);
    };
    const progress = { ...limited(limits), onSection: report };
    const outcome = await runTask(pool, { kind: 'sections', sections, scope }, progress);
    if (!('sections' in outcome)) throw unexpectedOutcome();
    // Reports come through a port of their own, and may arrive after the result.
    for (const [index, section] of outcome.sections.entries())
      if (index >= reported) onSection?.(section, index);
    return outcome.sections;
  }

  return {
    renderSections,
    async renderSection(section, scope, limits) {
      const [rendered] = await renderSections({ sections: [section], scope }, limits);
      if (rendered === undefined) throw unexpectedOutcome();
      return rendered;
    },
    async renderPage(page, limits = {}) {
      const outcome = await runTask(pool, { kind: 'page', page }, limited(limits));
      if (!('html' in outcome)) throw unexpectedOutcome();
      return outcome.html;
    },
    close: () => pool.destroy(),
  };
}

function unexpectedOutcome(): RenderError {
  return new RenderError({
    kind: 'worker',
    reason: 'the rendering thread returned an unexpected result',
    section: null,
    line: null,
  });
}
