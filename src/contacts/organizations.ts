/** Organizations: the client companies. One normalised name exists once in a tenant. */
import { type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { anyOf } from '../platform/database/arrays.ts';
import { violates } from '../platform/database/sql-errors.ts';
import { preparedFor, type TenantTransaction } from '../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../platform/database/tenant-scope.ts';
import { userError } from '../platform/errors.ts';
import { name, parseInput } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { normalizeOrganizationName } from './organization-name.ts';

/** The name of an organization: one with nothing left to compare by is refused. */
export const organizationName = () => name().refine((value) => normalizeOrganizationName(value) !== '', 'Expected a name that holds more than punctuation.');

const detail = () => name().nullish();
const CreateOrganization = z.object({
  name: organizationName(),
  industry: detail(),
  size: detail(),
  website: name(2_000).nullish(),
  address: name(1_000).nullish(),
  city: detail(),
  country: detail(),
});

export const ORGANIZATION_COLUMNS = [
  'id',
  'name',
  'normalizedName',
  'industry',
  'size',
  'website',
  'address',
  'city',
  'country',
  'contactCount',
  'createdAt',
  'updatedAt',
] as const;

export type OrganizationColumn = (typeof ORGANIZATION_COLUMNS)[number];

/** An organization as it is read. */
export type OrganizationRow = Pick<Selectable<TenantTables['organization']>, (typeof ORGANIZATION_COLUMNS)[number]>;

interface ById {
  ids: string[];
  portalContactId: string | null;
}

/** Organizations by id: `ids`; with `portalContactId` only that contact's own one. */
export const organizationsById = preparedFor(ORGANIZATION_COLUMNS, (columns: readonly OrganizationColumn[], p: ById) =>
  query
    .selectFrom('organization')
    .select(columns)
    .where('id', '=', anyOf(p.ids))
    .where((eb) =>
      eb.or([
        sql<boolean>`${p.portalContactId}::uuid is null`,
        eb('id', '=', eb.selectFrom('contact').select('contact.organizationId').where('contact.id', '=', p.portalContactId)),
      ]),
    )
    .$castTo<OrganizationRow>(),
);

/** Adds an organization; a name that is taken, also by another way of writing it, is TAKEN. */
export async function createOrganization(platform: Platform, viewer: Viewer, input: z.input<typeof CreateOrganization>) {
  const values = parseInput(CreateOrganization, input);
  const row = { ...values, id: uuidv7(), normalizedName: normalizeOrganizationName(values.name) };
  try {
    const [organization] = await platform.database.forTenant(viewer).run(query.insertInto('organization').values(row).returning(ORGANIZATION_COLUMNS));
    return { organization };
  } catch (error) {
    if (violates(error, 'organization_tenantId_normalizedName_key')) throw userError('TAKEN', ['name'], 'An organization of this name exists.');
    throw error;
  }
}

/** The id of the organization with this normalised name, which is made where there is none; concurrent calls get one. */
export async function findOrCreateOrganization(tx: TenantTransaction, displayName: string): Promise<string> {
  const normalizedName = normalizeOrganizationName(displayName);
  const [row] = await tx.run(
    query
      .insertInto('organization')
      .values({ id: uuidv7(), name: displayName, normalizedName })
      // Updating a column to what it is makes the existing row come back, and locks it until the commit.
      .onConflict((conflict) => conflict.columns(['tenantId', 'normalizedName']).doUpdateSet({ normalizedName }))
      .returning('id'),
  );
  if (!row) throw new Error('An upsert returned no row.');
  return row.id;
}

/** Moves the kept number of contacts by `change`, in the transaction that moves the contact. */
export async function adjustContactCount(tx: TenantTransaction, organizationId: string, change: number): Promise<void> {
  const contactCount = sql<number>`"contactCount" + ${change}`;
  await tx.run(query.updateTable('organization').set({ contactCount }).where('id', '=', organizationId));
}
