/** The columns of contacts and activities that the API reads. */
import type { Selectable } from 'kysely';
import type { TenantTables } from '../platform/database/tenant-scope.ts';

/** The columns of a contact; its search text and other internals are left out. */
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
  'pipedrivePersonId',
  'addedToCampaign',
  'warmnessScore',
  'warmnessBase',
  'warmnessActivity',
  'warmnessRelationship',
  'warmnessEngagement',
  'warmnessComputedAt',
  'lastContactedAt',
  'createdAt',
  'updatedAt',
] as const;

export type ContactColumn = (typeof CONTACT_COLUMNS)[number];

export type ContactRow = Pick<Selectable<TenantTables['contact']>, ContactColumn>;

/** The columns of an activity. */
export const ACTIVITY_COLUMNS = [
  'id',
  'contactId',
  'userId',
  'type',
  'subject',
  'note',
  'occurredAt',
  'createdAt',
] as const;

export type ActivityColumn = (typeof ACTIVITY_COLUMNS)[number];

export type ActivityRow = Pick<Selectable<TenantTables['activity']>, ActivityColumn>;
