/**
 * Parsing of mutation inputs: schemas (zod) of what domains accept. Every problem of an input
 * becomes a userError with the exact path, all of them at once. Query arguments are checked here
 * too; their problems are BAD_USER_INPUT errors that name the argument.
 */
import { z } from 'zod';
import { RequestError, type UserErrorCode, UserInputError } from './errors.ts';
import { decodeGlobalId, decodeIdOf, type GlobalId } from './global-id.ts';
import { isCalendarDay, readMoment } from './time.ts';

/** The maximum length of a name, in characters. */
export const NAME_LENGTH = 200;
/** The maximum length of an e-mail address, in characters. */
export const EMAIL_LENGTH = 254;
/** The maximum length of notes and other long texts, in characters. */
export const NOTES_LENGTH = 10_000;
/** The maximum length of a search text, in characters. */
export const SEARCH_LENGTH = 256;

/**
 * What the GraphQL schema is told about an input where the zod schema says something else, or
 * nothing.
 */
export interface InGraphQL {
  type?: 'ID' | 'Int' | 'Date' | 'DateTime' | 'JSON';
  /**
   * For an input whose own check is stricter and has the better message, or does not count
   * characters.
   */
  maxLength?: number;
  maxItems?: number;
  /** The enum property whose values are distinct among the objects of a list. */
  distinctBy?: string;
  /** The points that the input adds to an operation's cost when given. */
  weight?: number;
}

/**
 * Schemas with what GraphQL says about them: `z.string().register(inGraphQL, { type: 'ID' })`. What
 * is refined, transformed or made optional afterwards keeps it.
 */
export const inGraphQL = z.registry<InGraphQL>();

/** PostgreSQL stores no NUL, and a lone surrogate would silently become another character. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** Any text of at most `length` characters, empty too. */
export function text(length: number) {
  return z
    .string()
    .max(length, `Expected at most ${length.toLocaleString('en')} characters.`)
    .refine(isStorable, 'Expected text without NUL characters or lone surrogates.');
}

/** Text that names something: without white space around it, and not empty. */
export function name(length = NAME_LENGTH) {
  return text(length)
    .transform((value) => value.trim())
    .refine((value) => value !== '', 'Expected at least one character that is not white space.');
}

/** An e-mail address; becomes what `lowerEmail` makes of it. */
export function email() {
  return name(EMAIL_LENGTH)
    .refine((value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value), 'Expected an e-mail address.')
    .transform(lowerEmail);
}

/**
 * An address as it is compared: only A to Z change, because the Kelvin sign (U+212A) in lower case
 * is the k of somebody else's address.
 */
export function lowerEmail(address: string): string {
  return address.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

const ID = 'Expected an id that this API returned.';

/** A global id left encoded, for rules that decode it themselves. */
export function givenId() {
  return z.string().register(inGraphQL, { type: 'ID' });
}

/** The uuid in a global id; ids of other types become one that no row has. */
export function idOf(...types: string[]) {
  return givenId().transform((value, context) => {
    const id = decodeIdOf(types, value);
    if (id !== null) return id;
    context.addIssue({ code: 'custom', message: ID });
    return z.NEVER;
  });
}

/** A global id of any type, in its parts. */
export function anyId() {
  return givenId().transform((value, context): GlobalId => {
    const id = decodeGlobalId(value);
    if (id !== null) return id;
    context.addIssue({ code: 'custom', message: ID });
    return z.NEVER;
  });
}

/** A calendar day between the years 1900 and 2999, as `YYYY-MM-DD`. */
export function calendarDay() {
  return z
    .string()
    .register(inGraphQL, { type: 'Date' })
    .refine(
      (value) => isCalendarDay(value) && isInRange(value),
      'Expected a date as YYYY-MM-DD, between the years 1900 and 2999.',
    );
}

const JSON_DEPTH = 64;
const JSON_KEYS = 10_000;

/**
 * What is wrong with the shape of received JSON, before it is looked at any further: nested too
 * deeply, or too many keys in its objects. Null when nothing is.
 */
export function jsonShapeProblem(value: unknown): string | null {
  let keys = 0;
  const isTooDeep = (inner: unknown, depth: number): boolean => {
    if (typeof inner !== 'object' || inner === null) return false;
    if (depth === JSON_DEPTH) return true;
    const values = Object.values(inner);
    if (!Array.isArray(inner)) keys += values.length;
    return keys <= JSON_KEYS && values.some((one) => isTooDeep(one, depth + 1));
  };
  if (isTooDeep(value, 0)) return `Expected JSON that is nested at most ${JSON_DEPTH} deep.`;
  return keys <= JSON_KEYS
    ? null
    : `Expected JSON with at most ${JSON_KEYS.toLocaleString('en')} keys in its objects.`;
}

function isInRange(iso: string): boolean {
  return iso >= '1900' && iso < '3000';
}

/**
 * A moment with its zone, between the years 1900 and 2999, in any ISO 8601 form; becomes
 * `2026-11-22T10:00:00.000Z`.
 */
export function moment() {
  return z
    .string(MOMENT)
    .register(inGraphQL, { type: 'DateTime' })
    .transform((value, context) => {
      const read = readMoment(value);
      if (read !== null && isInRange(read)) return read;
      context.addIssue({ code: 'custom', message: MOMENT });
      return z.NEVER;
    });
}

const MOMENT =
  'Expected a date and time with its zone, such as 2026-11-22T10:00:00Z, between the years 1900 and 2999.';

/** An Int from `min` to `max`. */
export function wholeNumber(min: number, max: number) {
  const message = `Expected a whole number from ${min.toLocaleString('en')} to ${max.toLocaleString('en')}.`;
  return z.number(message).int(message).min(min, message).max(max, message);
}

/** An input as GraphQL passes it: what is optional may also be null, at every depth. */
export type Given<Schema extends z.ZodType> = OrNull<z.input<Schema>>;
type OrNull<Value> = Value extends readonly (infer Entry)[]
  ? OrNull<Entry>[]
  : Value extends object
    ? { [K in keyof Value]: OrNull<Value[K]> | (undefined extends Value[K] ? null : never) }
    : Value;

/** Parses a mutation's input; throws a UserInputError that names every wrong field. */
export function parseInput<Schema extends z.ZodType<unknown, object>>(
  schema: Schema,
  input: Given<Schema>,
): z.output<Schema> {
  return parseGiven(schema, input);
}

/** Like `parseInput`, for an input whose type is unknown to the compiler; at most 50 errors. */
export function parseGiven<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new UserInputError(
    parsed.error.issues.slice(0, 50).map((issue) => ({
      code: issueCode(issue),
      message: issue.message,
      field: issue.path.map(String),
    })),
  );
}

function issueCode(issue: z.core.$ZodIssue): UserErrorCode {
  return issue.code === 'custom' && issue.params?.['code']
    ? (issue.params['code'] as UserErrorCode)
    : 'INVALID';
}

/** A BAD_USER_INPUT error for a query's argument, to be thrown; `expected` is a whole sentence. */
export function badArgument(argument: string, expected: string): RequestError {
  return new RequestError('BAD_USER_INPUT', `Argument "${argument}": ${expected}`);
}

/** A query's argument, parsed by the schema; throws BAD_USER_INPUT naming the argument. */
export function parseArgument<Schema extends z.ZodType>(
  schema: Schema,
  argument: string,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badArgument(
    [argument, ...(issue?.path ?? [])].join('.'),
    issue?.message ?? 'Expected another value.',
  );
}

/**
 * The uuid of a query's id argument. An id of another type becomes a uuid that no row has; throws
 * BAD_USER_INPUT for text that is not an id.
 */
export function parseId(types: readonly string[], argument: string, value: string): string {
  const id = decodeIdOf(types, value);
  if (id === null) throw badArgument(argument, ID);
  return id;
}

const momentArgument = moment();

/** A query's argument as a moment in UTC, `2026-11-22T10:00:00.000Z`; throws BAD_USER_INPUT. */
export function parseMoment(argument: string, value: string): string {
  return parseArgument(momentArgument, argument, value);
}

const detailArgument = text(NOTES_LENGTH);

/** A text that a filter compares with a column, such as an industry; null when not given. */
export function parseDetail(argument: string, value: string | null | undefined): string | null {
  return value == null ? null : parseArgument(detailArgument, argument, value);
}

const searchArgument = text(SEARCH_LENGTH);

/** A search text as typed, or null when it is empty; at most 256 characters. */
export function parseSearch(argument: string, value: string | null | undefined): string | null {
  if (value == null) return null;
  const search = parseArgument(searchArgument, argument, value).trim();
  return search === '' ? null : search;
}
