/**
 * Mutations: each takes one `input` and returns a payload of what was changed and of userErrors,
 * which say what a person can fix. `mutation` parses the input and calls the rule with it.
 */
import type { FieldMap, ObjectFieldBuilder, ObjectRef } from '@pothos/core';
import { z } from 'zod';
import { USER_ERROR_CODES, type UserError, UserInputError } from '../platform/errors.ts';
import { givenId, idOf, parseGiven } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import { builder } from './builder.ts';
import { type Context, forgetLoaded, type Viewer } from './context.ts';
import { enumOf } from './enums.ts';
import { type InputRef, inputOf, inputRefOf } from './inputs.ts';
import type { Declared } from './maxima.ts';
import type { Presented } from './nodes.ts';

const UserErrorCode = enumOf('UserErrorCode', USER_ERROR_CODES, {
  description: 'What is wrong with a field of an input.',
  values: {
    INVALID: 'The field does not accept this value; the message says what was expected.',
    REQUIRED: 'A value is missing.',
    NOT_FOUND: 'Nothing with this id exists, or nothing that you may see.',
    TAKEN: 'Something else has this value already, and only one may have it.',
    CONFLICT: 'The current state of an object does not allow the change.',
    STALE: 'The object has changed since the given version was read: read it again.',
    CYCLE: 'The objects would depend on each other in a circle.',
    UNSUPPORTED: 'The value is well formed, but this server can do nothing with it.',
  },
});

const UserErrorType = builder.objectRef<UserError>('UserError').implement({
  description: 'Why a mutation changed nothing, in words for the person who filled in its input.',
  fields: (t) => ({
    code: t.expose('code', {
      type: UserErrorCode,
      description: 'The kind of problem, for programs.',
    }),
    message: t.exposeString('message', {
      description: 'What was expected and what to do, in English.',
    }),
    field: t.exposeStringList('field', {
      description:
        'The path of the value within `input`, such as ["phases", "0", "name"]; empty when the problem is not in one value.',
    }),
  }),
});

/** The content of a payload: only userErrors where the input was refused. */
export type Payload<Result extends object> = Partial<Result> & {
  userErrors?: readonly UserError[];
};

type Types = typeof builder.$inferSchemaTypes;
type PayloadRef<Shape> = ObjectRef<Types, Shape>;

/** A payload type: the given nullable fields and `userErrors`. */
export function payloadType<Result extends object>(
  name: string,
  fields: (t: ObjectFieldBuilder<Types, Payload<Result>>) => FieldMap,
) {
  return builder.objectRef<Payload<Result>>(name).implement({
    description: 'The result of a mutation: what it changed, or why it changed nothing.',
    fields: (t) => ({
      ...fields(t),
      userErrors: t.field({
        description: 'What is wrong with the input; empty when the mutation was carried out.',
        type: [UserErrorType],
        resolve: (payload) => [...(payload.userErrors ?? [])],
      }),
    }),
  });
}

/**
 * The usual payload type: objects that a rule returns as rows, each under its name:
 * `payloadOf('ActivityPayload', { activity: Activity, contact: Contact })`.
 */
export function payloadOf<Objects extends Record<string, Presented<never, object>>>(
  name: string,
  objects: Objects,
) {
  type Rows = { [Field in keyof Objects]: Parameters<Objects[Field]['present']>[0] | undefined };
  return payloadType<Rows>(name, (t) =>
    Object.fromEntries(
      Object.entries(objects).map(([field, type]) => [
        field,
        t.field({
          description: `The ${wordsOf(type.name)} after the mutation; null where userErrors say why nothing was changed.`,
          type,
          nullable: true,
          resolve: (payload) => {
            const row = payload[field];
            return row == null ? null : type.present(row as never);
          },
        }),
      ]),
    ),
  );
}

/** WorkPackage: work package. */
function wordsOf(type: string): string {
  return type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

/**
 * The result of a mutation's work, or the userErrors with which it was refused. What the request
 * loaded before is forgotten, so that the payload shows what was changed.
 */
export async function payload<Result extends object>(
  context: Context,
  work: Promise<Result>,
): Promise<Payload<Result>> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UserInputError) return { userErrors: error.userErrors } as Payload<Result>;
    throw error;
  } finally {
    forgetLoaded(context);
  }
}

/** A rule of a domain: what it changes for a viewer. */
type Rule<Input, Result> = (platform: Platform, viewer: Viewer, input: Input) => Promise<Result>;

interface MutationOptions<Schema extends z.ZodObject, Shape> extends Partial<Declared> {
  description: string;
  /** Its input type is the one that inputOf made from it, else one named after the mutation. */
  input: Schema;
  payload: PayloadRef<Shape>;
  /** Gets the input as its schema parsed it. */
  rule: Rule<z.output<Schema>, Shape>;
}

/**
 * A mutation: `mutation('createUser', { ...ownersOnly, description, input, payload, rule })`. What
 * the schema of the input refuses becomes userErrors before the rule is called.
 */
export function mutation<Schema extends z.ZodObject, Shape extends Payload<object>>(
  name: string,
  { input: schema, payload: type, rule, ...options }: MutationOptions<Schema, Shape>,
): void {
  const payloadRef: PayloadRef<Payload<object>> = type;
  const inputRef: InputRef<object> =
    inputRefOf(schema) ??
    inputOf(`${name.charAt(0).toUpperCase()}${name.slice(1)}Input`, schema, {
      description: `The input of \`${name}\`.`,
    });
  builder.mutationField(name, (t) =>
    t.field({
      ...options,
      type: payloadRef,
      args: { input: t.arg({ type: inputRef, required: true, description: INPUT }) },
      resolve: (_root, { input }, context) =>
        payload(context, applied(context, { schema, rule, input })),
    }),
  );
}

const INPUT = 'What to change, and how.';

/** Async, so that what the schema refuses is a rejection too. */
async function applied<Schema extends z.ZodType, Result>(
  { platform, viewer }: Context,
  { schema, rule, input }: { schema: Schema; rule: Rule<z.output<Schema>, Result>; input: unknown },
): Promise<Result> {
  return rule(platform, viewer, parseGiven(schema, input));
}

/** The input of every deletion. */
const DeleteInput = inputOf(
  'DeleteInput',
  z.object({ id: givenId().describe('The object to delete.') }),
  { description: 'Which object to delete.' },
);

/** The result of every deletion. */
const DeletePayload = payloadType<{ deletedId: string }>('DeletePayload', (t) => ({
  deletedId: t.id({
    description: 'The id that was given; null where userErrors say why nothing was deleted.',
    nullable: true,
    resolve: (payload) => payload.deletedId ?? null,
  }),
}));

type DeletionOptions<Id> = Partial<Declared> & { description: string } & (
    | {
        /** The types whose ids it takes. */
        of: string | readonly string[];
        rule: Rule<{ id: string }, unknown>;
      }
    /** Parses the id where the rule needs more than the uuid, such as its type. */
    | { id: z.ZodType<Id>; rule: Rule<{ id: Id }, unknown> }
  );

/**
 * A mutation that removes an object: `deletion('deleteContact', { of: 'Contact', description,
 * rule })`. The rule gets the uuid.
 */
export function deletion<Id = string>(name: string, options: DeletionOptions<Id>): void {
  if ('of' in options) {
    const { of, ...rest } = options;
    deletion(name, { ...rest, id: idOf(...[of].flat()) });
    return;
  }
  const { id, rule, ...described } = options;
  const schema = z.object({ id });
  builder.mutationField(name, (t) =>
    t.field({
      ...described,
      type: DeletePayload,
      args: { input: t.arg({ type: DeleteInput, required: true, description: INPUT }) },
      resolve: (_root, { input }, context) =>
        payload(
          context,
          applied(context, { schema, rule, input }).then(() => ({ deletedId: input.id })),
        ),
    }),
  );
}
