/**
 * Templates in the inputs of steps: `{{ input.path }}` and `{{ steps.ID.output.path }}`, each with
 * an optional `| default: VALUE`, which stands for what is absent, null or an empty text. A template
 * that is the whole text keeps the type of its value; one within a text becomes text.
 */
import { isObject } from './definition.ts';

/** What a template or condition reads. */
export interface Reference {
  /** As it was written. */
  text: string;
  /** The step whose output is read; null: the input of the execution is. */
  stepId: string | null;
  path: readonly string[];
  /** What stands for a value that is absent or empty; undefined: a value has to exist. */
  fallback?: { value: unknown } | undefined;
}

/** The values that templates and conditions read. */
export interface Scope {
  /** The input of the execution. */
  input: unknown;
  /** Outputs by the id of the step; null if it was skipped. */
  outputs: ReadonlyMap<string, unknown>;
}

/** A template that can't be parsed, or whose value does not exist. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplateError';
  }
}

const TEMPLATE = /\{\{([^{}]*)\}\}/g;
const WORD = String.raw`[\p{L}\p{N}_-]+`;
const PATH = new RegExp(String.raw`^${WORD}(?:\.${WORD}|\[\d+\])*$`, 'u');
const DEFAULT = /^([^|]*)\|\s*default\s*:(.*)$/s;

/** What the text between the braces refers to; throws a TemplateError if it can't be parsed. */
export function parseReference(written: string): Reference {
  const [, before = written, literal] = DEFAULT.exec(written) ?? [];
  const text = before.trim();
  if (!PATH.test(text)) throw unreadable(text);
  const [root, ...path] = text.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  const fallback = literal === undefined ? undefined : { value: parseLiteral(literal.trim()) };
  if (root === 'input') return { text, stepId: null, path, fallback };
  const [stepId, word, ...rest] = path;
  if (root !== 'steps' || stepId === undefined || word !== 'output') throw unreadable(text);
  return { text, stepId, path: rest, fallback };
}

function unreadable(text: string): TemplateError {
  return new TemplateError(
    `Expected {{ input.path }} or {{ steps.ID.output.path }}, found {{ ${text.slice(0, 200)} }}.`,
  );
}

/** A JSON value without braces, or text in single quotes. */
function parseLiteral(literal: string): unknown {
  const quoted = /^'([^']*)'$/.exec(literal)?.[1];
  if (quoted !== undefined) return quoted;
  try {
    return JSON.parse(literal);
  } catch {
    throw new TemplateError(
      `Expected null, true, false, a number, a list or quoted text as the default, found ${literal.slice(0, 200)}.`,
    );
  }
}

/** A template and the path in a value at which it stands. */
export interface PlacedTemplate {
  at: string[];
  /** The text between the braces. */
  text: string;
}

/** Every template in a JSON value, however deep. */
export function templatesIn(value: unknown, at: readonly string[] = []): PlacedTemplate[] {
  if (typeof value === 'string')
    return [...value.matchAll(TEMPLATE)].map(([, text = '']) => ({ at: [...at], text }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => templatesIn(inner, [...at, key]));
}

/** The maximum length of the JSON of all filled-in values together, in characters. */
const MAX_FILLED = 1_048_576;

/** The value with all of its templates replaced; throws a TemplateError naming what is missing. */
export function fillTemplates(value: unknown, scope: Scope): unknown {
  let left = MAX_FILLED;
  const take = (found: unknown): unknown => {
    left -= JSON.stringify(found)?.length ?? 0;
    if (left < 0)
      throw new TemplateError(
        `The input has more than ${MAX_FILLED.toLocaleString('en')} characters once its templates are filled in.`,
      );
    return found;
  };
  const fill = (one: unknown): unknown => {
    if (typeof one === 'string')
      return fillText(one, (reference) => take(resolve(reference, scope)));
    if (Array.isArray(one)) return one.map(fill);
    if (isObject(one))
      return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, fill(inner)]));
    return one;
  };
  return fill(value);
}

function fillText(text: string, resolved: (reference: Reference) => unknown): unknown {
  const whole = /^\s*\{\{([^{}]*)\}\}\s*$/.exec(text);
  if (whole) return resolved(parseReference(whole[1] ?? ''));
  return text.replace(TEMPLATE, (_template, inner: string) =>
    asText(resolved(parseReference(inner))),
  );
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null ? '' : JSON.stringify(value);
}

function resolve(reference: Reference, scope: Scope): unknown {
  const found = find(reference, scope);
  const isMissing = 'problem' in found;
  const { fallback } = reference;
  if (fallback && (isMissing || found.value === null || found.value === '')) return fallback.value;
  if (isMissing) throw new TemplateError(found.problem);
  return found.value;
}

function find(
  { text, stepId, path }: Reference,
  scope: Scope,
): { value: unknown } | { problem: string } {
  let value = stepId === null ? scope.input : scope.outputs.get(stepId);
  if (stepId !== null && value == null)
    return { problem: `There is nothing at ${text}: the step "${stepId}" has no output.` };
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
      return { problem: `There is nothing at ${text}.` };
    value = (value as Record<string, unknown>)[key];
  }
  return { value };
}
