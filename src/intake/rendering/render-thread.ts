/**
 * What runs in a rendering thread. A task reports by its port: first that it started, since only
 * then its time counts, then each section as it is finished. Failures are data: they cross the
 * thread whole, and so does the time that it took.
 */
import type { MessagePort } from 'node:worker_threads';
import type { TemplateSection } from '../vocabulary.ts';
import { MarkdownNestingError } from './markdown.ts';
import { type PageInput, pageOf } from './page.ts';
import type { RenderFailure } from './render-error.ts';
import {
  presentAnswers,
  type RenderedSection,
  type RenderScope,
  renderSectionHere,
} from './sections.ts';

export type RenderWork =
  | { kind: 'sections'; sections: readonly TemplateSection[]; scope: RenderScope }
  | { kind: 'page'; page: PageInput };

/** Characters of HTML: Markdown can multiply, in a wide table with short rows. */
const MAX_PAGE_LENGTH = 2_000_000;

export interface RenderTask {
  work: RenderWork;
  /** What is left of the packet's budget. */
  limitMs: number;
  port: MessagePort;
}

export type RenderReport = { started: true } | { section: number; rendered: RenderedSection };

export type RenderOutcome =
  | { sections: RenderedSection[] }
  | { html: string }
  | { failure: RenderFailure };

export type RenderResult = RenderOutcome & { spentMs: number };

export default function runTask({ work, limitMs, port }: RenderTask): RenderResult {
  report(port, { started: true });
  const startedAt = performance.now();
  const outcome =
    work.kind === 'page'
      ? renderPage(work.page)
      : renderAll(work, { deadline: startedAt + limitMs, port });
  return { ...outcome, spentMs: performance.now() - startedAt };
}

function renderPage(page: PageInput): RenderOutcome {
  try {
    const html = pageOf(page);
    if (html.length <= MAX_PAGE_LENGTH) return { html };
    return {
      failure: {
        kind: 'size',
        reason: `it renders to more than ${MAX_PAGE_LENGTH} characters`,
        section: null,
        line: null,
      },
    };
  } catch (error) {
    if (!(error instanceof MarkdownNestingError || error instanceof RangeError)) throw error;
    return {
      failure: {
        kind: 'template',
        reason: 'its Markdown is nested too deeply',
        section: null,
        line: null,
      },
    };
  }
}

function renderAll(
  work: Extract<RenderWork, { kind: 'sections' }>,
  { deadline, port }: { deadline: number; port: MessagePort },
): RenderOutcome {
  const scope = { ...work.scope, answers: presentAnswers(work.scope.answers) };
  const sections: RenderedSection[] = [];
  for (const [index, section] of work.sections.entries()) {
    const result = renderSectionHere(section, scope, deadline);
    if ('failure' in result) return { failure: { ...result.failure, section: index } };
    sections.push(result.rendered);
    report(port, { section: index, rendered: result.rendered });
  }
  return { sections };
}

function report(port: MessagePort, message: RenderReport): void {
  port.postMessage(message);
}
