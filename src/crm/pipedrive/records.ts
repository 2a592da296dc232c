/**
 * Records of Pipedrive's API v2 as this application understands them. Whatever a record lacks is
 * null.
 */
import type { ActivityType, DealStatus } from '../../../generated/kysely.ts';

/** The kinds of records, in the order in which they are synced. */
export const PIPEDRIVE_KINDS = ['organizations', 'persons', 'deals', 'activities'] as const;
/** One of PIPEDRIVE_KINDS. */
export type PipedriveKind = (typeof PIPEDRIVE_KINDS)[number];

/** What records of all kinds have. Ids are those of Pipedrive, as text. */
export interface CommonFields {
  id: string;
  /** The user of Pipedrive who owns the record. */
  ownerId: string | null;
  /** When it was last changed, in ISO 8601 without fractions; null if Pipedrive does not say. */
  updateTime: string | null;
  isDeleted: boolean;
}

/**
 * A record that is no longer in Pipedrive, of which nothing but its id is known. What takes a
 * record over looks at `isDeleted` first.
 */
export function goneRecord(id: string): GoneRecord {
  return {
    ...{ id, ownerId: null, updateTime: null, isDeleted: true, name: '', title: '', subject: '' },
    ...{ address: null, city: null, country: null, website: null, email: null, phone: null },
    ...{
      emails: [],
      phones: [],
      jobTitle: null,
      orgId: null,
      personId: null,
      value: 0,
      currency: null,
      status: null,
    },
    ...{ type: 'NOTE', note: null, occurredAt: '1970-01-01T00:00:00Z' },
  };
}
/** It has the fields of all kinds. */
type GoneRecord = PipedriveOrganization & PipedrivePerson & PipedriveDeal & PipedriveActivity;

/** An organization as Pipedrive has it; null where Pipedrive has no value. */
export interface PipedriveOrganization extends CommonFields {
  name: string;
  address: string | null;
  city: string | null;
  country: string | null;
  website: string | null;
}

/** An e-mail or a phone of a person, and what it is for. */
export interface PipedrivePoint {
  value: string;
  label: string | null;
}

/** A person as Pipedrive has it; null where Pipedrive has no value. */
export interface PipedrivePerson extends CommonFields {
  name: string;
  /** The first of `emails`. */
  email: string | null;
  /** The first of `phones`. */
  phone: string | null;
  /** In lower case, the primary one first; absent in what was kept before there were lists. */
  emails?: PipedrivePoint[];
  /** As they were typed, the primary one first. */
  phones?: PipedrivePoint[];
  jobTitle: string | null;
  orgId: string | null;
}

/** A deal as Pipedrive has it; `currency` says what `value` is in. */
export interface PipedriveDeal extends CommonFields {
  title: string;
  value: number;
  currency: string | null;
  /** Null if the deal is deleted, or has a status that is not known here. */
  status: DealStatus | null;
  personId: string | null;
  orgId: string | null;
}

/** An activity as Pipedrive has it; `occurredAt` is in ISO 8601. */
export interface PipedriveActivity extends CommonFields {
  type: ActivityType;
  subject: string;
  note: string | null;
  occurredAt: string;
  /** Null if the activity has no participants. */
  personId: string | null;
}

/** The record of each kind. */
export interface PipedriveRecords {
  organizations: PipedriveOrganization;
  persons: PipedrivePerson;
  deals: PipedriveDeal;
  activities: PipedriveActivity;
}

/** Why a record can't be used, in a sentence for the person who looks at the sync. */
export interface RecordFailure {
  /** The id in Pipedrive, or 'unknown' if the record has none. */
  externalId: string;
  message: string;
}
