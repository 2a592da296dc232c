/** The parts of the file about a person: what each domain holds about them. */
import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { TenantDatabase } from '../../platform/database/tenant-database.ts';

/** Rows that are read at once. */
const ROWS = 200;

/** Whom a file is about. */
export interface FilePerson {
  id: string;
  /** All of their phone numbers, in E.164. */
  numbers: readonly string[];
  pipedrivePersonId: string | null;
}

/** Objects of one sort. */
interface Part<DB, Tables extends keyof DB, Row extends { id: string }> {
  /** Its name in the file, such as "activities". */
  name: string;
  /** The `id` of the rows, which is a uuid. */
  id: RawBuilder<unknown>;
  rows(person: FilePerson): SelectQueryBuilder<DB, Tables, Row>;
}

/** A part of the file, read page by page. */
interface PersonFilePart {
  name: string;
  /** The next rows with an id above `after`, by their ids; none once all were read. */
  page(
    database: TenantDatabase,
    person: FilePerson,
    after: string,
  ): Promise<readonly { id: string }[]>;
}

const parts: PersonFilePart[] = [];

/** Adds a part. Call it once for each, when the domain is loaded. */
export function onPersonFile<DB, Tables extends keyof DB, Row extends { id: string }>({
  name,
  id,
  rows,
}: Part<DB, Tables, Row>): void {
  parts.push({
    name,
    page: (database, person, after) =>
      database.run(
        rows(person).where(sql<boolean>`${id} > ${after}::uuid`).orderBy(id).limit(ROWS),
      ),
  });
}

/** All parts, in the order of the file. */
export function personFileParts(): readonly PersonFilePart[] {
  return parts;
}
