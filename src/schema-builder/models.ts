/**
 * Object types whose rows are those of a Prisma model, made by Pothos' Prisma plugin. An exposed
 * column is a plain property: it gets no resolver.
 *
 * Rows and relations are read by loaders and not by the plugin (`t.relation`, `t.prismaField`). It
 * reads a relation of a row that it has not loaded itself by reading that row again, one statement
 * more (measured: 3 for users with their tenants instead of 2); `t.prismaField` reads again for
 * every alias what a loader reads once a request (two aliases: 4 statements instead of 2); it finds
 * rows by their `id` column, which here is the global id; and its statements have no tenant but what
 * is written into each. So a row has the columns that its statement selects, and not all of the
 * model's.
 */
import type { FieldMap, InterfaceRef, ObjectRef } from '@pothos/core';
import type { PrismaModelTypes } from '@pothos/plugin-prisma';
import { builder } from './builder.ts';
import type { Declared } from './maxima.ts';

type Types = typeof builder.$inferSchemaTypes;
/** The name of a Prisma model. */
export type ModelName = keyof Types['PrismaTypes'];
type ModelWithRow<Model extends ModelName, Row extends object> = PrismaModelTypes &
  Omit<Types['PrismaTypes'][Model], 'Shape'> & { Shape: Row };

/** What describes a type of a model. */
export interface ModelTypeOptions<Model extends ModelName, Row extends object>
  extends Partial<Declared> {
  /** The type's name; the model's, unless it is given. */
  name?: string;
  /** Its name instead, if the model has another type already. */
  variant?: string;
  description: string;
  interfaces?: readonly InterfaceRef<Types, object>[];
  fields: (
    t: PothosSchemaTypes.PrismaObjectFieldBuilder<Types, ModelWithRow<Model, Row>>,
  ) => FieldMap;
}

/** An object type of a model, by its rows: `modelType<'Question', QuestionRow>('Question', {…})`. */
export function modelType<Model extends ModelName, Row extends object>(
  model: Model,
  options: ModelTypeOptions<Model, Row>,
): ObjectRef<Types, Row> {
  // The plugin types rows as the whole model; here they are what the statement selects.
  return builder.prismaObject(model, options as never) as object as ObjectRef<Types, Row>;
}
