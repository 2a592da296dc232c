/**
 * Reads records of Pipedrive's API v2. Only what makes a record useless, such as a missing id or
 * name, makes it a failure.
 */
import { z } from 'zod';
import type { ActivityType, DealStatus } from '../../../generated/kysely.ts';
import { AddressProblem, readEmails } from '../../contacts/index.ts';
import { NAME_LENGTH } from '../../platform/input.ts';
import {
  contactPoints,
  detail,
  flag,
  id,
  moment,
  name,
  plainText,
  reference,
  shortened,
  storable,
  toMoment,
} from './field-values.ts';
import {
  type CommonFields,
  goneRecord,
  type PipedriveKind,
  type PipedrivePoint,
  type PipedriveRecords,
  type RecordFailure,
} from './records.ts';

/** The column numeric(18, 2) holds it, and a number is exact to the cent up to it. */
const MAX_DEAL_VALUE = 9_999_999_999_999;

const common = { id, owner_id: reference, update_time: moment, is_deleted: flag };

const Organization = z.object({
  ...common,
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
  ...common,
  name,
  org_id: reference,
  emails: contactPoints,
  phones: contactPoints,
  job_title: detail(NAME_LENGTH),
});

const Deal = z.object({
  ...common,
  title: detail(NAME_LENGTH),
  value: z.number().min(-MAX_DEAL_VALUE).max(MAX_DEAL_VALUE).nullish().catch(null),
  currency: detail(10),
  status: z.string().nullish().catch(null),
  person_id: reference,
  org_id: reference,
});

const Activity = z.object({
  ...common,
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
    ...commonOf(organization),
    name: shortened(organization.name),
    address: address.value,
    city: address.locality,
    country: address.country,
    website: organization.website,
  })),
  persons: Person.transform((person) => {
    const emails = emailsOf(person.emails);
    const phones = phonesOf(person.phones);
    return {
      ...commonOf(person),
      name: shortened(person.name),
      email: emails[0]?.value ?? null,
      phone: phones[0]?.value ?? null,
      emails,
      phones,
      jobTitle: person.job_title,
      orgId: person.org_id,
    };
  }),
  deals: Deal.transform((deal) => ({
    ...commonOf(deal),
    title: deal.title ?? `Deal ${deal.id}`,
    value: Math.round((deal.value ?? 0) * 100) / 100,
    currency: deal.currency,
    status: DEAL_STATUS[deal.status ?? ''] ?? null,
    personId: deal.person_id,
    orgId: deal.org_id,
  })),
  activities: Activity.transform((activity) => ({
    ...commonOf(activity),
    type: activityType(activity),
    subject: activity.subject ?? activity.type ?? 'Activity',
    note: plainText(activity.note ?? ''),
    occurredAt: occurredAt(activity),
    personId: activity.person_id ?? participant(activity.participants ?? []),
  })),
};

/**
 * A record, with a note if its name was too long, or why it can't be used; never throws.
 */
export function readRecord<Kind extends PipedriveKind>(
  kind: Kind,
  record: unknown,
): { record: PipedriveRecords[Kind]; note: RecordFailure | null } | { failure: RecordFailure } {
  const parsed = SCHEMAS[kind].safeParse(record);
  if (parsed.success) return { record: parsed.data, note: noteOn(kind, record, parsed.data.id) };
  const given = id.safeParse(
    typeof record === 'object' && record !== null && 'id' in record ? record.id : null,
  );
  // Of a deleted record nothing but its id matters.
  const deleted = Deleted.safeParse(record);
  if (deleted.success) return { record: goneRecord(deleted.data.id), note: null };
  const isObject = typeof record === 'object' && record !== null;
  const problems = isObject
    ? [...new Set(parsed.error.issues.map((issue) => issue.message))].join(', ')
    : 'is not a record';
  return {
    failure: {
      externalId: given.success ? given.data : 'unknown',
      message: `This ${ONE_OF[kind]} ${problems}.`,
    },
  };
}

const Deleted = z.object({ id, is_deleted: z.literal(true) });
const Named = z.object({ name: z.string().transform(storable) });

function noteOn(kind: PipedriveKind, record: unknown, externalId: string): RecordFailure | null {
  const { data } = Named.safeParse(record);
  return (kind === 'organizations' || kind === 'persons') && data && data.name.length > NAME_LENGTH
    ? {
        externalId,
        message: `The name of this ${ONE_OF[kind]} has more than ${NAME_LENGTH} characters and was shortened.`,
      }
    : null;
}

/** The word for one record of a kind. */
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
 * Only what is done has its type: a planned call has not reached anybody, so it is a task until
 * then. Types that a company made itself are tasks too.
 */
function activityType({ done, type }: z.output<typeof Activity>): ActivityType {
  return done ? (ACTIVITY_TYPES[type ?? ''] ?? 'TASK') : 'TASK';
}

/**
 * The moment at which an activity is due, in UTC. One that was done before it was due counts from
 * its last change.
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

type GivenPoints = z.output<typeof contactPoints>;

/** Of e-mails, those that are addresses; several in one field are as many. */
function emailsOf(points: GivenPoints): PipedrivePoint[] {
  return points.flatMap(({ value, label }) =>
    addressesIn(storable(value)).map((address) => ({ value: address.toLowerCase(), label })),
  );
}

function addressesIn(text: string): string[] {
  try {
    return readEmails(text);
  } catch (error) {
    if (error instanceof AddressProblem) return [];
    throw error;
  }
}

function phonesOf(points: GivenPoints): PipedrivePoint[] {
  return points
    .map(({ value, label }) => ({
      value: storable(value).slice(0, NAME_LENGTH).toWellFormed(),
      label,
    }))
    .filter(({ value }) => value !== '');
}

/** The primary participant, or else the first. */
function participant(
  participants: readonly ({ person_id: string | null; primary: boolean } | null)[],
): string | null {
  const persons = participants.filter((one) => one?.person_id != null);
  return (persons.find((one) => one?.primary) ?? persons[0])?.person_id ?? null;
}

function commonOf(record: {
  id: string;
  owner_id: string | null;
  update_time: string | null;
  is_deleted: boolean;
}): CommonFields {
  return {
    id: record.id,
    ownerId: record.owner_id,
    updateTime: record.update_time,
    isDeleted: record.is_deleted,
  };
}
