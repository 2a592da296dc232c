/**
 * Prisma is used to generate code and to describe the schema, never at run time (see
 * src/platform/database/migrate.ts).
 *
 * It wants to download its schema engine even for commands that do not use it, unless a file is
 * named that might be one. No database URL stands here: reading an unset one would make `prisma
 * generate` fail.
 */
import { defineConfig } from 'prisma/config';

process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
