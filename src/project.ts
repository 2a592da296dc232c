/** Facts about this checkout. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of Prisma's migrations. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

/** The version of package.json. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  }
).version;
