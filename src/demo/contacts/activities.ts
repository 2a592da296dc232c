/** The activities of the demo data's contacts, and their deals. */
import { DAY, HOUR, MINUTE } from '../../platform/time.ts';
import type { Agency } from '../agency.ts';
import { Random } from '../random.ts';
import { idOf } from '../tenants.ts';

/** What activities need to know of a contact. */
export interface Acquaintance {
  ownerId: string;
  organizationId: string | null;
  createdAt: Date;
}

const SUBJECTS = {
  CALL: [
    'Introductory call',
    'Call about the brief',
    'Call about next quarter',
    'Called back about the invoice',
    'Check-in call',
  ],
  EMAIL: [
    'Sent the proposal',
    'Sent case studies',
    'Answered questions about the schedule',
    'Sent the revised offer',
    'Thanked for the meeting',
  ],
  MEETING: [
    'Kick-off',
    'Workshop on personas',
    'Review of the first drafts',
    'Lunch',
    'Planning for next year',
  ],
  NOTE: [
    'Prefers e-mail in the morning',
    'Budget is decided in autumn',
    'Knows our work for a competitor',
    'Has a new colleague for social media',
  ],
  TASK: ['Prepare an offer', 'Send references', 'Ask for the brand guide', 'Follow up'],
} as const;
type Type = keyof typeof SUBJECTS;
const TYPES: readonly Type[] = [
  'CALL',
  'CALL',
  'EMAIL',
  'EMAIL',
  'EMAIL',
  'EMAIL',
  'MEETING',
  'NOTE',
  'NOTE',
  'TASK',
];
const NOTES = [
  'Open to a longer cooperation if the first pieces do well.',
  'Wants to see examples from their own industry.',
  'Asked for a fixed price per piece.',
  'Will talk to the managing director and come back to us.',
  'Needs everything in two languages.',
];
const DEALS = [
  'Content retainer',
  'Website relaunch',
  'Product launch',
  'Newsletter for a year',
  'Case studies',
  'Social media package',
];

/** Some contacts have many activities and some none; a few activities are planned. */
export function* activityRows(
  { tenant, midnight, volume }: Agency,
  people: readonly Acquaintance[],
) {
  const random = new Random(`${tenant.key}/activities`);
  for (let index = 0; index < volume.activities; index += 1) {
    const contact = Math.floor(random.fraction() ** 1.6 * people.length);
    const { ownerId, createdAt } = people[contact] as Acquaintance;
    const type = random.pick(TYPES);
    const age = midnight - createdAt.getTime();
    const planned = random.chance(0.01);
    const occurredAt =
      Math.floor(
        (planned
          ? midnight + random.fraction() * 14 * DAY
          : midnight - random.fraction() ** 0.7 * age) / MINUTE,
      ) * MINUTE;
    yield {
      tenantId: tenant.id,
      id: idOf(tenant, 'activity', index),
      contactId: idOf(tenant, 'contact', contact),
      userId: random.chance(0.9)
        ? ownerId
        : idOf(tenant, 'user', random.whole(0, tenant.team.length - 1)),
      type,
      subject: random.pick(SUBJECTS[type]),
      note: random.chance(0.25) ? random.pick(NOTES) : null,
      occurredAt: new Date(occurredAt),
      createdAt: new Date(Math.min(occurredAt, midnight - HOUR)),
    };
  }
}

/** One contact in four has a deal. */
export function* dealRows({ tenant, midnight }: Agency, people: readonly Acquaintance[]) {
  for (const [index, { organizationId, createdAt }] of people.entries()) {
    const random = new Random(`${tenant.key}/deal/${index}`);
    if (!random.chance(0.25)) continue;
    const moment = new Date(
      midnight - Math.floor(random.fraction() * ((midnight - createdAt.getTime()) / HOUR)) * HOUR,
    );
    yield {
      tenantId: tenant.id,
      id: idOf(tenant, 'deal', index),
      contactId: idOf(tenant, 'contact', index),
      organizationId,
      title: random.pick(DEALS),
      value: random.whole(3, 160) * 250,
      currency: tenant.country === 'US' ? 'USD' : 'GBP',
      status: random.pick(['OPEN', 'OPEN', 'WON', 'LOST']),
      createdAt: moment,
      updatedAt: moment,
    };
  }
}
