/**
 * Liquid for packets: `client`, `answers.<question key>` and `computed.<name>`, no files, no other
 * templates, nothing that writes HTML, and limits on everything. A heading renders to one line of
 * plain text, a body to Markdown.
 */
import type { Context, Liquid, Template } from 'liquidjs';
import { limitedLiquid } from '../../platform/liquid.ts';
import { RENDER_BUDGET_MS } from './budget.ts';
import { markdownText, plainText } from './output.ts';

/** Characters of the source of all sections together. */
export const MAX_SOURCE_LENGTH = 30_000;
/**
 * Tags and outputs of all sections together; the largest starter template has 132. A template is
 * checked while a request waits, on the thread that serves all others: 2,000 take 6 to 12 ms there,
 * 6,000 of `{{a}}` took 150.
 */
export const MAX_TAGS = 2_000;
/** Characters of a heading's source: it is one line. */
export const MAX_HEADING_LENGTH = 500;
/** Characters of one section's Markdown: some forty printed pages. */
export const MAX_SECTION_LENGTH = 200_000;

/** Liquid's count of characters and list entries that one render makes. */
const MEMORY_LIMIT = 5_000_000;

/** Parts of Liquid that read other templates, or write HTML tags of their own. */
const TAGS_LEFT_OUT = ['include', 'render', 'layout', 'block', 'tablerow'];
/** `raw` would let an answer become Markdown. */
const FILTERS_LEFT_OUT = ['raw'];
/** Every output is escaped, and keeps its lines: what asks for that once more changes nothing. */
const FILTERS_DONE_ANYWAY = ['escape', 'escape_once', 'newline_to_br'];

export type TemplateField = 'heading' | 'body';

const ENGINES: Record<TemplateField, Liquid> = {
  heading: newEngine(headingText),
  body: newEngine(markdownText),
};

/** Throws Liquid's errors, which name filters and tags that don't exist too. */
export function parseTemplate(field: TemplateField, source: string): Template[] {
  return ENGINES[field].parse(source);
}

/** Stops after `limitMs`; what Liquid can't interrupt is stopped with its thread (renderer.ts). */
export function renderTemplate(
  field: TemplateField,
  template: Template[],
  { scope, limitMs }: { scope: object; limitMs: number },
): string {
  return ENGINES[field].renderSync(template, scope, { renderLimit: limitMs });
}

function newEngine(write: (value: unknown) => string): Liquid {
  const engine = limitedLiquid({
    locale: 'en-GB',
    dateFormat: '%-d %B %Y',
    parseLimit: MAX_SOURCE_LENGTH,
    renderLimit: RENDER_BUDGET_MS,
    memoryLimit: MEMORY_LIMIT,
    outputEscape(this: { context: Context }, value: unknown) {
      const text = write(value);
      this.context.memoryLimit.use(text.length);
      return text;
    },
  });
  for (const name of TAGS_LEFT_OUT) delete engine.tags[name];
  for (const name of FILTERS_LEFT_OUT) engine.unregisterFilter(name);
  for (const name of FILTERS_DONE_ANYWAY) engine.registerFilter(name, (value: unknown) => value);
  engine.registerFilter('number', groupedNumber);
  engine.registerFilter('sentence', sentence);
  engine.registerFilter('lower_first', lowerFirst);
  return engine;
}

function headingText(value: unknown): string {
  return plainText(value).replace(/\n/g, ' ');
}

/** 12345.6 → '12,346': for large figures that are read, not calculated with. */
function groupedNumber(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value).toLocaleString('en-GB') : value;
}

/** ['Monday', 'Tuesday', 'Friday'] → 'Monday, Tuesday and Friday' */
function sentence(value: unknown): unknown {
  if (!Array.isArray(value) || value.length < 2) return value;
  return `${plainText(value.slice(0, -1))} and ${plainText(value.at(-1))}`;
}

/**
 * 'Vitamin D' → 'vitamin D', and so for each text of a list: options of questions within a
 * sentence.
 */
function lowerFirst(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerFirst);
  return typeof value === 'string' ? value.slice(0, 1).toLowerCase() + value.slice(1) : value;
}
