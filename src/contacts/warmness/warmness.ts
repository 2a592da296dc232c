/**
 * Warmness: how well a contact is known, from 0 (cold) to 10. It is the sum of four parts, clamped:
 *
 * - base: 1 each for an e-mail, a phone, an organization and a job title.
 * - activity, of the last 30 days: 1 for each activity, up to 3; 2 more if one is a MEETING, 1 if
 *   one is a CALL, 1 if one is an EMAIL.
 * - relationship: 2 if its open and won deals together are worth more than 10,000, 1 if more than
 *   1,000; 1 for lead status QUALIFIED or CONTACTED.
 * - engagement: 2 if its last activity was less than 7 days ago, 1 if less than 30, −1 if more than
 *   90; 1 if it replied to more than half of the messages that reached it.
 *
 * Time alone can change it: future activities begin to count, past ones grow too old.
 *
 * This is the head of the room `warmness`, and a pure function. From outside the room, use
 * `refreshFigures` (kept-figures.ts), `initialFigures` (figures.ts) and recompute.ts.
 */
import type { LeadStatus } from '../../../generated/kysely.ts';
import { DAY } from '../../platform/time.ts';

/** Activities count for the part `activity` for this many days. */
export const ACTIVE_DAYS = 30;
const FRESH_DAYS = 7;
const COLD_DAYS = 90;

/** A moment in milliseconds since 1970. */
type Moment = number;

/** What warmness is computed from. */
export interface WarmnessInputs {
  email: string | null;
  phone: string | null;
  organizationId: string | null;
  jobTitle: string | null;
  leadStatus: LeadStatus | null;
  /** Replied messages divided by delivered ones, 0 to 1. */
  responseRate: number;
  /** The value of the open and won deals together, whatever their currencies. */
  dealValue: number;
  /** How many activities there were in the last 30 days; future ones do not count. */
  recentCount: number;
  recentMeeting: boolean;
  recentCall: boolean;
  recentEmail: boolean;
  oldestRecentAt: Moment | null;
  lastActivityAt: Moment | null;
  /** When the next future activity is. */
  nextActivityAt: Moment | null;
}

/** The inputs of a contact without activities, deals and messages. */
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

/** The parts of a warmness score and their sum. */
export interface Warmness {
  base: number;
  activity: number;
  relationship: number;
  engagement: number;
  /** The sum of the parts, clamped to 0..10. */
  score: number;
  /** The next moment at which time alone may change a part; null if there is none. */
  nextChangeAt: Moment | null;
}

/** The warmness at `now`, in milliseconds since 1970. */
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
