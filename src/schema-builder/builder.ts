/**
 * The Pothos builder that every domain's schema files use. Types come from the Prisma models;
 * relations are fields with loaders. Access is closed by default: root fields are for owners and
 * members, unless they say `...forClients`, `...ownersOnly`.
 */
import SchemaBuilder from '@pothos/core';
import PrismaPlugin from '@pothos/plugin-prisma';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type PrismaTypes from '../generated/pothos.ts';
import { getDatamodel } from '../generated/pothos.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { RequestError } from '../platform/errors.ts';
import type { Context } from './context.ts';

/** Rows as resolvers get them: the driver reads numeric as a number where Prisma has a Decimal, and no field needs the columns left out. */
type Row<Shape> = { [K in Exclude<keyof Shape, 'tenantId' | 'searchText'>]: Shape[K] extends Prisma.Decimal ? number : Shape[K] };
type Models = { [K in keyof PrismaTypes]: Omit<PrismaTypes[K], 'Shape'> & { Shape: Row<PrismaTypes[K]['Shape']> } };

/** Whoever may read a field: `signedIn` includes portal clients. */
export interface AuthScopes {
  signedIn: boolean;
  member: boolean;
  owner: boolean;
}

export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: Models;
  AuthScopes: AuthScopes;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: string; Output: Date };
    Date: { Input: string; Output: Date };
    JSON: { Input: unknown; Output: unknown };
  };
}>({
  plugins: [ScopeAuthPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  prisma: { client: (context: Context) => context.platform.database.prisma, dmmf: getDatamodel() },
  scopeAuth: {
    authorizeOnSubscribe: true,
    unauthorizedError: () => new RequestError('FORBIDDEN', 'Your role may not use this field.'),
    authScopes: ({ viewer }) => ({
      signedIn: viewer.role !== 'ANONYMOUS',
      member: viewer.role === 'OWNER' || viewer.role === 'MEMBER',
      owner: viewer.role === 'OWNER',
    }),
  },
});

/** Spread into a field that portal clients may use too. */
export const forClients = { skipTypeScopes: true, authScopes: { signedIn: true } } as const;
/** Spread into a field that only owners may use. */
export const ownersOnly = { authScopes: { owner: true } } as const;

builder.queryType({ authScopes: { member: true } });
builder.mutationType({ authScopes: { member: true } });
builder.subscriptionType({ authScopes: { member: true } });
