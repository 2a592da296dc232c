/**
 * What leaves the server when something fails. Errors that a client is meant to see keep their code
 * and message; everything else is masked as INTERNAL_SERVER_ERROR with an id that is also in the
 * log.
 */
import { randomUUID } from 'node:crypto';
import {
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
} from 'graphql';
import { translateSqlError } from '../platform/database/sql-errors.ts';
import { type ErrorCode, isErrorCode, maskedMessage, RequestError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { SECOND } from '../platform/time.ts';
import { graphqlErrors } from './metrics.ts';

/**
 * What graphql-js reports, without a code, for a null variable inside an argument, which validation
 * can't see.
 */
const BAD_ARGUMENT = /^Argument "\w+" (of (required|non-null) type|has invalid value)/;

/** The HTTP status of each code, for the media type whose status reports errors. */
export const HTTP_STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  SERVICE_UNAVAILABLE: 503,
  TIMEOUT: 504,
  INTERNAL_SERVER_ERROR: 500,
};

/** A GraphQL error with a code. */
export function codedError(code: ErrorCode, message: string, source?: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes: source?.nodes,
    source: source?.source,
    positions: source?.positions,
    path: source?.path,
    extensions: { code },
  });
}

/** When to try again after a refusal that does not say when it ends. */
const RETRY_SECONDS = 1;

/** The seconds of `retry-after` for errors that pass with time; null for all others. */
export function retryAfterSeconds(errors: readonly GraphQLFormattedError[] = []): number | null {
  const waits = errors.flatMap(({ extensions }) => {
    if (extensions?.['code'] !== 'RATE_LIMITED' && extensions?.['code'] !== 'SERVICE_UNAVAILABLE')
      return [];
    const milliseconds = Date.parse(String(extensions['resetAt'])) - Date.now();
    return [
      Number.isNaN(milliseconds)
        ? RETRY_SECONDS
        : Math.max(RETRY_SECONDS, Math.ceil(milliseconds / SECOND)),
    ];
  });
  return waits.length > 0 ? Math.max(...waits) : null;
}

/** The code of the first error, if it is one of ours. */
export function codeOf(errors: readonly GraphQLFormattedError[]): ErrorCode | undefined {
  const code = errors[0]?.extensions?.['code'];
  return isErrorCode(code) ? code : undefined;
}

/** The first of thousands of errors say what is wrong. */
const MAX_ERRORS = 100;
/** Messages repeat what a client sent. */
const MAX_MESSAGE_LENGTH = 1_000;

/** The errors as they are sent: at most 100, and one that says how many more there are. */
export function maskErrors(errors: readonly GraphQLError[], log: Log): GraphQLFormattedError[] {
  const shown =
    errors.length > MAX_ERRORS ? [...errors.slice(0, MAX_ERRORS), furtherErrors(errors)] : errors;
  return shown.map((error) => {
    const masked = maskError(error, log);
    graphqlErrors.inc({ code: String(masked.extensions?.['code']) });
    return masked.message.length > MAX_MESSAGE_LENGTH
      ? { ...masked, message: `${masked.message.slice(0, MAX_MESSAGE_LENGTH)}…` }
      : masked;
  });
}

/** Stands for the errors that are not shown, with the code of the first of them. */
function furtherErrors(errors: readonly GraphQLError[]): GraphQLError {
  const first = errors[MAX_ERRORS];
  const code = (first && knownError(first)?.code) ?? 'INTERNAL_SERVER_ERROR';
  return codedError(
    code,
    `There are ${errors.length - MAX_ERRORS} more errors, which are not shown.`,
  );
}

/** A result as it is sent. */
export function masked(result: ExecutionResult, log: Log): FormattedExecutionResult {
  return result.errors
    ? { ...result, errors: maskErrors(result.errors, log) }
    : (result as FormattedExecutionResult);
}

/** Any thrown value, as a GraphQLError that keeps it as its original error. */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

function maskError(error: GraphQLError, log: Log): GraphQLFormattedError {
  const place = {
    ...(error.locations ? { locations: error.locations } : {}),
    ...(error.path ? { path: error.path } : {}),
  };
  const known = knownError(error);
  if (known)
    return { message: known.message, ...place, extensions: { code: known.code, ...known.details } };
  const id = randomUUID();
  log.error(
    { id, path: error.path?.join('.'), err: error.originalError ?? error },
    'an unexpected error was masked',
  );
  return {
    message: maskedMessage(id),
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', id },
  };
}

/** Code and message of an error that the client may see as it is, else null. */
function knownError(
  error: GraphQLError,
): { code: ErrorCode; message: string; details?: RequestError['details'] } | null {
  const source = translateSqlError(error.originalError ?? error);
  if (source instanceof RequestError)
    return { code: source.code, message: source.message, details: source.details };
  // graphql-js itself and this layer throw GraphQLErrors with a code; a library's own codes are not
  // on the list.
  const { code } = error.extensions ?? {};
  const own =
    error.originalError === undefined ||
    error.originalError === null ||
    error.originalError instanceof GraphQLError;
  if (own && isErrorCode(code)) return { code, message: error.message };
  return own && code === undefined && BAD_ARGUMENT.test(error.message)
    ? { code: 'BAD_USER_INPUT', message: error.message }
    : null;
}
