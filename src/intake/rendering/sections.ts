/** Renders one section of a packet, in the thread that calls it. */
import type { Template } from 'liquidjs';
import { LRUCache } from 'lru-cache';
import type { ClientType } from '../../../generated/kysely.ts';
import type { ComputedValues } from '../computed/types.ts';
import type { TemplateSection } from '../vocabulary.ts';
import { RENDER_BUDGET_MS } from './budget.ts';
import { liquidProblem } from './check-template.ts';
import { MAX_SECTION_LENGTH, parseTemplate, renderTemplate, type TemplateField } from './engine.ts';
import type { RenderFailure } from './render-error.ts';

/** What a template sees, by these names. */
export interface RenderScope {
  client: { name: string; clientType: ClientType };
  /** By question key. */
  answers: Record<string, unknown>;
  computed: ComputedValues;
}

/** `heading` is one line of plain text, not yet escaped for HTML. */
export interface RenderedSection {
  heading: string;
  markdown: string;
}

/** Characters of source: the templates of many tenants, in a few megabytes of parsed form. */
const MAX_PARSED_LENGTH = 500_000;
const parsed = new LRUCache<string, Template[]>({ maxSize: MAX_PARSED_LENGTH });

/** Failures are returned as data, to cross the border of a thread; their section is added later. */
export type SectionResult =
  | { rendered: RenderedSection }
  | { failure: Omit<RenderFailure, 'section'> };

/**
 * The answers without empty ones, so that `{% if answers.x %}` tests whether there is an answer.
 */
export function nonEmptyAnswers(answers: Record<string, unknown>): Record<string, unknown> {
  const given = Object.entries(answers).filter(
    ([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(given);
}

/**
 * Renders a section in the thread that calls it, until the deadline: a time of its
 * `performance.now()`, by default a packet's whole budget from now. Never throws: failures are
 * returned.
 */
export function renderSectionSync(
  section: TemplateSection,
  scope: RenderScope,
  deadline = performance.now() + RENDER_BUDGET_MS,
): SectionResult {
  try {
    const heading = render('heading', section.heading, { scope, deadline });
    const markdown = render('body', section.body, { scope, deadline });
    if (heading.length + markdown.length > MAX_SECTION_LENGTH) {
      return {
        failure: {
          kind: 'size',
          reason: `it renders to more than ${MAX_SECTION_LENGTH} characters`,
          line: null,
        },
      };
    }
    return {
      rendered: {
        heading: heading.replace(/\s+/g, ' ').trim(),
        markdown: markdown.replace(/\n{3,}/g, '\n\n').trim(),
      },
    };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

function render(
  field: TemplateField,
  source: string,
  { scope, deadline }: { scope: RenderScope; deadline: number },
): string {
  const key = `${field}:${source}`;
  let template = parsed.get(key);
  if (template === undefined) {
    template = parseTemplate(field, source);
    parsed.set(key, template, { size: key.length });
  }
  // A limit of 0 means none to Liquid.
  return renderTemplate(field, template, {
    scope,
    limitMs: Math.max(1, deadline - performance.now()),
  });
}

/** Repeats Liquid's message only where it cannot contain a client's answers. */
function failureOf(error: unknown): Omit<RenderFailure, 'section'> {
  const { line, reason } = liquidProblem(error);
  const name = error instanceof Error ? error.name : '';
  if (reason.startsWith('template render limit'))
    return { kind: 'time', reason: 'the rendering time is used up', line };
  if (reason.startsWith('memory alloc limit'))
    return { kind: 'memory', reason: 'it produces too much text', line };
  if (reason.startsWith('Invalid string length'))
    return { kind: 'size', reason: 'it produces too much text', line };
  if (name === 'ParseError' || name === 'TokenizationError')
    return { kind: 'template', reason, line };
  return { kind: 'template', reason: 'a tag or filter failed on its values', line };
}
