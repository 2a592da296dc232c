/**
 * How a value is written into a packet. What a client answered is text and stays text: it is
 * escaped so that Markdown shows it exactly as it was typed, whatever it contains and wherever in a
 * line it stands.
 */
import { isDay, longDay } from './dates.ts';

/** A line break within an answer: as an entity it never ends a line of the Markdown. */
export const LINE_BREAK = '&#10;';

/** A value as plain text, of any number of lines; '' for null, undefined and objects. */
export function plainText(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map(scalarText).filter(Boolean).join(', ');
  }
  return scalarText(value);
}

/** A value as text within Markdown, its lines joined by LINE_BREAK. */
export function markdownText(value: unknown): string {
  return escapeMarkdown(plainText(value));
}

function scalarText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return isDay(value) ? longDay(value) : cleanText(value);
    case 'number':
      return Number.isFinite(value) ? String(Math.round(value * 1000) / 1000) : '';
    case 'boolean':
      return value ? 'yes' : 'no';
    case 'bigint':
      return String(value);
    default:
      return '';
  }
}

function cleanText(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are removed.
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
      .replace(/ +/g, ' ')
      .trim()
  );
}

/** Characters that Markdown may read as structure anywhere in a line. */
const ANYWHERE = /[\\`*_{}[\]|~@]/g;
/** Structure at the start of a line only. A value cannot know whether it stands there. */
const MARK_AT_START = /^[-+#=:](?=[-#=:\s]|$)/;
const NUMBER_AT_START = /^(\d{1,9})([.)])(?=\s|$)/;

function escapeMarkdown(text: string): string {
  return text
    .replace(ANYWHERE, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/:\/\//g, '\\://')
    .replace(/www\./gi, (www) => `${www.slice(0, 3)}\\.`)
    .replace(MARK_AT_START, '\\$&')
    .replace(NUMBER_AT_START, '$1\\$2')
    .replace(/ *\n */g, LINE_BREAK);
}
