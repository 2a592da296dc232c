/**
 * Enums of the schema, each made from what the code already has: the object that Prisma generates,
 * or an `as const` object or list where the database has none. A value without a description does
 * not compile, and `z.enum` of the same object or list becomes this enum in the inputs (inputs.ts).
 */
import type { z } from 'zod';
import { recordOf } from '../platform/records.ts';
import { builder } from './builder.ts';

type Types = typeof builder.$inferSchemaTypes;
/** An enum type whose values have this type. */
export type EnumRef<Value> = PothosSchemaTypes.EnumRef<Types, Value>;
type Source<Value extends string> = Readonly<Record<string, Value>> | readonly Value[];

const enums = new Map<string, { ref: EnumRef<string>; source: Source<string> }[]>();

/** An enum, its values in the order of the source: `enumOf('Role', Role, { description, values })`. */
export function enumOf<const Value extends string>(
  name: string,
  source: Source<Value>,
  { description, values }: { description: string; values: Readonly<Record<Value, string>> },
): EnumRef<Value> {
  const ref = builder.enumType(name, {
    description,
    values: recordOf(valuesOf(source), (value) => ({ description: values[value] })),
  }) as EnumRef<Value>;
  const key = keyOf(source);
  enums.set(key, [...(enums.get(key) ?? []), { ref, source }]);
  return ref;
}

/**
 * The enum of the schema for a `z.enum`: the one with the same values or, of several, the one made
 * from the same object. Throws if there is none.
 */
export function enumRefOf({ def: { entries } }: z.ZodEnum): EnumRef<string> {
  const known = enums.get(keyOf(valuesIn(entries))) ?? [];
  const found = known.length === 1 ? known[0] : known.find(({ source }) => source === entries);
  if (found) return found.ref;
  const values = Object.values(entries).join(', ');
  throw new Error(
    `Expected one enum made by enumOf with the values ${values}, found ${known.length}.`,
  );
}

function valuesIn(entries: Readonly<Record<string, string | number>>): string[] {
  return Object.values(entries).map(String);
}

function valuesOf<Value extends string>(source: Source<Value>): readonly Value[] {
  return Array.isArray(source) ? source : Object.values(source);
}

function keyOf(source: Source<string>): string {
  return valuesOf(source).toSorted().join();
}
