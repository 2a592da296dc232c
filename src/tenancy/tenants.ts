/** Tenants: the agencies of this server. */
import { getCountries } from 'libphonenumber-js/min';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { Database } from '../platform/database/database.ts';
import { prismaOf } from '../platform/database/prisma-access.ts';
import { email, inGraphQL, name, parseInput } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import { searchText } from '../platform/text.ts';
import { isTimeZone } from '../platform/time-zone.ts';
import type { Membership, Viewer } from '../schema-builder/context.ts';

const COUNTRIES: ReadonlySet<string> = new Set(getCountries());
/** Longer than any code; shorter ones are left to their own check. */
const COUNTRY_LENGTH = 50;
/** Longer than the name of any zone. */
const TIME_ZONE_LENGTH = 100;
const country = z
  .string()
  .register(inGraphQL, { maxLength: COUNTRY_LENGTH })
  .refine(
    (code) => COUNTRIES.has(code),
    'Expected an ISO 3166 country code of two capital letters, such as US.',
  );
/** The input of updateTenant. */
export const UpdateTenant = z
  .object({
    name: name().optional().describe('The new name of the agency; unchanged if left out.'),
    country: country
      .optional()
      .describe(
        'The new country, as an ISO 3166 code of two capital letters such as US; unchanged if left out. Phone numbers that are already stored do not change.',
      ),
    timeZone: z
      .string()
      .register(inGraphQL, { maxLength: TIME_ZONE_LENGTH })
      .refine(isTimeZone, 'Expected a time zone of the IANA database, such as Europe/Berlin.')
      .optional()
      .describe(
        'The new time zone, as the IANA database calls it, such as Europe/Berlin; unchanged if left out.',
      ),
  })
  .describe('What to change in your own tenant.');
const CreateTenant = z.object({
  name: name(),
  country,
  owner: email(),
  externalId: name().optional(),
});

/** A tenant as it is read. */
export interface TenantRow {
  id: string;
  name: string;
  country: string;
  timeZone: string;
}

const TENANT_COLUMNS = {
  id: true,
  name: true,
  country: true,
  timeZone: true,
} as const satisfies Record<keyof TenantRow, true>;

/** Changes the given fields of the viewer's own tenant; those left out stay as they are. */
export async function updateTenant(
  platform: Platform,
  viewer: Viewer,
  change: z.output<typeof UpdateTenant>,
) {
  return {
    tenant: await prismaOf(platform.database).tenant.update({
      where: { id: viewer.tenantId },
      data: change,
      select: TENANT_COLUMNS,
    }),
  };
}

/** The viewer's own tenant. */
export function readTenant(platform: Platform, viewer: Pick<Viewer, 'tenantId'>) {
  return prismaOf(platform.database).tenant.findUniqueOrThrow({
    where: { id: viewer.tenantId },
    select: TENANT_COLUMNS,
  });
}

/** A membership with its tenant. */
export interface MembershipRow {
  tenant: TenantRow;
  role: Membership['role'];
}

/** The agencies of a person with its role in each, by their name. One statement. */
export async function readMemberships(
  platform: Platform,
  memberships: readonly Membership[],
): Promise<MembershipRow[]> {
  const roles = new Map(memberships.map(({ tenantId, role }) => [tenantId, role]));
  const ids = [...roles.keys()];
  const orderBy = [{ name: 'asc' as const }, { id: 'asc' as const }];
  const tenants = await prismaOf(platform.database).tenant.findMany({
    where: { id: { in: ids } },
    select: TENANT_COLUMNS,
    orderBy,
  });
  return tenants.flatMap((tenant) => {
    const role = roles.get(tenant.id);
    return role === undefined ? [] : [{ tenant, role }];
  });
}

/**
 * Creates a tenant with its first owner, who may have users in other tenants too; for the command
 * line. Where this owner has a tenant of this name, resolves to that one, unchanged. Throws a
 * UserInputError for wrong input.
 */
export async function createTenant(database: Database, input: z.input<typeof CreateTenant>) {
  const {
    name: tenantName,
    country: code,
    owner,
    externalId = null,
  } = parseInput(CreateTenant, input);
  const tenantId = uuidv7();
  const user = {
    id: uuidv7(),
    name: owner,
    email: owner,
    role: 'OWNER' as const,
    externalId,
    searchText: searchText(owner),
  };
  const client = prismaOf(database);
  return client.$transaction(async (tx) => {
    // Two commands at once for one owner: the second waits, and finds the tenant of the first.
    await tx.$queryRaw`select 1 from pg_advisory_xact_lock(hashtextextended(${`create-tenant:${owner}`}, 0))`;
    const known = await tx.tenant.findFirst({
      where: { name: tenantName, users: { some: { email: owner, role: 'OWNER' } } },
      include: { users: { where: { email: owner } } },
    });
    if (known) return { tenant: known, isNew: false };
    const tenant = await tx.tenant.create({
      data: { id: tenantId, name: tenantName, country: code, users: { create: user } },
      include: { users: true },
    });
    return { tenant, isNew: true };
  });
}
