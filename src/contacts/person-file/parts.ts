/** The parts of the file about a person: what each domain holds about them, page by page. */
import type { TenantDatabase } from '../../platform/database/tenant-database.ts';

/** Rows of a page at most. */
export const ROWS = 200;

/** Whom a file is about. */
export interface FilePerson {
  id: string;
  phoneE164: string | null;
  pipedrivePersonId: string | null;
}

/** Objects of one sort. */
export interface PersonFilePart {
  /** Its name in the file, such as "activities". */
  name: string;
  /** The next ROWS objects with an id above `after`, by their ids. */
  page(
    database: TenantDatabase,
    person: FilePerson,
    after: string,
  ): Promise<readonly { id: string }[]>;
}

const parts: PersonFilePart[] = [];

/** Adds a part. Call it once for each, when the domain is loaded. */
export function onPersonFile(part: PersonFilePart): void {
  parts.push(part);
}

/** All parts, in the order of the file. */
export function personFileParts(): readonly PersonFilePart[] {
  return parts;
}
