/**
 * Checking answers against their questions. An answer is a JSON value: a text, a number, true or
 * false, a day as YYYY-MM-DD, one of the options, or a list of options. Null, a blank text and an
 * empty list clear an answer.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { UserError } from '../../platform/errors.ts';
import { calendarDay, NOTES_LENGTH, text } from '../../platform/input.ts';
import type { Answers } from '../vocabulary.ts';
import { KEY_LENGTH } from './blocks.ts';
import type { Question } from './questionnaires.ts';

/** Characters that an answer to a TEXT question may have. */
export const TEXT_LENGTH = 500;

/** For all answers of a client together, as JSON in UTF-8. */
export const MAX_ANSWERS_BYTES = 256 * 1_024;

/**
 * Characters of JSON that an input may have: four times as many as are stored, so that the error
 * for a text that is too long names its question.
 */
export const ANSWERS_LENGTH = 4 * MAX_ANSWERS_BYTES;

/** What an input changes of the stored answers. */
export interface AnswerChange {
  /** New answers by question key, as they are stored. */
  given: Record<string, unknown>;
  /** The keys of the questions whose answers are cleared. */
  cleared: string[];
}

/** The answers of an input by question key; null unless it is an object. */
export function parseAnswers(value: unknown): ReadonlyMap<string, unknown> | null {
  if (value == null || typeof value !== 'object' || Array.isArray(value)) return null;
  return new Map<string, unknown>(Object.entries(value));
}

/**
 * Checks answers against the questions of a path: returns what they change, or a userError for each
 * wrong one, at ["answers", key].
 */
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
        field: ['answers', key.slice(0, KEY_LENGTH)],
        message: "The client's intake has no question with this key.",
      });
    } else if (isCleared(value)) {
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

/** Whether a value clears an answer. */
function isCleared(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return value == null || (Array.isArray(value) && value.length === 0);
}

const SCHEMAS: Record<Question['kind'], (question: Question) => z.ZodType> = {
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
      // In the order of the options, so that equal choices are equal answers.
      .transform((values) => options.filter((option) => values.includes(option))),
};

const ONE_OPTION = 'Expected one of the options.';
const SOME_OPTIONS = 'Expected a list of the options, each at most once.';

function rangeText(min: number | null, max: number | null): string {
  if (min !== null && max !== null) return ` from ${min} to ${max}`;
  if (min !== null) return ` of at least ${min}`;
  return max === null ? '' : ` of at most ${max}`;
}

/** All requests share the questions, and making a schema costs more than using it. */
const made = new WeakMap<Question, z.ZodType>();

function schemaOf(question: Question): z.ZodType {
  const schema = made.get(question) ?? SCHEMAS[question.kind](question);
  made.set(question, schema);
  return schema;
}

/** The keys of the required questions without an answer, in the order in which they are asked. */
export function missingKeys(questions: ReadonlyMap<string, Question>, answers: Answers): string[] {
  return [...questions.values()]
    .filter(({ key, required }) => required && !Object.hasOwn(answers, key))
    .map(({ key }) => key);
}

/**
 * Whether the given answers equal the stored ones, whatever the order of their lists. Stored
 * answers that are not given do not count.
 */
export function areUnchanged(stored: Answers, answers: ReadonlyMap<string, unknown>): boolean {
  return [...answers].every(([key, value]) => {
    const known = Object.hasOwn(stored, key) ? stored[key] : null;
    if (isCleared(value)) return known === null;
    return isDeepStrictEqual(sorted(known), sorted(value));
  });
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.toSorted() : value;
}

/** How much of an intake is answered. */
export interface Completeness {
  /** Required questions that are answered. */
  answered: number;
  required: number;
  /** 0 to 100, rounded down; 100 where nothing is required. */
  percent: number;
  /** The keys of the required questions without an answer, in the order in which they are asked. */
  missing: string[];
}

/** Counts the required questions and their answers. */
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
