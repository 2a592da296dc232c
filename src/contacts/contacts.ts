/** Contacts: the people of client companies. */
import { type RawBuilder, type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { anyOf } from '../platform/database/arrays.ts';
import { applyPage, countRows, isAtEnd, NEWEST_FIRST, type PageArguments, parsePage, preparedEnds, toPage } from '../platform/database/keyset.ts';
import { violates } from '../platform/database/sql-errors.ts';
import { prepare } from '../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../platform/database/tenant-scope.ts';
import { notFound, userError } from '../platform/errors.ts';
import { EMAIL_LENGTH, idOf, name, parseInput } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { readTenant } from '../tenancy/index.ts';
import {
  adjustContactCount,
  findOrCreateOrganization,
  ORGANIZATION_COLUMNS,
  type OrganizationColumn,
  type OrganizationRow,
  organizationName,
} from './organizations.ts';
import { toE164 } from './phone.ts';

const CreateContact = z.object({
  name: name(),
  email: name(EMAIL_LENGTH)
    .refine((value) => value.includes('@'), 'Expected an e-mail address.')
    .nullish(),
  phone: name(50).nullish(),
  jobTitle: name().nullish(),
  organizationId: idOf('Organization').nullish(),
  organizationName: organizationName().nullish(),
  leadStatus: z.enum(['NEW', 'CONTACTED', 'QUALIFIED', 'UNQUALIFIED']).nullish(),
});

export const CONTACT_COLUMNS = [
  'id',
  'name',
  'email',
  'phone',
  'phoneE164',
  'jobTitle',
  'ownerId',
  'organizationId',
  'leadStatus',
  'createdAt',
  'updatedAt',
] as const;

export type ContactColumn = (typeof CONTACT_COLUMNS)[number];

/** A contact as it is read. */
export type ContactRow = Pick<Selectable<TenantTables['contact']>, (typeof CONTACT_COLUMNS)[number]>;

/** Contacts by id: `ids`; with `portalContactId` only that one. */
export const contactsById = prepare((p: { ids: string[]; portalContactId: string | null }) =>
  query
    .selectFrom('contact')
    .select(CONTACT_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where((eb) => eb.or([sql<boolean>`${p.portalContactId}::uuid is null`, eb('id', '=', p.portalContactId)])),
);

/** A column of a contact, or of its organization as `organization.name`. */
export type ContactListColumn = ContactColumn | `organization.${OrganizationColumn}`;

const LIST_COLUMNS: readonly ContactListColumn[] = [...CONTACT_COLUMNS, ...ORGANIZATION_COLUMNS.map((column) => `organization.${column}` as const)];

export interface ContactListArguments extends PageArguments {
  /** The only columns that the caller will look at, `id` and `createdAt` among them; all of the contact's own when absent. */
  columns?: readonly ContactListColumn[];
}

/** A contact of a list; its organization is there when columns of it were asked for. */
export type ListedContact = ContactRow & { organization?: OrganizationRow | null };

function contactsWith(columns: readonly ContactListColumn[]) {
  const joined = columns.filter((column) => column.startsWith('organization.'));
  return query
    .selectFrom('contact')
    .$if(joined.length > 0, (contacts) => contacts.leftJoin('organization', 'organization.id', 'contact.organizationId'))
    .select(columns.map((column) => (sql.ref(joined.includes(column) ? column : `contact.${column}`) as RawBuilder<unknown>).as(column)))
    .$castTo<Record<string, unknown>>();
}

/** Gathers the columns of the organization into one, in place. A second statement and its keys would cost a quarter of the request. */
function gatherOrganizations(rows: Record<string, unknown>[], columns: readonly ContactListColumn[]): ListedContact[] {
  const joined = columns.filter((column) => column.startsWith('organization.')).map((column) => [column, column.slice('organization.'.length)] as const);
  for (const row of joined.length > 0 ? rows : []) {
    const organization: Record<string, unknown> = {};
    for (const [column, name] of joined) organization[name] = row[column];
    row['organization'] = organization['id'] === null ? null : organization;
  }
  return rows as unknown as ListedContact[];
}

const endsOfAll = preparedEnds(LIST_COLUMNS, (page, columns: readonly ContactListColumn[]) => applyPage(contactsWith(columns), 'contact', page));

/** A page of the tenant's contacts, newest first. */
export async function listContacts(platform: Platform, viewer: Viewer, args: ContactListArguments) {
  const page = parsePage(args, NEWEST_FIRST);
  const database = platform.database.forTenant(viewer);
  const columns = args.columns ?? CONTACT_COLUMNS;
  const rows = isAtEnd(page) ? database.runPrepared(endsOfAll(page, columns), page) : database.run(applyPage(contactsWith(columns), 'contact', page));
  return {
    ...toPage(gatherOrganizations(await rows, columns), page),
    count: () => countRows(database, query.selectFrom('contact')),
  };
}

/** Adds a contact that the viewer owns, with the organization of an id or of a name, which is found or created. */
export async function createContact(platform: Platform, viewer: Viewer, input: z.input<typeof CreateContact>) {
  const { organizationName: companyName, ...values } = parseInput(CreateContact, input);
  if (companyName != null && values.organizationId != null)
    throw userError('INVALID', ['organizationName'], 'Expected organizationId or organizationName, not both.');
  const phoneE164 = values.phone == null ? null : toE164(values.phone, (await readTenant(platform, viewer)).country);
  try {
    return await platform.database.forTenant(viewer).transaction(async (tx) => {
      const organizationId = companyName != null ? await findOrCreateOrganization(tx, companyName) : values.organizationId;
      const row = { ...values, id: uuidv7(), ownerId: viewer.userId, organizationId, phoneE164 };
      const [contact] = await tx.run(query.insertInto('contact').values(row).returning(CONTACT_COLUMNS));
      if (organizationId != null) await adjustContactCount(tx, organizationId, 1);
      return { contact };
    });
  } catch (error) {
    if (violates(error, 'contact_tenantId_organizationId_fkey')) throw notFound(['organizationId']);
    throw error;
  }
}
