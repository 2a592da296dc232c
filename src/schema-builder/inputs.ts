/**
 * Input types made from the schemas (zod) that parse them, so that a field of an input is written
 * once: its type, whether it may be left out, its default, its maximum and its description.
 *
 * - `optional`, `nullable` and `nullish` make a field nullable. `default` gives it that default, as
 *   `T! = …` unless it may be null too.
 * - `describe` describes a field, or a whole input; the outermost description counts.
 * - `max` of text and lists is the field's maximum. What zod doesn't know is registered with
 *   `inGraphQL` (platform/input.ts).
 * - `z.enum` is the enum made from the same object (enums.ts), an object within another the input
 *   type that `inputOf` made from it.
 */
import { z } from 'zod';
import { type Given, type InGraphQL, inGraphQL } from '../platform/input.ts';
import { builder } from './builder.ts';
import { enumRefOf } from './enums.ts';
import type { Declared, Maximum } from './maxima.ts';

type Types = typeof builder.$inferSchemaTypes;
/** An input type whose values have this shape. */
export type InputRef<Shape> = PothosSchemaTypes.InputObjectRef<Types, Shape>;

const inputs = new WeakMap<z.core.$ZodType, InputRef<object>>();

/**
 * The input type of an object's schema. With `isOneOf`, all its fields are nullable and exactly one
 * must be given. `description` is for a schema that does not describe itself.
 */
export function inputOf<Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  { isOneOf, description }: { isOneOf?: boolean; description?: string } = {},
): InputRef<Given<Schema>> {
  const ref = builder.inputType(name, {
    description: schema.description ?? description,
    ...(isOneOf ? { isOneOf } : {}),
    fields: (t) =>
      Object.fromEntries(
        Object.entries(schema.shape).map(([field, of]) => [
          field,
          t.field(fieldOptions(of, `${name}.${field}`)),
        ]),
      ),
  });
  inputs.set(schema, ref);
  // Its fields are made from the schema's, one for one.
  return ref as InputRef<object> as InputRef<Given<Schema>>;
}

/** The input type that inputOf made from a schema, or null. */
export function inputRefOf<Schema extends z.ZodObject>(
  schema: Schema,
): InputRef<Given<Schema>> | null {
  return (knownInput(schema) ?? null) as InputRef<Given<Schema>> | null;
}

/** The input type of a schema, or of the one that it is a described or refined copy of. */
function knownInput(schema: z.core.$ZodType): InputRef<object> | undefined {
  let one: z.core.$ZodType | undefined = schema;
  while (one !== undefined && !inputs.has(one)) one = one._zod.parent;
  return one && inputs.get(one);
}

function fieldOptions(schema: z.core.$ZodType, coordinate: string) {
  const found = unwrapped(schema);
  const { nullable, description, defaultValue } = found;
  return {
    type: typeOf(found, coordinate),
    required: !nullable,
    ...(defaultValue === undefined ? {} : { defaultValue: defaultValue as never }),
    ...(description === undefined ? {} : { description }),
    ...declaredBy(found),
  };
}

/** What is found on the way through a field's schema: the outermost of each counts. */
interface Found extends InGraphQL {
  innermost: z.core.$ZodTypes;
  nullable: boolean;
  defaultValue?: unknown;
  description?: string | undefined;
}

function unwrapped(schema: z.core.$ZodType): Found {
  const one = schema as z.core.$ZodTypes;
  const { def } = one._zod;
  const description = z.globalRegistry.get(schema)?.description;
  const own = {
    ...inGraphQL.get(schema),
    ...(description === undefined ? {} : { description }),
  };
  switch (def.type) {
    case 'optional':
    case 'nullable':
      return { ...unwrapped(def.innerType), ...own, nullable: true };
    case 'default':
      return { ...unwrapped(def.innerType), ...own, defaultValue: def.defaultValue };
    case 'pipe':
      return { ...unwrapped(def.in), ...own };
    default:
      return { innermost: one, nullable: false, ...own };
  }
}

type NamedType = 'String' | 'Boolean' | 'Int' | 'Float' | NonNullable<InGraphQL['type']>;
type InputType = NamedType | InputRef<object> | ReturnType<typeof enumRefOf>;

function typeOf(found: Pick<Found, 'innermost' | 'type'>, coordinate: string) {
  const { def } = found.innermost._zod;
  if (def.type !== 'array') return namedTypeOf(found, coordinate);
  const list: [InputType] = [namedTypeOf(unwrapped(def.element), coordinate)];
  return list;
}

function namedTypeOf(
  { innermost, type }: Pick<Found, 'innermost' | 'type'>,
  coordinate: string,
): InputType {
  if (type !== undefined) return type;
  const { def } = innermost._zod;
  switch (def.type) {
    case 'string':
      return 'String';
    case 'boolean':
      return 'Boolean';
    case 'number':
      return (innermost as z.ZodNumber).isInt ? 'Int' : 'Float';
    case 'enum':
      return enumRefOf(innermost as z.ZodEnum);
    case 'unknown':
      return 'JSON';
    case 'object':
      return knownInput(innermost) ?? missingInput(coordinate);
    default:
      throw new Error(
        `${coordinate}: a zod ${def.type} is not an input type. Register its type with inGraphQL.`,
      );
  }
}

function missingInput(coordinate: string): never {
  throw new Error(`${coordinate}: an object needs an input type. Make it with inputOf.`);
}

function declaredBy(found: Found): Declared {
  const { distinctBy, weight } = found;
  const { def } = found.innermost._zod;
  const entry = def.type === 'array' ? unwrapped(def.element) : null;
  const { maxLength = longest((entry ?? found).innermost) } = entry ?? found;
  const { maxItems = entry && longest(found.innermost) } = found;
  // A list of an enum, or of objects told apart by one, has its values as its maximum (maxima.ts).
  const byValues = distinctBy !== undefined || entry?.innermost._zod.def.type === 'enum';
  const maximum: Maximum = {
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(maxItems == null || byValues ? {} : { maxItems }),
    ...(distinctBy === undefined ? {} : { distinctBy }),
  };
  return { extensions: { maximum, ...(weight === undefined ? {} : { weight }) } };
}

/** The `max` of a text or a list. */
function longest({ _zod: { def } }: z.core.$ZodTypes): number | undefined {
  if (def.type !== 'array' && def.type !== 'string') return undefined;
  for (const { _zod: check } of def.checks ?? []) {
    const { def: one } = check as z.core.$ZodChecks['_zod'];
    if (one.check === 'max_length') return one.maximum;
  }
  return undefined;
}
