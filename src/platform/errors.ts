/**
 * The two kinds of failure that are reported to a caller.
 *
 * A RequestError is what a program must handle: it becomes a GraphQL error with `extensions.code`.
 * A UserInputError is what a person can fix: mutations return it as `userErrors`. Everything else
 * that is thrown is a bug, masked and logged.
 */

/** The closed list of `extensions.code`. */
export const ERROR_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'RATE_LIMITED',
  'QUERY_TOO_COMPLEX',
  'PERSISTED_QUERY_NOT_FOUND',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'PAYLOAD_TOO_LARGE',
  'TIMEOUT',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const;
/** A code that a program can branch on. */
export type ErrorCode = (typeof ERROR_CODES)[number];

const CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);

/** Whether a value is one of the codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return CODES.has(code);
}

type Detail = string | number | null;
type DetailRecord = Readonly<Record<string, Detail>>;
/** Further `extensions`: texts, numbers, an object of these, or a bounded list of such objects. */
export type ErrorDetails = Readonly<
  Record<string, Detail | DetailRecord | readonly DetailRecord[]>
>;

/** Fails the request (or the field) with a code; its message reaches the client as it is. */
export class RequestError extends Error {
  readonly code: ErrorCode;
  /** What a program needs in addition to the code; becomes further `extensions`. */
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    options?: ErrorOptions & { details?: ErrorDetails },
  ) {
    super(message, options);
    this.name = 'RequestError';
    this.code = code;
    this.details = options?.details ?? {};
  }
}

/** The closed list of codes of `userErrors`. */
export const USER_ERROR_CODES = [
  'INVALID',
  'REQUIRED',
  'NOT_FOUND',
  'TAKEN',
  'CONFLICT',
  'STALE',
  'CYCLE',
  'UNSUPPORTED',
] as const;
/** What is wrong with an input, for a program; the message is for people. */
export type UserErrorCode = (typeof USER_ERROR_CODES)[number];

/** One problem of an input, which a person can fix. */
export interface UserError {
  code: UserErrorCode;
  message: string;
  /** Path into the input, for example ['phases', '0', 'name']. */
  field: string[];
}

/** Rolls a mutation back and becomes its `userErrors`. */
export class UserInputError extends Error {
  readonly userErrors: readonly UserError[];

  constructor(userErrors: readonly UserError[]) {
    super(userErrors.map((error) => `${error.field.join('.')}: ${error.message}`).join('; '));
    this.name = 'UserInputError';
    this.userErrors = userErrors;
  }
}

/** The message that a client gets for a bug; `id` finds the error in the log. */
export function maskedMessage(id: string): string {
  return `Something went wrong here. Quote the id ${id} when you report it.`;
}

/** A UserInputError with one error; numbers in the path become strings. */
export function userError(
  code: UserErrorCode,
  field: readonly (string | number)[],
  message: string,
): UserInputError {
  return new UserInputError([{ code, message, field: field.map(String) }]);
}

/**
 * The error for an id that is absent, another tenant's or of another type: the same for all three,
 * so that it reveals nothing.
 */
export function notFound(field: readonly (string | number)[]): UserInputError {
  return userError('NOT_FOUND', field, 'Nothing with this id exists.');
}
