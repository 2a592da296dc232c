/**
 * Answers against their questions. An answer is what JSON can hold: text, a number, true or false,
 * a day as YYYY-MM-DD, one of the options, or a list of them. Null, blank text and an empty list
 * take an answer back.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { UserError } from '../../platform/errors.ts';
import { calendarDay, NOTES_LENGTH, text } from '../../platform/input.ts';
import type { Answers } from '../packets/rows.ts';
import type { Question } from './questionnaires.ts';

const TEXT_LENGTH = 500;

/** All answers of a client together, as JSON. */
export const MAX_ANSWERS_BYTES = 256 * 1_024;

/**
 * Characters of JSON that are looked at. Four times as many as are stored, so that a text that is
 * too long is told of by its question.
 */
export const ANSWERS_LENGTH = 4 * MAX_ANSWERS_BYTES;

export interface AnswerChange {
  /** What is answered anew, as it is stored. */
  given: Record<string, unknown>;
  /** Keys whose answers are taken back. */
  cleared: string[];
}

/** The answers of an input; null unless it is an object. */
export function parseAnswers(value: unknown): ReadonlyMap<string, unknown> | null {
  if (value == null || typeof value !== 'object' || Array.isArray(value)) return null;
  return new Map<string, unknown>(Object.entries(value));
}

/** What given answers change, or everything that is wrong with them, at ["answers", key]. */
export function checkAnswers(
  questions: ReadonlyMap<string, Question>,
  answers: ReadonlyMap<string, unknown>,
): AnswerChange | { userErrors: UserError[] } {
  const change: AnswerChange = { given: {}, cleared: [] };
  const userErrors: UserError[] = [];
  for (const [key, value] of answers) {
    const question = questions.get(key);
    if (question === undefined) {
      userErrors.push({
        code: 'NOT_FOUND',
        field: ['answers', key.slice(0, 200)],
        message: "The client's intake asks no question with this key.",
      });
    } else if (isNoAnswer(value)) {
      change.cleared.push(key);
    } else {
      const checked = schemaOf(question).safeParse(value);
      if (checked.success) change.given[key] = checked.data;
      else
        userErrors.push({
          code: 'INVALID',
          field: ['answers', key],
          message: checked.error.issues[0]?.message ?? 'Expected another answer.',
        });
    }
  }
  return userErrors.length > 0 ? { userErrors } : change;
}

/** Whether a value takes an answer back. */
function isNoAnswer(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return value == null || (Array.isArray(value) && value.length === 0);
}

const OF_KIND: Record<Question['kind'], (question: Question) => z.ZodType> = {
  TEXT: () => text(TEXT_LENGTH),
  LONG_TEXT: () => text(NOTES_LENGTH),
  NUMBER: ({ min, max }) => {
    const message = `Expected a number${rangeText(min, max)}.`;
    return z
      .number(message)
      .min(min ?? Number.NEGATIVE_INFINITY, message)
      .max(max ?? Number.POSITIVE_INFINITY, message);
  },
  BOOLEAN: () => z.boolean('Expected true or false.'),
  DATE: () => calendarDay(),
  SINGLE_CHOICE: ({ options }) =>
    z.string(ONE_OPTION).refine((value) => options.includes(value), ONE_OPTION),
  MULTIPLE_CHOICE: ({ options }) =>
    z
      .array(z.string(), SOME_OPTIONS)
      .refine(
        (values) =>
          values.every((value) => options.includes(value)) &&
          new Set(values).size === values.length,
        SOME_OPTIONS,
      )
      // In one order, so that the same choice is the same answer.
      .transform((values) => options.filter((option) => values.includes(option))),
};

const ONE_OPTION = 'Expected one of the options.';
const SOME_OPTIONS = 'Expected a list of the options, each at most once.';

function rangeText(min: number | null, max: number | null): string {
  if (min !== null && max !== null) return ` from ${min} to ${max}`;
  if (min !== null) return ` of at least ${min}`;
  return max === null ? '' : ` of at most ${max}`;
}

/** Questions are shared by all requests, and a schema costs more than its use. */
const schemas = new WeakMap<Question, z.ZodType>();

function schemaOf(question: Question): z.ZodType {
  const schema = schemas.get(question) ?? OF_KIND[question.kind](question);
  schemas.set(question, schema);
  return schema;
}

/** The required questions without an answer, in the order in which they are asked. */
export function missingKeys(questions: ReadonlyMap<string, Question>, answers: Answers): string[] {
  return [...questions.values()]
    .filter(({ key, required }) => required && !Object.hasOwn(answers, key))
    .map(({ key }) => key);
}

/** Whether given answers are those that are stored. */
export function areUnchanged(stored: Answers, answers: ReadonlyMap<string, unknown>): boolean {
  return [...answers].every(([key, value]) => {
    const known = Object.hasOwn(stored, key) ? stored[key] : null;
    if (isNoAnswer(value)) return known === null;
    return isDeepStrictEqual(sorted(known), sorted(value));
  });
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.toSorted() : value;
}

/** How far an intake is. */
export interface Completeness {
  /** Required questions that are answered. */
  answered: number;
  required: number;
  /** 0 to 100, rounded down; 100 where nothing is required. */
  percent: number;
  missing: string[];
}

export function completeness(
  questions: ReadonlyMap<string, Question>,
  answers: Answers,
): Completeness {
  const required = [...questions.values()].filter((question) => question.required).length;
  const missing = missingKeys(questions, answers);
  const answered = required - missing.length;
  return {
    answered,
    required,
    percent: required === 0 ? 100 : Math.floor((100 * answered) / required),
    missing,
  };
}
