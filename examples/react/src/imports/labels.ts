import type { ContactImportField, ContactImportMatch } from '../generated/graphql.ts';
import type { Tone } from '../shared/progress-bar.tsx';
import type { ContactImport, Preview } from './documents.ts';

export const FIELD_LABEL: Record<ContactImportField, string> = {
  NAME: 'Name',
  FIRST_NAME: 'First name',
  LAST_NAME: 'Last name',
  EMAIL: 'E-mail',
  PHONE: 'Phone',
  JOB_TITLE: 'Job title',
  ORGANIZATION: 'Organization',
  LEAD_STATUS: 'Lead status',
  OWNER: 'Owner',
  MARKETING_CONSENT: 'Wants campaigns',
  CONSENT_AT: 'Wants campaigns since',
  ID: 'Id from an export',
};

export const MATCH_LABEL: Record<ContactImportMatch, string> = {
  UPDATE: 'Update them',
  SKIP: 'Leave them as they are',
  CREATE: 'Add them once more',
};

type Outcome = Preview['rows'][number]['outcome'];

export const OUTCOME_LABEL: Record<Outcome, string> = {
  CREATED: 'New',
  UPDATED: 'Update',
  SKIPPED: 'Skip',
  FAILED: 'Problem',
};

export const OUTCOME_TONE: Record<Outcome, Tone> = {
  CREATED: 'good',
  UPDATED: 'accent',
  SKIPPED: 'muted',
  FAILED: 'bad',
};

export const STATUS_TONE: Record<ContactImport['status'], Tone> = {
  QUEUED: 'muted',
  RUNNING: 'accent',
  COMPLETED: 'good',
  FAILED: 'bad',
};

export const COUNTS = ['created', 'updated', 'unchanged', 'skipped', 'failed'] as const;
