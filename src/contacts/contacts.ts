/** Contacts, the people of client companies: creating, changing and deleting them. */
import { sql, type Updateable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { LeadStatus } from '../../generated/kysely.ts';
import { anyOf } from '../platform/database/arrays.ts';
import { updateEach } from '../platform/database/bulk-update.ts';
import { prepare } from '../platform/database/prepared.ts';
import { violates, violatesForeignKey } from '../platform/database/sql-errors.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../platform/database/tenant-scope.ts';
import { notFound, userError } from '../platform/errors.ts';
import { idOf, name } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { readTenant } from '../tenancy/index.ts';
import { type LockedOrganization, lockContacts, lockOrganizations } from './locks.ts';
import { normalizeOrganizationName } from './organizations/name.ts';
import { findOrCreateOrganization, organizationName } from './organizations/organizations.ts';
import {
  areColumnsOnly,
  type GivenPoints,
  givesPoints,
  nextPoints,
  pointFields,
} from './points/inputs.ts';
import { emailsOf, primaryColumns, readPoints, storePoints } from './points/points.ts';
import { CONTACT_COLUMNS, type ContactRow } from './rows.ts';
import { contactSearchText } from './search-text.ts';
import { initialFigures } from './warmness/figures.ts';
import { refreshFigures } from './warmness/kept-figures.ts';

const details = {
  ...pointFields,
  jobTitle: name()
    .nullish()
    .describe('What the person does at the organization, such as "Head of Marketing".'),
  organizationId: idOf('Organization')
    .nullish()
    .describe('The organization that the person works for.'),
  leadStatus: z
    .enum(LeadStatus)
    .nullish()
    .describe('How far the contact is on the way to a deal. CONTACTED and QUALIFIED add warmness.'),
};

/** The input of `createContact`. */
export const CreateContact = z
  .object({
    name: name().describe('The full name of the person.'),
    ...details,
    organizationName: organizationName()
      .nullish()
      .describe(
        'The organization by its name, instead of `organizationId`. One with this name, whatever its case and punctuation, is found, or else created.',
      ),
  })
  .describe('A new contact. You become its owner.');

/** The input of `updateContact`: fields that are left out stay, null clears an optional one. */
export const UpdateContact = z
  .object({
    id: idOf('Contact').describe('The contact to change.'),
    name: name().optional().describe('The full name of the person; it cannot be cleared.'),
    ...details,
    addedToCampaign: z
      .boolean()
      .optional()
      .describe(
        'Whether the contact comes first in priority order. Adding it to a campaign sets this to true.',
      ),
    ownerId: idOf('User')
      .optional()
      .describe('The user in charge of the contact; not a portal user.'),
  })
  .describe(
    'What to change in a contact. A field that is left out stays as it is; null clears it.',
  );
/** A checked change of a contact. */
export type ContactChange = z.output<typeof UpdateContact>;

/** Contacts by id, of which a portal user with `portalContactId` reads only that one. */
export const contactsById = prepare((p: { ids: string[]; portalContactId: string | null }) =>
  query
    .selectFrom('contact')
    .select(CONTACT_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where((eb) =>
      eb.or([sql<boolean>`${p.portalContactId}::uuid is null`, eb('id', '=', p.portalContactId)]),
    ),
);

/**
 * Adds a contact that the viewer owns. Its organization is given by id, or by a name that is found
 * or created. Throws INVALID if both are given, NOT_FOUND for an unknown id.
 */
export async function createContact(
  platform: Platform,
  viewer: Viewer,
  {
    organizationName: newName,
    email,
    emails,
    phone,
    phones,
    ...values
  }: z.output<typeof CreateContact>,
) {
  if (newName != null && values.organizationId != null)
    throw userError(
      'INVALID',
      ['organizationName'],
      'Give organizationId or organizationName, not both.',
    );
  const given = { email, emails, phone, phones };
  const points = nextPoints(given, [], await countryFor(platform, viewer, given));
  const id = uuidv7();
  const organizationKey =
    newName != null ? normalizeOrganizationName(newName) : values.organizationId;
  return platform.database
    .forTenant(viewer)
    .change(['organization', organizationKey ?? id], async (tx) => {
      const organization =
        newName != null
          ? await findOrCreateOrganization(tx, newName)
          : await lockedOrganization(tx, values.organizationId);
      const contact = {
        ...values,
        ...primaryColumns(points),
        organizationId: organization?.id ?? null,
      };
      const row = {
        ...contact,
        ...initialFigures(contact),
        id,
        ownerId: viewer.userId,
        updatedById: viewer.userId,
        searchText: contactSearchText(contact.name, emailsOf(points), organization),
      };
      const [created] = await tx.run(
        query.insertInto('contact').values(row).returning(CONTACT_COLUMNS),
      );
      if (!areColumnsOnly(points)) await storePoints(tx, new Map([[id, points]]));
      return { contact: created };
    });
}

/** Where phones without a country code are from; of no interest where none is given. */
async function countryFor(
  platform: Platform,
  viewer: Viewer,
  { phone, phones }: GivenPoints,
): Promise<string> {
  return phone == null && phones == null ? '' : (await readTenant(platform, viewer)).country;
}

async function lockedOrganization(
  tx: TenantTransaction,
  id: string | null | undefined,
): Promise<LockedOrganization | null> {
  if (id == null) return null;
  const organization = (await lockOrganizations(tx, [id])).get(id);
  if (!organization) throw notFound(['organizationId']);
  return organization;
}

/**
 * Changes the fields that are given; null clears one. Its kept figures follow at once. Throws
 * NOT_FOUND for an unknown contact, organization or owner, INVALID if the owner is a portal user.
 */
export async function updateContact(
  platform: Platform,
  viewer: Viewer,
  { id, email, emails, phone, phones, ...change }: ContactChange,
) {
  const given = { email, emails, phone, phones };
  const country = await countryFor(platform, viewer, given);
  try {
    return await platform.database.forTenant(viewer).change(['contact', id], async (tx) => {
      const { contacts, organizations } = await lockContacts(
        tx,
        [id],
        change.organizationId == null ? [] : [change.organizationId],
      );
      const [stored] = contacts;
      if (!stored) throw notFound(['id']);
      await requireOwner(tx, change.ownerId);
      const next = { ...stored, ...change };
      const organization =
        next.organizationId === null ? null : organizations.get(next.organizationId);
      if (organization === undefined) throw notFound(['organizationId']);
      const known = (await readPoints(tx, [id])).get(id) ?? [];
      const points = nextPoints(given, known, country);
      const contact = await save(tx, id, {
        ...change,
        ...(givesPoints(given) ? primaryColumns(points) : {}),
        updatedById: viewer.userId,
        searchText: contactSearchText(next.name, emailsOf(points), organization),
      });
      if (givesPoints(given)) await storePoints(tx, new Map([[id, points]]));
      return { contact };
    });
  } catch (error) {
    if (violates(error, 'contact_tenantId_ownerId_fkey')) throw notFound(['ownerId']);
    throw error;
  }
}

async function save(
  tx: TenantTransaction,
  id: string,
  change: Updateable<TenantTables['contact']>,
): Promise<ContactRow | undefined> {
  await tx.run(
    query
      .updateTable('contact')
      .set({ ...change, updatedAt: sql<Date>`statement_timestamp()` })
      .where('id', '=', id),
  );
  await refreshFigures(tx, [id]);
  const [contact] = await tx.runPrepared(contactsById, { ids: [id], portalContactId: null });
  return contact;
}

async function requireOwner(tx: TenantTransaction, userId: string | undefined): Promise<void> {
  if (userId === undefined) return;
  const [owner] = await tx.run(query.selectFrom('user').select('role').where('id', '=', userId));
  if (!owner) throw notFound(['ownerId']);
  if (owner.role === 'CLIENT')
    throw userError('INVALID', ['ownerId'], 'A portal user cannot own contacts.');
}

/**
 * Removes a contact with its activities; its deals stay with their organization. Throws CONFLICT
 * while a work package, campaign, intake client or user refers to it.
 */
export async function deleteContact(
  platform: Platform,
  viewer: Viewer,
  { id }: { id: string },
): Promise<void> {
  try {
    await platform.database.forTenant(viewer).change(['contact', id], async (tx) => {
      const { contacts } = await lockContacts(tx, [id]);
      if (contacts.length === 0) throw notFound(['id']);
      await tx.run(query.updateTable('deal').set({ contactId: null }).where('contactId', '=', id));
      // What was said by a number counts for whoever has it, also without a contact.
      await tx.run(
        query.deleteFrom('consent_word').where('contactId', '=', id).where('identity', 'is', null),
      );
      await tx.run(query.deleteFrom('contact').where('id', '=', id));
    });
  } catch (error) {
    if (violatesForeignKey(error))
      throw userError(
        'CONFLICT',
        ['id'],
        'Work packages, campaigns, intake clients or users still refer to this contact. eraseContact erases the person from all of them; exportContact gives you what is held about the person first.',
      );
    throw error;
  }
}

/**
 * Sets the rates, from 0 to 1, at which contacts reply to campaign messages, and refreshes the
 * figures that follow. Contacts that do not exist are ignored.
 */
export async function setResponseRates(
  tx: TenantTransaction,
  rows: readonly { contactId: string; responseRate: number }[],
): Promise<void> {
  const ids = rows.map(({ contactId }) => contactId);
  await lockContacts(tx, ids);
  const rates = rows.map(({ contactId: id, responseRate }) => ({ id, responseRate }));
  await tx.run(updateEach('contact', rates, ['responseRate']));
  await refreshFigures(tx, ids);
}
