/** Mutations answer a payload: what was changed, and the userErrors of what a person can mend. */
import type { FieldMap, ObjectFieldBuilder } from '@pothos/core';
import { USER_ERROR_CODES, type UserError, UserInputError } from '../platform/errors.ts';
import { builder } from './builder.ts';
import { type Context, forgetLoaded } from './context.ts';

const UserErrorCode = builder.enumType('UserErrorCode', { values: USER_ERROR_CODES });

const UserErrorType = builder.objectRef<UserError>('UserError').implement({
  fields: (t) => ({
    code: t.expose('code', { type: UserErrorCode }),
    message: t.exposeString('message'),
    field: t.exposeStringList('field', {
      description: 'Path into the input, e.g. ["phases", "0", "name"].',
    }),
  }),
});

/** What a payload is made of: nothing but userErrors where the input was refused. */
export type Payload<Result extends object> = Partial<Result> & {
  userErrors?: readonly UserError[];
};

type Types = typeof builder.$inferSchemaTypes;

/** A payload type: the given nullable fields and `userErrors`. */
export function payloadType<Result extends object>(
  name: string,
  fields: (t: ObjectFieldBuilder<Types, Payload<Result>>) => FieldMap,
) {
  return builder.objectRef<Payload<Result>>(name).implement({
    fields: (t) => ({
      ...fields(t),
      userErrors: t.field({
        type: [UserErrorType],
        resolve: (payload) => [...(payload.userErrors ?? [])],
      }),
    }),
  });
}

/**
 * The result of a mutation's work, or the userErrors that it was refused with; what is read after
 * it is read anew.
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

export const DeleteInput = builder.inputType('DeleteInput', {
  fields: (t) => ({ id: t.id({ required: true }) }),
});

/** The answer to every deletion. */
export const DeletePayload = payloadType<{ deletedId: string }>('DeletePayload', (t) => ({
  deletedId: t.id({ nullable: true, resolve: (payload) => payload.deletedId ?? null }),
}));
