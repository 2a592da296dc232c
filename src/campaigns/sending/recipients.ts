/** The contacts that messages go to, as the parameters of a template see them. */
import { anyOf } from '../../platform/database/arrays.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Recipient } from '../whatsapp/template-parameters.ts';

const CONTACT_COLUMNS = [
  'contact.id',
  'contact.name',
  'contact.email',
  'contact.phoneE164',
  'contact.jobTitle',
  'contact.leadStatus',
] as const;

/** Reads contacts with their organizations in one statement; the result is keyed by contact id. */
export async function readRecipients(
  tx: Pick<TenantQueries, 'run'>,
  contactIds: readonly string[],
): Promise<Map<string, Recipient>> {
  const rows = await tx.run(
    query
      .selectFrom('contact')
      .leftJoin('organization', 'organization.id', 'contact.organizationId')
      .select(CONTACT_COLUMNS)
      .select([
        'organization.name as organizationName',
        'organization.industry',
        'organization.size',
        'organization.website',
      ])
      .select(['organization.address', 'organization.city', 'organization.country'])
      .where('contact.id', '=', anyOf(contactIds)),
  );
  return new Map(
    rows.map(
      ({ id, name, email, phoneE164, jobTitle, leadStatus, organizationName, ...details }) => [
        id,
        {
          contact: { name, email, phone: phoneE164, jobTitle, leadStatus },
          organization: organizationName === null ? null : { name: organizationName, ...details },
        },
      ],
    ),
  );
}
