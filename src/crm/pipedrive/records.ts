/**
 * Records of Pipedrive's API v2 as Sheaf understands them. What a record lacks is null; only what
 * makes it useless (no id, no name) makes it a failure. A detail in another shape than expected
 * counts as missing: an e-mail address in an odd form must not cost the person.
 */
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { TenantTables } from '../../platform/database/tenant-scope.ts';
import { EMAIL_LENGTH, NOTES_LENGTH } from '../../platform/input.ts';

export const PIPEDRIVE_KINDS = ['organizations', 'persons', 'deals', 'activities'] as const;
export type PipedriveKind = (typeof PIPEDRIVE_KINDS)[number];

type ActivityType = Selectable<TenantTables['activity']>['type'];
type DealStatus = Selectable<TenantTables['deal']>['status'];

interface Known {
  /** Pipedrive's id. */
  id: string;
  /** Pipedrive's id of the user who owns it. */
  ownerId: string | null;
  /** ISO 8601 without fractions; null where Pipedrive does not say. */
  updateTime: string | null;
  isDeleted: boolean;
}

export interface PipedriveOrganization extends Known {
  name: string;
  address: string | null;
  city: string | null;
  country: string | null;
  website: string | null;
}

export interface PipedrivePerson extends Known {
  name: string;
  email: string | null;
  phone: string | null;
  jobTitle: string | null;
  orgId: string | null;
}

export interface PipedriveDeal extends Known {
  title: string;
  value: number;
  currency: string | null;
  /** Null: deleted, or in a state that Sheaf does not know. */
  status: DealStatus | null;
  personId: string | null;
  orgId: string | null;
}

export interface PipedriveActivity extends Known {
  type: ActivityType;
  subject: string;
  note: string | null;
  occurredAt: string;
  /** Null: it is about no person. */
  personId: string | null;
}

export interface PipedriveRecords {
  organizations: PipedriveOrganization;
  persons: PipedrivePerson;
  deals: PipedriveDeal;
  activities: PipedriveActivity;
}

export interface RecordFailure {
  /** Pipedrive's id, or 'unknown' of a record that has none. */
  externalId: string;
  message: string;
}

const NAME_LENGTH = 200;
/** numeric(18, 2) holds it, and so does a number with its cents. */
const LARGEST_VALUE = 9_999_999_999_999;

const id = z.union(
  [z.number().int().positive().transform(String), z.string().regex(/^\d{1,20}$/)],
  'has no id',
);
const reference = id.nullish().catch(null).transform(orNull);
/** Text that PostgreSQL stores, cut to `length`; null where nothing is left. */
const detail = (length: number) =>
  z
    .string()
    .nullish()
    .catch(null)
    .transform(
      (value) =>
        storable(value ?? '')
          .slice(0, length)
          .toWellFormed()
          .trim() || null,
    );
const name = z
  .string('has no name')
  .transform(storable)
  .refine((value) => value !== '', 'has no name')
  .refine(
    (value) => value.length <= NAME_LENGTH,
    `has a name of more than ${NAME_LENGTH} characters`,
  );
const moment = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => toMoment(value ?? null));
const flag = z
  .boolean()
  .nullish()
  .catch(null)
  .transform((value) => value === true);
const contactPoints = z
  .array(z.object({ value: z.string(), primary: flag }).nullable().catch(null))
  .nullish()
  .catch(null)
  .transform((list) =>
    (list ?? [])
      .filter((point) => point !== null)
      .sort((a, b) => Number(b.primary) - Number(a.primary)),
  );
const known = { id, owner_id: reference, update_time: moment, is_deleted: flag };

const Organization = z.object({
  ...known,
  name,
  address: z
    .union([
      z.object({
        value: detail(1_000),
        locality: detail(NAME_LENGTH),
        country: detail(NAME_LENGTH),
      }),
      detail(1_000).transform((value) => ({ value, locality: null, country: null })),
    ])
    .catch({ value: null, locality: null, country: null }),
  website: detail(2_000),
});

const Person = z.object({
  ...known,
  name,
  org_id: reference,
  emails: contactPoints,
  phones: contactPoints,
  job_title: detail(NAME_LENGTH),
});

const Deal = z.object({
  ...known,
  title: detail(NAME_LENGTH),
  value: z.number().min(-LARGEST_VALUE).max(LARGEST_VALUE).nullish().catch(null),
  currency: detail(10),
  status: z.string().nullish().catch(null),
  person_id: reference,
  org_id: reference,
});

const Activity = z.object({
  ...known,
  subject: detail(NAME_LENGTH),
  type: z.string().nullish().catch(null),
  due_date: z.string().nullish().catch(null),
  due_time: z.string().nullish().catch(null),
  done: flag,
  add_time: moment,
  person_id: reference,
  participants: z
    .array(z.object({ person_id: reference, primary: flag }).nullable().catch(null))
    .nullish()
    .catch(null),
  note: z.string().nullish().catch(null),
});

const SCHEMAS: { [Kind in PipedriveKind]: z.ZodType<PipedriveRecords[Kind]> } = {
  organizations: Organization.transform(({ address, ...organization }) => ({
    ...knownOf(organization),
    name: organization.name,
    address: address.value,
    city: address.locality,
    country: address.country,
    website: organization.website,
  })),
  persons: Person.transform((person) => ({
    ...knownOf(person),
    name: person.name,
    email: person.emails.map(({ value }) => value.trim().toLowerCase()).find(isEmail) ?? null,
    phone:
      person.phones
        .map(({ value }) => storable(value).slice(0, NAME_LENGTH).toWellFormed())
        .find((value) => value !== '') ?? null,
    jobTitle: person.job_title,
    orgId: person.org_id,
  })),
  deals: Deal.transform((deal) => ({
    ...knownOf(deal),
    title: deal.title ?? `Deal ${deal.id}`,
    value: Math.round((deal.value ?? 0) * 100) / 100,
    currency: deal.currency,
    status: DEAL_STATUS[deal.status ?? ''] ?? null,
    personId: deal.person_id,
    orgId: deal.org_id,
  })),
  activities: Activity.transform((activity) => ({
    ...knownOf(activity),
    type: activityType(activity),
    subject: activity.subject ?? activity.type ?? 'Activity',
    note: plainText(activity.note ?? ''),
    occurredAt: occurredAt(activity),
    personId: activity.person_id ?? participant(activity.participants ?? []),
  })),
};

/** What is in a record, or why it can't be used; never throws. */
export function readRecord<Kind extends PipedriveKind>(
  kind: Kind,
  record: unknown,
): { record: PipedriveRecords[Kind] } | { failure: RecordFailure } {
  const parsed = SCHEMAS[kind].safeParse(record);
  if (parsed.success) return { record: parsed.data };
  const given = id.safeParse(
    typeof record === 'object' && record !== null && 'id' in record ? record.id : null,
  );
  const isObject = typeof record === 'object' && record !== null;
  const problems = isObject
    ? [...new Set(parsed.error.issues.map((issue) => issue.message))].join(', ')
    : 'is no record';
  return {
    failure: {
      externalId: given.success ? given.data : 'unknown',
      message: `This ${ONE_OF[kind]} ${problems}.`,
    },
  };
}

/** What one record of a kind is called. */
const ONE_OF: Record<PipedriveKind, string> = {
  organizations: 'organization',
  persons: 'person',
  deals: 'deal',
  activities: 'activity',
};

const DEAL_STATUS: Record<string, DealStatus> = { open: 'OPEN', won: 'WON', lost: 'LOST' };
const ACTIVITY_TYPES: Record<string, ActivityType> = {
  call: 'CALL',
  email: 'EMAIL',
  meeting: 'MEETING',
  lunch: 'MEETING',
  note: 'NOTE',
  task: 'TASK',
  deadline: 'TASK',
};

/**
 * What is not done yet is a task, whatever it will be: a call that is planned contacted nobody.
 * Types of the company's own are tasks too.
 */
function activityType({ done, type }: z.output<typeof Activity>): ActivityType {
  return done ? (ACTIVITY_TYPES[type ?? ''] ?? 'TASK') : 'TASK';
}

/**
 * When it is due (UTC), but for what was done before it was due: that is over since it was changed
 * last.
 */
function occurredAt(activity: z.output<typeof Activity>): string {
  const { done, add_time: added, update_time: updated } = activity;
  const due = toMoment(
    activity.due_date
      ? `${activity.due_date}T${/^\d\d:\d\d(:\d\d)?/.exec(activity.due_time ?? '')?.[0] ?? '00:00'}Z`
      : null,
  );
  if (due !== null && !(done && updated !== null && due > updated)) return due;
  return updated ?? added ?? '1970-01-01T00:00:00Z';
}

function participant(
  participants: readonly ({ person_id: string | null; primary: boolean } | null)[],
): string | null {
  const persons = participants.filter((one) => one?.person_id != null);
  return (persons.find((one) => one?.primary) ?? persons[0])?.person_id ?? null;
}

function knownOf(record: {
  id: string;
  owner_id: string | null;
  update_time: string | null;
  is_deleted: boolean;
}): Known {
  return {
    id: record.id,
    ownerId: record.owner_id,
    updateTime: record.update_time,
    isDeleted: record.is_deleted,
  };
}

/** A moment in UTC without fractions, whether it has a zone or not; null for what is none. */
function toMoment(value: string | null): string | null {
  if (value === null) return null;
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(
    value,
  );
  const parsed = match
    ? new Date(`${match[1]}T${match[2]}${match[3] ?? 'Z'}`)
    : new Date(Number.NaN);
  const year = Number.isNaN(parsed.getTime()) ? 0 : parsed.getUTCFullYear();
  return year >= 1900 && year < 3000 ? `${parsed.toISOString().slice(0, 19)}Z` : null;
}

/** Without what PostgreSQL does not store. */
function storable(value: string): string {
  return value.replaceAll('\u0000', '').toWellFormed().trim();
}

function isEmail(value: string): boolean {
  return (
    value.length <= EMAIL_LENGTH &&
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) &&
    storable(value) === value
  );
}

const ENTITIES: Record<string, string> = {
  '&nbsp;': ' ',
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/**
 * Pipedrive's notes are HTML; nothing here is ever shown as such, so this is for legibility alone.
 */
function plainText(html: string): string | null {
  const text = html
    .replace(/<br\s*\/?>|<\/(?:p|div|li)>/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(?:nbsp|amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
  return storable(text).slice(0, NOTES_LENGTH).toWellFormed() || null;
}

function orNull(value: string | null | undefined): string | null {
  return value ?? null;
}
