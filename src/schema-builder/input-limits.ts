/**
 * The one check of the maximum sizes of inputs: it runs before a field's resolver, and so before
 * any rule. In a mutation a person can shorten what is too long, so it becomes userErrors;
 * elsewhere it is BAD_USER_INPUT. Fields without arguments stay as they are, since the compiled
 * queries inline them.
 */
import {
  defaultFieldResolver,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { UserError } from '../platform/errors.ts';
import { badArgument, jsonShapeProblem } from '../platform/input.ts';
import type { Context } from './context.ts';
import { count, type Input, type Maximum, maximumOf, maximumText } from './maxima.ts';

/** Puts the check into a schema, once, and the maxima into its descriptions. */
export function limitInputs(schema: GraphQLSchema): GraphQLSchema {
  const checks = new Checks();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isInputObjectType(type)) Object.values(type.getFields()).forEach(describe);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      field.args.forEach(describe);
      limitField(field, checks);
    }
  }
  return schema;
}

function describe(input: GraphQLArgument | GraphQLInputField): void {
  const maximum = maximumText(input);
  if (maximum === null) return;
  input.description = input.description ? `${input.description} ${maximum}` : maximum;
}

interface Problem {
  path: readonly (string | number)[];
  message: string;
}

/**
 * What is over its maximum in a value that is neither null nor undefined; null where nothing is.
 */
type Check = (value: unknown) => readonly Problem[] | null;

/** The checks of the types of a schema, each made once. */
class Checks {
  readonly #ofObjects = new Map<GraphQLInputObjectType, Check | null>();

  /** Null where there is nothing to check. */
  of(input: Input): Check | null {
    return this.#ofType(input.type, { ...maximumOf(input), name: input.name });
  }

  #ofType(type: GraphQLInputType, maximum: Maximum & { name: string }): Check | null {
    if (isNonNullType(type)) return this.#ofType(type.ofType, maximum);
    if (isListType(type)) return listCheck(maximum, this.#ofType(type.ofType, maximum));
    if (isInputObjectType(type)) return this.#ofObject(type);
    if (maximum.maxLength === undefined) return null;
    return type.name === 'JSON' ? jsonCheck(maximum.maxLength) : textCheck(maximum.maxLength);
  }

  #ofObject(type: GraphQLInputObjectType): Check | null {
    const known = this.#ofObjects.get(type);
    if (known !== undefined) return known;
    const check = partsCheck(
      Object.values(type.getFields()).flatMap((field) => partOf(field.name, this.of(field))),
    );
    this.#ofObjects.set(type, check);
    return check;
  }
}

/** A named part of an object: a field of an input, or an argument. */
interface Part {
  name: string;
  check: Check;
}

function partOf(name: string, check: Check | null): Part[] {
  return check === null ? [] : [{ name, check }];
}

function partsCheck(parts: readonly Part[]): Check | null {
  if (parts.length === 0) return null;
  return (value) => {
    let problems: Problem[] | null = null;
    for (const { name, check } of parts) {
      const part = (value as Record<string, unknown>)[name];
      const inner = part == null ? null : check(part);
      if (inner !== null) problems = [...(problems ?? []), ...below(name, inner)];
    }
    return problems;
  };
}

function below(step: string | number, problems: readonly Problem[]): Problem[] {
  return problems.map(({ path, message }) => ({ path: [step, ...path], message }));
}

function textCheck(length: number): Check {
  return (value) => {
    if (typeof value !== 'string' || value.length <= length) return null;
    return [
      {
        path: [],
        message: `Expected at most ${count(length)} characters, found ${count(value.length)}.`,
      },
    ];
  };
}

/**
 * A variable that many fields take is checked once, not for each: 19 times 440,000 entries took 970
 * ms.
 */
function jsonCheck(length: number): Check {
  const known = new WeakMap<object, readonly Problem[] | null>();
  return (value) => {
    if (typeof value !== 'object' || value === null) return jsonProblem(value, length);
    let problem = known.get(value);
    if (problem === undefined) {
      problem = jsonProblem(value, length);
      known.set(value, problem);
    }
    return problem;
  };
}

function jsonProblem(value: unknown, length: number): readonly Problem[] | null {
  const shape = jsonShapeProblem(value);
  if (shape !== null) return [{ path: [], message: shape }];
  const found = JSON.stringify(value)?.length ?? 0;
  return found <= length
    ? null
    : [
        {
          path: [],
          message: `Expected at most ${count(length)} characters of JSON, found ${count(found)}.`,
        },
      ];
}

/** The entries of a list that is too long are not checked. */
function listCheck(
  { name, maxItems = Number.POSITIVE_INFINITY, distinctBy }: Maximum & { name: string },
  entry: Check | null,
): Check {
  return (value) => {
    if (!Array.isArray(value)) return null;
    const again = distinctBy === undefined ? null : repeated(value, distinctBy, maxItems);
    if (again !== null) return again;
    if (value.length > maxItems)
      return [
        {
          path: [],
          message: `Expected at most ${count(maxItems)} ${name}, found ${count(value.length)}.`,
        },
      ];
    if (entry === null) return null;
    let problems: Problem[] | null = null;
    for (const [index, one] of value.entries()) {
      const inner = one == null ? null : entry(one);
      if (inner !== null) problems = [...(problems ?? []), ...below(index, inner)];
    }
    return problems;
  };
}

/**
 * The first object that repeats the value of an earlier one. Only `values` + 1 objects are
 * compared: two of that many must have the same value.
 */
function repeated(list: readonly unknown[], property: string, values: number): Problem[] | null {
  const found = list.slice(0, values + 1).map((one) => (one as Record<string, unknown>)[property]);
  const index = found.findIndex((value, position) => found.indexOf(value) < position);
  return index === -1
    ? null
    : [
        {
          path: [index, property],
          message: `Expected each ${property} once, found ${found[index]} again.`,
        },
      ];
}

type Resolver = GraphQLFieldResolver<unknown, Context>;

function limitField(field: GraphQLField<unknown, Context>, checks: Checks): void {
  const check = partsCheck(
    field.args.flatMap((argument) => partOf(argument.name, checks.of(argument))),
  );
  if (check === null) return;
  const refuse = hasUserErrors(field) ? asUserErrors : throwBadArgument;
  const limited = (resolve: Resolver): Resolver => {
    return (parent, args, context, info) => {
      const problems = check(args);
      return problems === null ? resolve(parent, args, context, info) : refuse(problems);
    };
  };
  if (field.subscribe) field.subscribe = limited(field.subscribe);
  else field.resolve = limited(field.resolve ?? defaultFieldResolver);
}

function hasUserErrors(field: GraphQLField<unknown, Context>): boolean {
  const type = getNamedType(field.type);
  return isObjectType(type) && 'userErrors' in type.getFields();
}

const MAX_USER_ERRORS = 50;

/** The payload of a mutation; paths begin within its `input`. */
function asUserErrors(problems: readonly Problem[]): { userErrors: UserError[] } {
  const userErrors = problems.slice(0, MAX_USER_ERRORS).map(({ path, message }): UserError => {
    const field = (path[0] === 'input' ? path.slice(1) : path).map(String);
    return { code: 'INVALID', message, field };
  });
  return { userErrors };
}

function throwBadArgument([problem]: readonly Problem[]): never {
  throw badArgument(problem?.path.join('.') ?? '', problem?.message ?? '');
}
