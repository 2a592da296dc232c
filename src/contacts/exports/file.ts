/** Files of contacts, written page by page in constant memory, as fast as they are read. */
import { sql } from 'kysely';
import type { ContactFileFormat } from '../../../generated/kysely.ts';
import type { TenantDatabase } from '../../platform/database/tenant-database.ts';
import { encodeGlobalId } from '../../platform/global-id.ts';
import type { Platform } from '../../platform/platform.ts';
import { toIso } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { consentOfContacts } from '../consent/consent.ts';
import { EXPORTED_COLUMNS } from '../imports/fields.ts';
import {
  type ContactFilter,
  matchingContacts,
  parseContactFilter,
} from '../lists/contact-filter.ts';
import { csvLines } from './csv.ts';

const PAGE_ROWS = 1_000;

/** What to write. */
export interface WantedFile {
  format: ContactFileFormat;
  filter: ContactFilter;
}

/** A contact as a file has it, by the names of its columns. */
type ExportedContact = Record<
  (typeof EXPORTED_COLUMNS)[keyof typeof EXPORTED_COLUMNS],
  string | null
>;

const COLUMNS = Object.values(EXPORTED_COLUMNS);

/** The text of a file, in pieces of up to 1,000 contacts, in the order in which they were added. */
export async function* contactFile(
  platform: Platform,
  viewer: Viewer,
  { format, filter }: WantedFile,
): AsyncGenerator<string> {
  const database = platform.database.forTenant(viewer);
  const { contacts } = await matchingContacts(database, parseContactFilter(filter));
  if (format === 'CSV') yield csvLines([COLUMNS], { first: true });
  for (let after: string | null = null; ; ) {
    const page: ExportedContact[] = [];
    let last: string | null = null;
    for (const { uuid, contact } of await readPage(database, { contacts, after })) {
      page.push(contact);
      last = uuid;
    }
    if (last === null) return;
    yield format === 'CSV'
      ? csvLines(page.map((contact) => COLUMNS.map((column) => contact[column])))
      : page.map((contact) => `${JSON.stringify(contact)}\n`).join('');
    if (page.length < PAGE_ROWS) return;
    after = last;
  }
}

interface PageOf {
  contacts: Awaited<ReturnType<typeof matchingContacts>>['contacts'];
  after: string | null;
}

async function readPage(database: TenantDatabase, { contacts, after }: PageOf) {
  const rows = await database.run(
    contacts
      .innerJoin('user as owner', 'owner.id', 'contact.ownerId')
      .leftJoin('organization as employer', 'employer.id', 'contact.organizationId')
      .select([
        'contact.id',
        'contact.name',
        'contact.email',
        'contact.phone',
        'contact.jobTitle',
        'contact.leadStatus',
        'owner.email as owner',
        'employer.name as organization',
      ])
      .where(sql<boolean>`(${after}::uuid is null or "contact"."id" > ${after}::uuid)`)
      .orderBy('contact.id')
      .limit(PAGE_ROWS),
  );
  const ids = rows.map(({ id }) => id);
  const words = ids.length === 0 ? [] : await database.runPrepared(consentOfContacts, { ids });
  const consent = new Map(words.map((word) => [word.contactId, word]));
  return rows.map(({ id, ...row }) => {
    const word = consent.get(id);
    const contact: ExportedContact = {
      id: encodeGlobalId('Contact', id),
      name: row.name,
      email: row.email,
      phone: row.phone,
      jobTitle: row.jobTitle,
      organization: row.organization,
      leadStatus: row.leadStatus,
      owner: row.owner,
      marketingConsent: word ? (word.optedOut ? 'OPTED_OUT' : 'OPTED_IN') : null,
      consentAt: word ? toIso(word.at) : null,
    };
    return { uuid: id, contact };
  });
}
