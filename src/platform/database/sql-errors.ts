/**
 * What PostgreSQL's errors mean to a caller. A safety net under the validation, never the first
 * line of defence.
 */
import { RequestError } from '../errors.ts';

/** A constraint refused a row; domain code turns the constraints it knows into userErrors. */
class ConstraintViolation extends Error {
  readonly constraint: string;
  readonly kind: 'unique' | 'foreign key' | 'check';

  constructor(kind: ConstraintViolation['kind'], constraint: string, options: ErrorOptions) {
    super(`The ${kind} constraint ${constraint} refused a row.`, options);
    this.name = 'ConstraintViolation';
    this.kind = kind;
    this.constraint = constraint;
  }
}

/**
 * Carries a RequestError through Prisma, which replaces every error that has a code with one of its
 * own.
 */
export class RefusedStatement extends Error {
  readonly refusal: RequestError;

  constructor(refusal: RequestError) {
    super(refusal.message);
    this.name = 'RefusedStatement';
    this.refusal = refusal;
  }
}

/**
 * NUL and `\u0000`, malformed uuids, numbers and dates, too long, bad LIMIT, escape or tsquery, too
 * complex.
 */
const BAD_INPUT = new Set([
  '22021',
  '22P05',
  '22P02',
  '22003',
  '22007',
  '22008',
  '22001',
  '2201W',
  '2201X',
  '22025',
  '42601',
  '54000',
  '54001',
]);
const VIOLATIONS = new Map<string, ConstraintViolation['kind']>([
  ['23505', 'unique'],
  ['23503', 'foreign key'],
  ['23001', 'foreign key'],
  ['23514', 'check'],
]);
/** lock_timeout: another transaction held a row for longer than a session waits. */
const LOCK_NOT_AVAILABLE = '55P03';
/**
 * SQLSTATEs, Node's codes of sockets, and Prisma's own of a database that it can't reach in time.
 */
const UNAVAILABLE = /^(53|57P0|08|E[A-Z]+$|P10(01|02|08|17)$|P2024$)/;
const UNAVAILABLE_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|not queryable|connect ECONN/i;

/**
 * The SQLSTATE of an error of pg, also of one that Prisma wrapped; Prisma's own code where there is
 * none.
 */
function sqlState(error: unknown): string {
  const { code, meta } = (error ?? {}) as {
    code?: unknown;
    meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  };
  const wrapped = meta?.driverAdapterError?.cause?.originalCode;
  if (typeof wrapped === 'string') return wrapped;
  return typeof code === 'string' ? code : '';
}

/** Serialization failures and deadlocks: the same transaction may succeed when it is run again. */
export function isTransient(error: unknown): boolean {
  const source = error instanceof RequestError ? error.cause : error;
  return ['40001', '40P01'].includes(sqlState(source));
}

/** Whether any unique constraint refused a row. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/**
 * The RequestError or ConstraintViolation that a database error stands for; any other error is
 * returned unchanged.
 */
export function translateSqlError(error: unknown): unknown {
  if (error instanceof RefusedStatement) return error.refusal;
  const state = sqlState(error);
  const violation = VIOLATIONS.get(state);
  if (violation)
    return new ConstraintViolation(violation, (error as { constraint?: string }).constraint ?? '', {
      cause: error,
    });
  if (BAD_INPUT.has(state))
    return new RequestError(
      'BAD_USER_INPUT',
      'The request contains a value that cannot be stored or compared.',
      { cause: error },
    );
  if (state === LOCK_NOT_AVAILABLE)
    return new RequestError(
      'SERVICE_UNAVAILABLE',
      'Another change to the same data is taking too long; try again shortly.',
      { cause: error },
    );
  if (state === '57014')
    return new RequestError('TIMEOUT', 'The database did not finish in time.', { cause: error });
  const message = error instanceof Error ? error.message : '';
  if (UNAVAILABLE.test(state) || UNAVAILABLE_MESSAGE.test(message)) {
    return new RequestError(
      'SERVICE_UNAVAILABLE',
      'The database cannot be reached right now; try again shortly.',
      { cause: error },
    );
  }
  return error;
}

/**
 * Whether a foreign key refused a change: a deleted row is still referenced, or a referenced row
 * does not exist.
 */
export function violatesForeignKey(error: unknown): boolean {
  return error instanceof ConstraintViolation && error.kind === 'foreign key';
}

/** Whether an error is the violation of the constraint with this name. */
export function violates(error: unknown, constraint: string): boolean {
  return error instanceof ConstraintViolation && error.constraint === constraint;
}
