/**
 * The Liquid of packets. Templates see `client`, `answers.<question key>` and `computed.<name>`;
 * they have no files, no other templates and nothing that writes HTML, and there are limits on
 * everything. A heading renders to one line of plain text, a body to Markdown.
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
/** Characters of a heading's source, which is one line. */
export const MAX_HEADING_LENGTH = 500;
/** Characters of one section's Markdown: about forty printed pages. */
export const MAX_SECTION_LENGTH = 200_000;

/** Characters and list entries that one render may produce, as Liquid counts them. */
const MEMORY_LIMIT = 5_000_000;

/** They read other templates, or write HTML tags of their own. */
const REMOVED_TAGS = ['include', 'render', 'layout', 'block', 'tablerow'];
/** `raw` would let an answer become Markdown. */
const REMOVED_FILTERS = ['raw'];
/** They do nothing: every output is escaped and keeps its lines anyway. */
const FILTERS_WITHOUT_EFFECT = ['escape', 'escape_once', 'newline_to_br'];

/** The sources of a section. */
export const TEMPLATE_FIELDS = ['heading', 'body'] as const;
/** One of the two sources of a section. */
export type TemplateField = (typeof TEMPLATE_FIELDS)[number];

const ENGINES: Record<TemplateField, Liquid> = {
  heading: newEngine(headingText),
  body: newEngine(markdownText),
};

/** Parses a source; throws Liquid's errors, including for filters and tags that do not exist. */
export function parseTemplate(field: TemplateField, source: string): Template[] {
  return ENGINES[field].parse(source);
}

/**
 * Renders a parsed source; throws Liquid's errors, also when `limitMs` is over. What Liquid cannot
 * interrupt is stopped with its thread (pool-task.ts).
 */
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
  for (const name of REMOVED_TAGS) delete engine.tags[name];
  for (const name of REMOVED_FILTERS) engine.unregisterFilter(name);
  for (const name of FILTERS_WITHOUT_EFFECT) engine.registerFilter(name, (value: unknown) => value);
  engine.registerFilter('number', groupedNumber);
  engine.registerFilter('sentence', sentence);
  engine.registerFilter('lower_first', lowerFirst);
  return engine;
}

function headingText(value: unknown): string {
  return plainText(value).replace(/\n/g, ' ');
}

/** 12345.6 → '12,346', for large numbers in a text. */
function groupedNumber(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value).toLocaleString('en-GB') : value;
}

/** ['Monday', 'Tuesday', 'Friday'] → 'Monday, Tuesday and Friday' */
function sentence(value: unknown): unknown {
  if (!Array.isArray(value) || value.length < 2) return value;
  return `${plainText(value.slice(0, -1))} and ${plainText(value.at(-1))}`;
}

/** 'Vitamin D' → 'vitamin D', or each text of a list: for options in the middle of a sentence. */
function lowerFirst(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerFirst);
  return typeof value === 'string' ? value.slice(0, 1).toLowerCase() + value.slice(1) : value;
}
