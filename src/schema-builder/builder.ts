/**
 * The Pothos builder that every domain's schema files use. Types come from the Prisma models;
 * relations are fields with loaders. access.ts declares who may use a field.
 */
import SchemaBuilder from '@pothos/core';
import PrismaPlugin from '@pothos/plugin-prisma';
import type PrismaTypes from '../../generated/pothos.ts';
import { getDatamodel } from '../../generated/pothos.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { prismaOf } from '../platform/database/prisma-access.ts';
import type { CalendarDay, Timestamp } from '../platform/time.ts';
import type { Context } from './context.ts';

/**
 * Rows as resolvers get them: the driver reads numeric as a number and moments as text, and no
 * field needs the columns left out.
 */
type Row<Shape> = { [K in Exclude<keyof Shape, 'tenantId' | 'searchText'>]: AsRead<Shape[K]> };
type AsRead<Value> = Value extends Prisma.Decimal ? number : Value extends Date ? Timestamp : Value;
type Models = {
  [K in keyof PrismaTypes]: Omit<PrismaTypes[K], 'Shape'> & { Shape: Row<PrismaTypes[K]['Shape']> };
};

/** The one builder of the schema. Fields are not null unless they say `nullable: true`. */
export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: Models;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: string; Output: Timestamp };
    Date: { Input: string; Output: CalendarDay };
    JSON: { Input: unknown; Output: unknown };
  };
}>({
  plugins: [PrismaPlugin],
  defaultFieldNullability: false,
  prisma: {
    client: (context: Context) => prismaOf(context.platform.database),
    dmmf: getDatamodel(),
  },
});

builder.queryType({
  description:
    'Everything that can be read. Fields are for owners and members of your tenant, unless they say otherwise.',
});
builder.mutationType({
  description:
    'Everything that can be changed. Problems with an input are returned as `userErrors`; nothing is changed then. Fields are for owners and members of your tenant, unless they say otherwise.',
});
builder.subscriptionType({
  description:
    'Everything that can be followed live, over WebSocket or server-sent events. Fields are for owners and members of your tenant, unless they say otherwise.',
});
