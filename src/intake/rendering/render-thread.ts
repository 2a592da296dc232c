/**
 * What runs in a rendering thread. A task reports through its port: first that it has started,
 * since its time counts from then on, then each finished section. It returns failures and the time
 * spent as data, since errors lose their properties on the way out of a thread.
 */
import type { MessagePort } from 'node:worker_threads';
import type { TemplateSection } from '../vocabulary.ts';
import { MarkdownNestingError } from './markdown.ts';
import { type PageInput, pageOf } from './page.ts';
import type { RenderFailure } from './render-error.ts';
import {
  nonEmptyAnswers,
  type RenderedSection,
  type RenderScope,
  renderSectionSync,
} from './sections.ts';

/** All sections of a packet, or its page. */
export type RenderWork =
  | { kind: 'sections'; sections: readonly TemplateSection[]; scope: RenderScope }
  | { kind: 'page'; page: PageInput };

/** Characters of HTML, which can be many times the Markdown's: a wide table with short rows. */
const MAX_PAGE_LENGTH = 2_000_000;

/** What a thread is given; the port is transferred to it. */
export interface RenderTask {
  work: RenderWork;
  /** What is left of the packet's budget, in milliseconds. */
  limitMs: number;
  port: MessagePort;
}

/** A message from the thread while the task runs. `section` is an index. */
export type RenderReport = { started: true } | { section: number; rendered: RenderedSection };

/** Sections or page, as asked for, or why there are none. */
export type RenderOutcome =
  | { sections: RenderedSection[] }
  | { html: string }
  | { failure: RenderFailure };

/** `spentMs` is what the thread spent on the task, successful or not. */
export type RenderResult = RenderOutcome & { spentMs: number };

/** Runs one task in this thread. */
export default function runInThread({ work, limitMs, port }: RenderTask): RenderResult {
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
  const scope = { ...work.scope, answers: nonEmptyAnswers(work.scope.answers) };
  const sections: RenderedSection[] = [];
  for (const [index, section] of work.sections.entries()) {
    const result = renderSectionSync(section, scope, deadline);
    if ('failure' in result) return { failure: { ...result.failure, section: index } };
    sections.push(result.rendered);
    report(port, { section: index, rendered: result.rendered });
  }
  return { sections };
}

function report(port: MessagePort, message: RenderReport): void {
  port.postMessage(message);
}
