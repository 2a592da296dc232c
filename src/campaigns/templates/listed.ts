/** A template as WhatsApp lists it, in the form in which it is stored and shown. */
import { z } from 'zod';
import { isRecord, recordsIn } from '../../platform/records.ts';

const NAME_LENGTH = 512;
const WORD_LENGTH = 50;
const TEXT_LENGTH = 4_096;
const URL_LENGTH = 2_048;
const MAX_COMPONENTS = 10;
const MAX_BUTTONS = 20;

/** A button of a template. */
export interface ListedButton {
  /** Such as URL or QUICK_REPLY. */
  type: string;
  text: string;
  url: string | null;
}

/** A component of a template. */
export interface ListedComponent {
  /** HEADER, BODY, FOOTER, BUTTONS or one that this server does not fill. */
  type: string;
  /** Of a header, such as TEXT or IMAGE. */
  format: string | null;
  text: string | null;
  buttons: ListedButton[];
}

/** A template of an account in one language. */
export interface ListedTemplate {
  name: string;
  language: string;
  /** Such as APPROVED or PAUSED. */
  status: string;
  reason: string | null;
  category: string | null;
  quality: string | null;
  /** Whether its variables have names rather than numbers. */
  hasNames: boolean;
  components: ListedComponent[];
}

/** Statuses in which a template can be sent. */
export const SENDABLE = ['APPROVED', 'FLAGGED', 'REINSTATED'] as const;

/** Reads a template of the Graph API; null for what is none. */
export function readTemplate(template: Record<string, unknown>): ListedTemplate | null {
  const { name, language, status, rejected_reason: reason, quality_score: quality } = template;
  if (!isName(name) || !isName(language) || wordOf(status) === null) return null;
  return {
    name,
    language,
    status: wordOf(status) ?? '',
    reason: reason === 'NONE' ? null : wordOf(reason),
    category: wordOf(template['category']),
    quality: isRecord(quality) ? wordOf(quality['score']) : null,
    hasNames: wordOf(template['parameter_format']) === 'NAMED',
    components: recordsIn(template['components']).slice(0, MAX_COMPONENTS).map(readComponent),
  };
}

function readComponent({ type, format, text, buttons }: Record<string, unknown>): ListedComponent {
  return {
    type: wordOf(type) ?? 'UNKNOWN',
    format: wordOf(format),
    text: textOf(text, TEXT_LENGTH),
    buttons: recordsIn(buttons)
      .slice(0, MAX_BUTTONS)
      .map((button) => ({
        type: wordOf(button['type']) ?? 'UNKNOWN',
        text: textOf(button['text'], TEXT_LENGTH) ?? '',
        url: textOf(button['url'], URL_LENGTH),
      })),
  };
}

function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= NAME_LENGTH &&
    !value.includes('\u0000') &&
    value.isWellFormed()
  );
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' && /^\w+$/.test(value) && value.length <= WORD_LENGTH
    ? value.toUpperCase()
    : null;
}

function textOf(value: unknown, length: number): string | null {
  if (typeof value !== 'string' || value === '') return null;
  return value.replaceAll('\u0000', '').slice(0, length).toWellFormed();
}

const StoredComponents = z.array(
  z.object({
    type: z.string(),
    format: z.string().nullable(),
    text: z.string().nullable(),
    buttons: z.array(z.object({ type: z.string(), text: z.string(), url: z.string().nullable() })),
  }),
);

/** The components of a template as they are stored. */
export function storedComponents(json: unknown): ListedComponent[] {
  return StoredComponents.parse(json ?? []);
}

/** The variables in a text in their order, each once: `first_name`, or `1`, `2` … without gaps. */
export function variablesIn(text: string | null): string[] {
  const found = [...(text ?? '').matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name);
  const names = [...new Set(found)];
  return names.every((name) => /^\d+$/.test(name))
    ? names.sort((one, other) => Number(one) - Number(other))
    : names;
}
