/** Cursors: the values of a row that its list is ordered by, in a form that clients pass back. */
import { badArgument } from '../input.ts';
import { type Timestamp, toIso } from '../time.ts';
import type { OrderColumn, Ordering } from './ordering.ts';
import { statementName } from './statement-name.ts';

/** The maximum length of a cursor, in characters: it holds at most one text, of 200 characters. */
export const CURSOR_LENGTH = 2_000;

/** What a cursor holds of a column. */
export type CursorValue = string | number | boolean | null;

const orderIds = new WeakMap<Ordering, string>();

/**
 * Identifies the order inside its cursors, which no other order accepts: 8 characters, however many
 * columns it has.
 */
function orderId(ordering: Ordering): string {
  let id = orderIds.get(ordering);
  if (id === undefined) {
    id = statementName(ordering.name).slice(0, 8);
    orderIds.set(ordering, id);
  }
  return id;
}

/** The cursor of a row: opaque to clients. */
export function encodeCursor(ordering: Ordering, row: object): string {
  const values = ordering.columns.map(({ column, type }) => {
    const value = (row as Record<string, unknown>)[column];
    return type === 'timestamptz' && value !== null ? toIso(value as Timestamp) : value;
  });
  return Buffer.from(JSON.stringify([orderId(ordering), ...values])).toString('base64url');
}

/**
 * The values of a cursor; throws BAD_USER_INPUT that names the argument unless it is one of a list in
 * this order.
 */
export function decodeCursor(argument: string, cursor: string, ordering: Ordering): CursorValue[] {
  const expected = badArgument(argument, 'Expected a cursor of this list in this order.');
  if (cursor.length > CURSOR_LENGTH) throw expected;
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw expected;
  }
  if (
    !Array.isArray(decoded) ||
    decoded[0] !== orderId(ordering) ||
    decoded.length !== ordering.columns.length + 1
  )
    throw expected;
  const values: unknown[] = decoded.slice(1);
  if (!ordering.columns.every((column, index) => fits(column, values[index]))) throw expected;
  return values as CursorValue[];
}

function fits({ type, nullable }: OrderColumn, value: unknown): boolean {
  if (value === null) return nullable === true;
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'integer') return Number.isSafeInteger(value) && Math.abs(value as number) < 2 ** 31;
  if (typeof value !== 'string' || value.includes('\u0000') || !value.isWellFormed()) return false;
  if (type === 'uuid') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
  if (type === 'date') return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
  return (
    type === 'text' ||
    (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value) &&
      !Number.isNaN(Date.parse(value)))
  );
}
