/**
 * Organizations, the client companies: creating, changing and deleting them. A normalized name is
 * unique within a tenant. This is the head of the room `organizations`; beside it there are names
 * (name.ts), finding an organization by a free-text name (matches.ts), and merging (merge.ts).
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { anyOf, wantedTexts } from '../../platform/database/arrays.ts';
import { prepare, preparedFor } from '../../platform/database/prepared.ts';
import { violates, violatesForeignKey } from '../../platform/database/sql-errors.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import { idOf, name } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import { searchText } from '../../platform/text.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import type { LockedOrganization } from '../locks.ts';
import { ORGANIZATION_COLUMNS, type OrganizationColumn, type OrganizationRow } from '../rows.ts';
import { withOrganizationText } from '../search-text.ts';
import { normalizeOrganizationName, withoutLegalForms } from './name.ts';

/** A character can become 18 in the normalized name, and an index entry holds 2,700 bytes. */
const NORMALIZED_BYTES = 2_000;

/** The name of an organization, as an input: its normalized name is neither empty nor too long. */
export function organizationName() {
  return name()
    .refine(
      (value) => normalizeOrganizationName(value) !== '',
      'Expected a name that is not only punctuation.',
    )
    .refine(
      (value) => Buffer.byteLength(normalizeOrganizationName(value)) <= NORMALIZED_BYTES,
      'Expected a shorter name.',
    );
}

const WEBSITE_LENGTH = 2_000;
const ADDRESS_LENGTH = 1_000;

const details = {
  industry: name()
    .nullish()
    .describe('The line of business, in your own words; filters and analytics compare it exactly.'),
  size: name().nullish().describe('How large it is, in your own words, such as "51–200 people".'),
  website: name(WEBSITE_LENGTH).nullish().describe('The address of its website.'),
  address: name(ADDRESS_LENGTH).nullish().describe('The postal address, or its street part.'),
  city: name().nullish().describe('The town or city.'),
  country: name().nullish().describe('The country, in your own words; filters compare it exactly.'),
};

/** The input of `createOrganization`. */
export const CreateOrganization = z
  .object({
    name: organizationName().describe(
      'The name. No other organization may have the same one, ignoring case and punctuation.',
    ),
    ...details,
  })
  .describe('A new organization.');

/**
 * The input of `updateOrganization`: fields that are left out stay, null clears an optional one.
 */
export const UpdateOrganization = z
  .object({
    id: idOf('Organization').describe('The organization to change.'),
    name: organizationName()
      .optional()
      .describe(
        'The name; it cannot be cleared. No other organization may have the same one, ignoring case and punctuation.',
      ),
    ...details,
  })
  .describe(
    'What to change in an organization. A field that is left out stays as it is; null clears it.',
  );

interface ById {
  ids: string[];
  portalContactId: string | null;
}

/** Organizations by id, of which a portal user reads only that of its own contact. */
export const organizationsById = preparedFor(
  ORGANIZATION_COLUMNS,
  (columns: readonly OrganizationColumn[], p: ById) =>
    query
      .selectFrom('organization')
      .select(columns)
      .where('id', '=', anyOf(p.ids))
      .where((eb) =>
        eb.or([
          sql<boolean>`${p.portalContactId}::uuid is null`,
          eb(
            'id',
            '=',
            eb
              .selectFrom('contact')
              .select('contact.organizationId')
              .where('contact.id', '=', p.portalContactId),
          ),
        ]),
      )
      .$castTo<OrganizationRow>(),
);

/** The columns that follow from an organization's name as it is shown. */
export function nameColumns(displayName: string) {
  const normalizedName = normalizeOrganizationName(displayName);
  return {
    name: displayName,
    normalizedName,
    bareName: withoutLegalForms(normalizedName),
    searchText: searchText(displayName),
  };
}

/** Adds an organization. Throws TAKEN if another has the same normalized name. */
export async function createOrganization(
  platform: Platform,
  viewer: Viewer,
  values: z.output<typeof CreateOrganization>,
) {
  const row = { ...values, ...nameColumns(values.name), id: uuidv7() };
  return refusingTakenNames(() =>
    platform.database.forTenant(viewer).change(['organization', row.normalizedName], async (tx) => {
      const [organization] = await tx.run(
        query.insertInto('organization').values(row).returning(ORGANIZATION_COLUMNS),
      );
      return { organization };
    }),
  );
}

/**
 * Changes the fields that are given; null clears one. Its contacts can then be found by a new name.
 * Throws NOT_FOUND, or TAKEN if another organization has the same normalized name.
 */
export async function updateOrganization(
  platform: Platform,
  viewer: Viewer,
  { id, name: newName, ...values }: z.output<typeof UpdateOrganization>,
) {
  const names = newName === undefined ? {} : nameColumns(newName);
  return refusingTakenNames(() =>
    platform.database.forTenant(viewer).change(['organization', id], async (tx) => {
      const change = { ...values, ...names, updatedAt: sql<Date>`statement_timestamp()` };
      const [organization] = await tx.run(
        query
          .updateTable('organization')
          .set(change)
          .where('id', '=', id)
          .returning(ORGANIZATION_COLUMNS),
      );
      if (!organization) throw notFound(['id']);
      if (newName !== undefined) {
        const text = withOrganizationText(sql<string>`${searchText(newName)}::text`);
        await tx.run(
          query
            .updateTable('contact')
            .set({ searchText: text })
            .where('organizationId', '=', id)
            .where('searchText', '<>', text),
        );
      }
      return { organization };
    }),
  );
}

/** Removes an organization. Throws CONFLICT while anything refers to it. */
export async function deleteOrganization(
  platform: Platform,
  viewer: Viewer,
  { id }: { id: string },
): Promise<void> {
  try {
    await platform.database.forTenant(viewer).change(['organization', id], async (tx) => {
      const deleted = await tx.run(
        query.deleteFrom('organization').where('id', '=', id).returning('id'),
      );
      if (deleted.length === 0) throw notFound(['id']);
    });
  } catch (error) {
    if (violatesForeignKey(error))
      throw userError(
        'CONFLICT',
        ['id'],
        'Contacts, work packages or deals still belong to this organization. Move them, or merge it.',
      );
    throw error;
  }
}

async function refusingTakenNames<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violates(error, 'organization_tenantId_normalizedName_key'))
      throw userError('TAKEN', ['name'], 'There is already an organization with this name.');
    throw error;
  }
}

const lockByName = prepare((p: { normalizedName: string }) =>
  query
    .selectFrom('organization')
    .select(['id', 'searchText'])
    .where('normalizedName', '=', p.normalizedName)
    .forNoKeyUpdate(),
);
/**
 * Locks the organization with this normalized name, or creates it. Concurrent calls get the same
 * one.
 */
export async function findOrCreateOrganization(
  tx: TenantTransaction,
  displayName: string,
): Promise<LockedOrganization> {
  const names = nameColumns(displayName);
  for (;;) {
    const [found] = await tx.runPrepared(lockByName, names);
    if (found) return found;
    // Waits for another transaction that inserts the same name; the next turn locks its row.
    const inserted = query.insertInto('organization').values({ id: uuidv7(), ...names });
    await tx.run(
      inserted.onConflict((conflict) =>
        conflict.columns(['tenantId', 'normalizedName']).doNothing(),
      ),
    );
  }
}

const idsByName = prepare((p: { names: string[] }) =>
  query
    .selectFrom(wantedTexts(p.names))
    .innerJoin('organization', 'normalizedName', 'wanted.value')
    .select(['organization.id', 'normalizedName']),
);

/**
 * The ids of organizations by their normalized names; those that are missing are created. Locks
 * none of them: the caller does, and finds those missing that were deleted meanwhile.
 */
export async function findOrCreateOrganizations(
  tx: TenantTransaction,
  displayNames: readonly string[],
): Promise<Map<string, string>> {
  const wanted = new Map(displayNames.map((one) => [normalizeOrganizationName(one), one]));
  if (wanted.size === 0) return new Map();
  const read = async () => {
    const rows = await tx.runPrepared(idsByName, { names: [...wanted.keys()] });
    return new Map(rows.map(({ id, normalizedName }) => [normalizedName, id]));
  };
  const found = await read();
  // In one order, so that two transactions that create the same ones wait for each other.
  const missing = [...wanted]
    .filter(([normalizedName]) => !found.has(normalizedName))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, displayName]) => ({ id: uuidv7(), ...nameColumns(displayName) }));
  if (missing.length === 0) return found;
  await tx.run(
    query
      .insertInto('organization')
      .values(missing)
      .onConflict((conflict) => conflict.columns(['tenantId', 'normalizedName']).doNothing()),
  );
  return read();
}
