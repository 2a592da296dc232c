/**
 * Operations with one argument at its maximum or over it, for every argument of the schema, made
 * from the maxima that its descriptions tell.
 */
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { isText, type SchemaInput, toldMaxima } from './inputs.ts';

export interface Attempt {
  /** Such as `createContact(input.name)`. */
  place: string;
  kind: 'query' | 'mutation' | 'subscription';
  query: string;
  variables: Record<string, unknown>;
  /** Whether the value is as large as is allowed, one larger, or a number that nobody expects. */
  size: 'at' | 'over' | 'number';
  /** Where a value that is over its maximum is refused: steps from the argument's name on. */
  path: string[];
}

type Input = SchemaInput['input'];

/** A value for an input, and where in it is what was made large. */
interface Variant {
  size: Attempt['size'];
  value: unknown;
  path: (string | number)[];
}

const NUMBERS: Record<string, number[]> = {
  Int: [-(2 ** 31), -1, 0, 2 ** 31 - 1],
  Float: [-1e308, 1e-300, 1e308],
};

/** `fill` is what long texts consist of. */
export class InputFuzz {
  readonly #schema: GraphQLSchema;
  readonly #fill: string;

  constructor(schema: GraphQLSchema, fill = 'x') {
    this.#schema = schema;
    this.#fill = fill;
  }

  /** Of every root field; and of fields of objects, which `ids` (by type name) lead to. */
  attempts(ids: Record<string, string>): Attempt[] {
    const root = (kind: Attempt['kind'], type: GraphQLNamedType | null | undefined) =>
      isObjectType(type)
        ? Object.values(type.getFields()).flatMap((field) =>
            this.#ofField(kind, field, (inner) => inner),
          )
        : [];
    const nested = Object.entries(ids).flatMap(([name, id]) => {
      const type = this.#schema.getType(name);
      const wrap = (inner: string) => `node(id: "${id}") { ... on ${name} { ${inner} } }`;
      return isObjectType(type)
        ? Object.values(type.getFields()).flatMap((field) => this.#ofField('query', field, wrap))
        : [];
    });
    return [
      ...root('query', this.#schema.getQueryType()),
      ...nested,
      ...root('mutation', this.#schema.getMutationType()),
      ...root('subscription', this.#schema.getSubscriptionType()),
    ];
  }

  #ofField(
    kind: Attempt['kind'],
    field: GraphQLField<unknown, unknown>,
    wrap: (inner: string) => string,
  ): Attempt[] {
    return field.args.flatMap((argument) =>
      this.#variants(argument).map(({ size, value, path }) => {
        const given = field.args.filter((one) => one === argument || isRequiredArgument(one));
        const declared = given.map((one) => `$${one.name}: ${String(one.type)}`).join(', ');
        const passed = given.map((one) => `${one.name}: $${one.name}`).join(', ');
        const query = `${kind} (${declared}) { ${wrap(`${field.name}(${passed}) ${selectionOf(field.type, 2)}`)} }`;
        const variables = Object.fromEntries(
          given.map((one) => [one.name, one === argument ? value : this.#minimal(one.type)]),
        );
        const steps = [argument.name, ...path].map(String);
        return {
          place: `${field.name}(${steps.join('.')})`,
          kind,
          query,
          variables,
          size,
          path: steps,
        };
      }),
    );
  }

  #variants(input: Input): Variant[] {
    const type = getNullableType(input.type);
    if (isListType(type)) return this.#ofList(input, type.ofType);
    if (isInputObjectType(type)) return this.#ofObject(type);
    if (!isText(type))
      return (NUMBERS[String(type)] ?? []).map((value) => ({ size: 'number', value, path: [] }));
    const { characters = 0 } = toldMaxima(input.description);
    return [
      { size: 'at', value: this.#text(type, characters), path: [] },
      { size: 'over', value: this.#text(type, characters + 1), path: [] },
    ];
  }

  #ofObject(type: GraphQLInputType): Variant[] {
    if (!isInputObjectType(type)) return [];
    const others = type.isOneOf ? {} : (this.#minimal(type) as object);
    return Object.values(type.getFields()).flatMap((field) =>
      this.#variants(field).map(({ size, value, path }) => ({
        size,
        value: { ...others, [field.name]: value },
        path: [field.name, ...path],
      })),
    );
  }

  #ofList(input: Input, entryType: GraphQLInputType): Variant[] {
    const { characters = 0, entries = 0 } = toldMaxima(input.description);
    const entry = getNullableType(entryType);
    const ordered = /each with a different (\w+)\./.exec(input.description ?? '')?.[1];
    const list = (length: number) =>
      Array.from({ length }, (_, index) => this.#entry(entry, { index, characters, ordered }));
    const whole: Variant[] = [
      { size: 'at', value: list(entries), path: [] },
      {
        size: 'over',
        value: list(entries + 1),
        path: ordered === undefined ? [] : [entries, ordered],
      },
    ];
    if (isText(entry))
      whole.push({ size: 'over', value: [this.#text(entry, characters + 1)], path: [0] });
    if (!isInputObjectType(entry) || ordered !== undefined) return whole;
    return [
      ...whole,
      ...this.#ofObject(entry).map(({ size, value, path }) => ({
        size,
        value: [value],
        path: [0, ...path],
      })),
    ];
  }

  #entry(
    type: GraphQLInputType,
    {
      index,
      characters,
      ordered,
    }: { index: number; characters: number; ordered: string | undefined },
  ): unknown {
    if (isText(type)) return `${index}`.padEnd(characters, this.#fill);
    if (isEnumType(type)) return type.getValues()[index % type.getValues().length]?.name;
    const minimal = this.#minimal(type) as object;
    if (ordered === undefined || !isInputObjectType(type)) return minimal;
    const property = type.getFields()[ordered];
    return {
      ...minimal,
      ...(property
        ? {
            [ordered]: this.#entry(getNamedType(property.type), {
              index,
              characters,
              ordered: undefined,
            }),
          }
        : {}),
    };
  }

  /** Text of so many characters; of JSON, an object whose text has as many. */
  #text(type: GraphQLInputType, length: number): unknown {
    if (getNamedType(type).name !== 'JSON') return this.#fill.repeat(length);
    return { a: this.#fill.repeat(length - JSON.stringify({ a: '' }).length) };
  }

  /** The least that a type takes. */
  #minimal(type: GraphQLInputType): unknown {
    const bare = getNullableType(type);
    if (isListType(bare)) return [this.#minimal(bare.ofType)];
    if (isEnumType(bare)) return bare.getValues()[0]?.name;
    if (isInputObjectType(bare)) {
      const fields = Object.values(bare.getFields()).filter((field, index) =>
        bare.isOneOf ? index === 0 : isRequiredInputField(field),
      );
      return Object.fromEntries(
        fields.map((field) => [
          field.name,
          this.#minimal(bare.isOneOf ? getNullableType(field.type) : field.type),
        ]),
      );
    }
    return MINIMAL[bare.name];
  }
}

const MINIMAL: Record<string, unknown> = {
  String: 'x',
  ID: Buffer.from('Contact:00000000-0000-0000-0000-000000000000').toString('base64'),
  Int: 1,
  Float: 1,
  Boolean: false,
  JSON: {},
  Date: '2026-11-28',
  DateTime: '2026-11-28T10:30Z',
};

/** All leaves of a type, and of what lies at most `depth` objects below it. */
function selectionOf(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  const fields =
    isObjectType(named) || isInterfaceType(named)
      ? Object.values(named.getFields()).filter(({ args }) => !args.some(isRequiredArgument))
      : [];
  const selected = fields.flatMap((field) => {
    if (isLeafType(getNamedType(field.type))) return field.name;
    return depth > 0 ? `${field.name} ${selectionOf(field.type, depth - 1)}` : [];
  });
  return `{ __typename ${selected.join(' ')} }`;
}
