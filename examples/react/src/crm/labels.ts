import type { CrmSyncStatus } from '../generated/graphql.ts';
import type { Tone } from '../shared/progress-bar.tsx';

export const SYNC_LABEL: Record<CrmSyncStatus, string> = {
  QUEUED: 'Waiting',
  RUNNING: 'Running',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
};

export const SYNC_TONE: Record<CrmSyncStatus, Tone> = {
  QUEUED: 'muted',
  RUNNING: 'accent',
  COMPLETED: 'good',
  FAILED: 'bad',
};

export const SYNC_COUNTS = ['created', 'updated', 'unchanged', 'failed'] as const;
