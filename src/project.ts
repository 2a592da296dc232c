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

/** What GraphiQL opens with and `npm start` prints. */
export const FIRST_QUERY = `query WorkPackages {
  workPackages(first: 5, filter: { status: [ACTIVE] }) {
    totalCount
    nodes {
      id
      title
      progress
      timelineStatus
      expectedEndDate
      company {
        name
      }
    }
  }
}`;
