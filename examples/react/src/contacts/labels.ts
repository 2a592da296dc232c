import type { ActivityType, LeadStatus } from '../generated/graphql.ts';
import type { ListedContact } from './contact-list.ts';

export const ACTIVITY_LABEL: Record<ActivityType, string> = {
  CALL: 'Call',
  EMAIL: 'E-mail',
  MEETING: 'Meeting',
  NOTE: 'Note',
  TASK: 'Task',
};

export const LEAD_LABEL: Record<LeadStatus, string> = {
  NEW: 'New',
  CONTACTED: 'Contacted',
  QUALIFIED: 'Qualified',
  UNQUALIFIED: 'Unqualified',
};

type Part = Exclude<keyof ListedContact['warmness'], 'score' | '__typename'>;

/** What a score is made of; `most` is the greatest that a part comes to. */
export const WARMNESS_PARTS: readonly { part: Part; label: string; hint: string; most: number }[] =
  [
    {
      part: 'base',
      label: 'Base',
      hint: 'E-mail, phone, organization and job title are known',
      most: 4,
    },
    {
      part: 'activity',
      label: 'Activity',
      hint: 'Calls, e-mails and meetings of the last 30 days',
      most: 7,
    },
    { part: 'relationship', label: 'Relationship', hint: 'Deals and lead status', most: 3 },
    {
      part: 'engagement',
      label: 'Engagement',
      hint: 'How fresh the last activity is, and answers to messages',
      most: 3,
    },
  ];
