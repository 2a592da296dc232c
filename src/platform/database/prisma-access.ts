/**
 * Prisma's client of a database. It reads the rows of every tenant, so few files may import this:
 * .dependency-cruiser.mjs lists them. All others work for one tenant, with `Database.forTenant`.
 */
import type { PrismaClient } from '../../../generated/prisma/client.ts';

const clients = new WeakMap<object, PrismaClient>();

/** For Database only. */
export function givePrismaAccess(database: object, client: PrismaClient): void {
  clients.set(database, client);
}

/** The client of this Database, on its pool; throws for anything else. */
export function prismaOf(database: object): PrismaClient {
  const client = clients.get(database);
  if (!client) throw new Error('Not a database.');
  return client;
}
