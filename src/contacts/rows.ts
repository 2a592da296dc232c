/** Contacts and activities as they are read: without what no reader needs. */
import type { Selectable } from 'kysely';
import type { TenantTables } from '../platform/database/tenant-scope.ts';

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
