/** What can go wrong with Pipedrive, to be had on request. */
import type { SandboxKind } from './pipedrive-records.ts';

/**
 * How requests are answered in place of what they ask for. `error`: 503; `blocked`: 403 with a
 * page, as after hammering; `html`: 200 with a page; `half`: JSON that breaks off; `cut`: a
 * connection that does; `nothing`: 200 without a body; `busy`: 429; `spent`: 429 as the daily
 * budget is used up; `huge`: 20 MB; `silent`: never.
 */
export type FaultyAnswer =
  | 'error'
  | 'blocked'
  | 'html'
  | 'half'
  | 'cut'
  | 'nothing'
  | 'busy'
  | 'spent'
  | 'huge'
  | 'silent';

export interface PipedriveFaults {
  /** The share of requests that are answered with 500, 502 or 503; 0 to 1. */
  serverErrors?: number;
  answer?: FaultyAnswer;
  /** For how many requests `answer` holds; for all when absent. */
  times?: number;
  /** What next_cursor leads to: the page it is on, pages before, or ever more pages. */
  cursors?: 'same' | 'cycle' | 'endless';
  /** Each page comes twice, under two cursors. */
  repeatPages?: boolean;
  /** Each page ends with a record in which everything is null. */
  nullRecords?: boolean;
  /** How long each answer takes. */
  delayMs?: number;
  /** Answers come once this has resolved. */
  heldUntil?: Promise<void>;
  /** Only lists of these records are at fault. */
  kind?: SandboxKind;
}

export const BLOCKED_PAGE =
  '<!DOCTYPE html><html><head><title>Access denied</title></head><body><h1>Error 1015</h1><p>You are being rate limited.</p></body></html>';
export const HTML_PAGE =
  '<!DOCTYPE html><html><head><title>Pipedrive</title></head><body><p>We will be back soon.</p></body></html>';
export const HUGE_BYTES = 20_000_000;

const NULL_FIELDS: Record<SandboxKind, readonly string[]> = {
  organizations: ['name', 'address'],
  persons: ['name', 'org_id', 'emails', 'phones', 'job_title'],
  deals: ['title', 'value', 'currency', 'person_id', 'org_id', 'status'],
  activities: [
    'subject',
    'type',
    'due_date',
    'due_time',
    'done',
    'person_id',
    'participants',
    'note',
  ],
};

export function nullRecord(kind: SandboxKind): Record<string, null> {
  const common = ['id', 'owner_id', 'add_time', 'update_time', 'is_deleted', 'custom_fields'];
  return Object.fromEntries([...common, ...NULL_FIELDS[kind]].map((field) => [field, null]));
}
