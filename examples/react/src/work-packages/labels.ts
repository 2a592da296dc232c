import type { TimelineStatus, WorkItemStatus, WorkPackageStatus } from '../generated/graphql.ts';
import type { Tone } from '../shared/progress-bar.tsx';

export const TIMELINE_LABEL: Record<TimelineStatus, string> = {
  NOT_STARTED: 'Not started',
  ON_TRACK: 'On track',
  AT_RISK: 'At risk',
  OVERDUE: 'Overdue',
  COMPLETED: 'Done',
};

/** What a manager has to know of the two that need somebody. */
export const TIMELINE_MEANING: Partial<Record<TimelineStatus, string>> = {
  AT_RISK: 'Less is done than should be by now.',
  OVERDUE: 'Their last day has passed.',
};

export const TIMELINE_TONE: Record<TimelineStatus, Tone> = {
  NOT_STARTED: 'muted',
  ON_TRACK: 'accent',
  AT_RISK: 'bad',
  OVERDUE: 'bad',
  COMPLETED: 'good',
};

export const PACKAGE_STATUS_LABEL: Record<WorkPackageStatus, string> = {
  DRAFT: 'Draft',
  ACTIVE: 'Active',
  COMPLETED: 'Completed',
  ARCHIVED: 'Archived',
};

export const ITEM_LABEL: Record<WorkItemStatus, string> = {
  NOT_STARTED: 'Not started',
  IN_PROGRESS: 'In progress',
  IN_REVIEW: 'In review',
  COMPLETED: 'Done',
};

/** Only what is being worked on is late or in time. */
export function toneOf({
  status,
  timelineStatus,
}: {
  status: WorkPackageStatus;
  timelineStatus: TimelineStatus;
}): Tone {
  if (status === 'ACTIVE') return TIMELINE_TONE[timelineStatus];
  return status === 'COMPLETED' ? 'good' : 'muted';
}
