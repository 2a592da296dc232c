/** Where the details of a contact are from, by what the CRM said last of its person. */
import { sql } from 'kysely';
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { PipedrivePerson } from './pipedrive/records.ts';

/** The details of a contact that a sync writes. */
export const SYNCED_DETAILS = [
  'NAME',
  'EMAIL',
  'PHONE',
  'JOB_TITLE',
  'ORGANIZATION',
  'OWNER',
] as const;
/** Who a detail is from. */
export const SOURCES = ['PIPEDRIVE', 'USER'] as const;

/** Where one detail is from. */
export interface DetailSource {
  detail: (typeof SYNCED_DETAILS)[number];
  source: (typeof SOURCES)[number];
}

/** Contacts with what was said last of the persons that they follow. */
export const saidOfContacts = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('contact')
    .innerJoin('crm_record', (join) =>
      join
        .on('crm_record.kind', '=', sql.lit('persons'))
        .onRef('crm_record.externalId', '=', 'contact.pipedrivePersonId'),
    )
    .select([
      'contact.id',
      'contact.name',
      'contact.email',
      'contact.phone',
      'contact.jobTitle',
      'contact.organizationId',
      'contact.ownerId',
      'crm_record.record',
      'crm_record.organizationId as saidOrganizationId',
      'crm_record.userId as saidUserId',
    ])
    .where('contact.id', '=', anyOf(p.ids))
    .where('crm_record.record', 'is not', null)
    // The column holds what a sync understood.
    .$castTo<SaidOfContact>(),
);

interface SaidOfContact {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  jobTitle: string | null;
  organizationId: string | null;
  ownerId: string;
  record: PipedrivePerson;
  saidOrganizationId: string | null;
  saidUserId: string | null;
}

/** Where the details that the contact has are from; the CRM's where both say the same. */
export function sourcesOf(said: SaidOfContact): DetailSource[] {
  const { record } = said;
  const details: Record<DetailSource['detail'], [ours: string | null, theirs: (string | null)[]]> =
    {
      NAME: [said.name, [record.name]],
      EMAIL: [said.email, record.emails?.map(({ value }) => value) ?? [record.email]],
      PHONE: [said.phone, record.phones?.map(({ value }) => value) ?? [record.phone]],
      JOB_TITLE: [said.jobTitle, [record.jobTitle]],
      ORGANIZATION: [said.organizationId, [said.saidOrganizationId]],
      OWNER: [said.ownerId, [said.saidUserId]],
    };
  return SYNCED_DETAILS.flatMap((detail) => {
    const [ours, theirs] = details[detail];
    if (ours === null) return [];
    const isSaid =
      theirs.includes(ours) || (detail === 'EMAIL' && theirs.includes(ours.toLowerCase()));
    return { detail, source: isSaid ? 'PIPEDRIVE' : 'USER' };
  });
}
