/**
 * Warmness: how well a contact is known, 0 (cold) to 10, as the sum of four parts.
 *
 * base e-mail, phone, organization, job title: 1 each activity activities of the last 30 days: 1
 * each up to 3; and 2 for a MEETING, 1 for a CALL, 1 for an EMAIL among them relationship open and
 * won deals together over 10,000: 2, over 1,000: 1; lead status QUALIFIED or CONTACTED: 1
 * engagement last activity less than 7 days ago: 2, less than 30: 1, more than 90: −1; over half of
 * the messages answered: 1
 *
 * Time alone changes it: an activity in the future begins to count, one in the past grows too old.
 */
import type { LeadStatus } from '../../../generated/kysely.ts';
import { DAY } from '../../platform/time.ts';

export const ACTIVE_DAYS = 30;
const FRESH_DAYS = 7;
const COLD_DAYS = 90;

/** A moment in milliseconds since 1970. */
type Moment = number;

export interface WarmnessInputs {
  email: string | null;
  phone: string | null;
  organizationId: string | null;
  jobTitle: string | null;
  leadStatus: LeadStatus | null;
  /** 0 to 1. */
  responseRate: number;
  /** Of the open and won deals together. */
  dealValue: number;
  /** Of the last 30 days, those in the future left out. */
  recentCount: number;
  recentMeeting: boolean;
  recentCall: boolean;
  recentEmail: boolean;
  oldestRecentAt: Moment | null;
  lastActivityAt: Moment | null;
  /** The first activity that lies in the future. */
  nextActivityAt: Moment | null;
}

/** Inputs of a contact of whom nothing is known but what is given. */
export const NOTHING_HAPPENED = {
  responseRate: 0,
  dealValue: 0,
  recentCount: 0,
  recentMeeting: false,
  recentCall: false,
  recentEmail: false,
  oldestRecentAt: null,
  lastActivityAt: null,
  nextActivityAt: null,
} as const;

export interface Warmness {
  base: number;
  activity: number;
  relationship: number;
  engagement: number;
  /** The parts together, from 0 to 10. */
  score: number;
  /** The first moment at which time alone may change a part; null if none ever does. */
  nextChangeAt: Moment | null;
}

export function warmnessOf(inputs: WarmnessInputs, now: Moment): Warmness {
  const parts = {
    base: baseOf(inputs),
    activity: activityOf(inputs),
    relationship: relationshipOf(inputs),
    engagement: engagementOf(inputs, now),
  };
  const sum = parts.base + parts.activity + parts.relationship + parts.engagement;
  return { ...parts, score: Math.min(Math.max(sum, 0), 10), nextChangeAt: nextChange(inputs, now) };
}

function baseOf({ email, phone, organizationId, jobTitle }: WarmnessInputs): number {
  return [email, phone, organizationId, jobTitle].filter((value) => value !== null).length;
}

function activityOf({
  recentCount,
  recentMeeting,
  recentCall,
  recentEmail,
}: WarmnessInputs): number {
  return (
    Math.min(recentCount, 3) +
    (recentMeeting ? 2 : 0) +
    (recentCall ? 1 : 0) +
    (recentEmail ? 1 : 0)
  );
}

function relationshipOf({ dealValue, leadStatus }: WarmnessInputs): number {
  const worth = dealValue > 10_000 ? 2 : dealValue > 1_000 ? 1 : 0;
  return worth + (leadStatus === 'QUALIFIED' || leadStatus === 'CONTACTED' ? 1 : 0);
}

function engagementOf({ lastActivityAt, responseRate }: WarmnessInputs, now: Moment): number {
  return (
    freshness(lastActivityAt === null ? null : now - lastActivityAt) + (responseRate > 0.5 ? 1 : 0)
  );
}

function freshness(age: number | null): number {
  if (age === null) return 0;
  if (age < FRESH_DAYS * DAY) return 2;
  if (age < ACTIVE_DAYS * DAY) return 1;
  return age > COLD_DAYS * DAY ? -1 : 0;
}

function nextChange(
  { oldestRecentAt, lastActivityAt, nextActivityAt }: WarmnessInputs,
  now: Moment,
): Moment | null {
  const moments = [
    nextActivityAt,
    oldestRecentAt === null ? null : oldestRecentAt + ACTIVE_DAYS * DAY,
    ...[FRESH_DAYS * DAY, ACTIVE_DAYS * DAY, COLD_DAYS * DAY + 1].map((age) =>
      lastActivityAt === null ? null : lastActivityAt + age,
    ),
  ];
  return moments.reduce<Moment | null>(
    (first, moment) =>
      moment !== null && moment > now && (first === null || moment < first) ? moment : first,
    null,
  );
}
