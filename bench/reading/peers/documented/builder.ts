/**
 * The stack by its documentation: Sheaf's part of the API that the benchmark asks for, written as
 * the documentation of @pothos/plugin-prisma shows. Every model is a prismaObject and every relation
 * a t.relation; a root field spreads the query for everything below it into one call of Prisma's
 * client.
 *
 * Objects are in select mode, so that only the columns that a query asks for are read. The data
 * model has no relation from collateral to its artifact, which is in one of five tables: there a
 * plain field spreads queryFromInfo into findUnique, calls of which Prisma's client batches.
 */
import SchemaBuilder from '@pothos/core';
import PrismaPlugin from '@pothos/plugin-prisma';
import type PrismaTypes from '../../../../generated/pothos.ts';
import { getDatamodel } from '../../../../generated/pothos.ts';
import type { PrismaClient } from '../../../../generated/prisma/client.ts';

export interface Context {
  prisma: PrismaClient;
  tenantId: string;
}

export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  Scalars: {
    DateTime: { Input: Date; Output: Date };
    Date: { Input: Date; Output: Date };
  };
}>({
  plugins: [PrismaPlugin],
  defaultFieldNullability: false,
  prisma: { client: ({ prisma }) => prisma, dmmf: getDatamodel() },
});

builder.scalarType('DateTime', { serialize: (value) => value.toISOString() });
builder.scalarType('Date', { serialize: (value) => value.toISOString().slice(0, 10) });
builder.queryType();

/** The parent of a list's nodes. */
export interface ListArguments {
  first: number;
}

/** How the lists of the benchmark are ordered. */
export const NEWEST_FIRST: { createdAt?: 'desc'; id?: 'desc' }[] = [
  { createdAt: 'desc' },
  { id: 'desc' },
];
