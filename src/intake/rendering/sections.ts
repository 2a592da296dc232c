/** Renders one section of a packet, in the thread that calls it. */
import type { Template } from 'liquidjs';
import { LRUCache } from 'lru-cache';
import type { ComputedValues } from '../computed/types.ts';
import type { ClientType, TemplateSection } from '../vocabulary.ts';
import { RENDER_BUDGET_MS } from './budget.ts';
import { MAX_SECTION_LENGTH, parseTemplate, renderTemplate, type TemplateField } from './engine.ts';
import type { RenderFailure } from './render-error.ts';
import { liquidProblem } from './check-template.ts';

/** What a template sees. */
export interface RenderScope {
  client: { name: string; clientType: ClientType };
  /** By question key. */
  answers: Record<string, unknown>;
  computed: ComputedValues;
}

export interface RenderedSection {
  heading: string;
  markdown: string;
}

/**
 * Sources, by characters: room for the templates of many tenants in a few megabytes of parsed form.
 */
const COMPILED_CHARACTERS = 500_000;
const COMPILED = new LRUCache<string, Template[]>({ maxSize: COMPILED_CHARACTERS });

export type SectionResult =
  | { rendered: RenderedSection }
  | { failure: Omit<RenderFailure, 'section'> };

/** Answers that say nothing are left out, so that `{% if answers.x %}` asks for an answer. */
export function presentAnswers(answers: Record<string, unknown>): Record<string, unknown> {
  const present = Object.entries(answers).filter(
    ([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(present);
}

/**
 * Renders until the deadline, a moment of this thread's `performance.now()`; by default for as long
 * as a packet may take.
 */
export function renderSectionHere(
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
  let template = COMPILED.get(key);
  if (template === undefined) {
    template = parseTemplate(field, source);
    COMPILED.set(key, template, { size: key.length });
  }
  // Liquid takes a limit of 0 for none.
  return renderTemplate(field, template, {
    scope,
    limitMs: Math.max(1, deadline - performance.now()),
  });
}

/** Liquid's message is repeated only where it can't hold what a client answered. */
function failureOf(error: unknown): Omit<RenderFailure, 'section'> {
  const { line, reason } = liquidProblem(error);
  const { name } = error as Error;
  if (reason.startsWith('template render limit'))
    return { kind: 'time', reason: 'the rendering time is used up', line };
  if (reason.startsWith('memory alloc limit'))
    return { kind: 'memory', reason: 'it makes too much text', line };
  if (reason.startsWith('Invalid string length'))
    return { kind: 'size', reason: 'it makes too much text', line };
  if (name === 'ParseError' || name === 'TokenizationError')
    return { kind: 'template', reason, line };
  return { kind: 'template', reason: 'a tag or filter failed on its values', line };
}
