/** The faults that the sandbox Pipedrive can be told to show. */
import type { SandboxKind } from './pipedrive-records.ts';

/**
 * What is sent in place of the proper response. `error`: 503; `blocked`: 403 with a page, as after
 * hammering; `unauthorized`: 401; `unpaid`: 402; `unsuccessful`: 200 with success false; `html`: 200 with a page; `half`: truncated JSON; `cut`: a connection that ends early;
 * `nothing`: 200 without a body; `busy`: 429; `spent`: 429 because the daily budget is used up;
 * `huge`: 20 MB; `silent`: no response, ever.
 */
export type FaultyAnswer =
  | 'error'
  | 'blocked'
  | 'unauthorized'
  | 'unpaid'
  | 'unsuccessful'
  | 'html'
  | 'half'
  | 'cut'
  | 'nothing'
  | 'busy'
  | 'spent'
  | 'huge'
  | 'silent';

/** The active faults; an empty object for none. */
export interface PipedriveFaults {
  /** The share of requests that get a 500, 502 or 503; 0 to 1. */
  serverErrors?: number;
  answer?: FaultyAnswer;
  /** For how many requests `answer` applies; for all when absent. */
  times?: number;
  /** Where next_cursor leads: to the same page, to earlier pages, or to ever more pages. */
  cursors?: 'same' | 'cycle' | 'endless';
  /** Each page comes twice, under two cursors. */
  repeatPages?: boolean;
  /** Each page ends with a record in which everything is null. */
  nullRecords?: boolean;
  /** The maximum number of records in a page; that of the request when absent. */
  pageSize?: number;
  /** Called before each response: what changes between any two requests. */
  beforeEach?: () => void;
  /** The delay of each response, in milliseconds. */
  delayMs?: number;
  /** Responses are held back until this resolves. */
  heldUntil?: Promise<void>;
  /** Limits the faults to lists of this kind; absent for all requests. */
  kind?: SandboxKind;
}

/** The page that comes with the 403 of `blocked`. */
export const BLOCKED_PAGE =
  '<!DOCTYPE html><html><head><title>Access denied</title></head><body><h1>Error 1015</h1><p>You are being rate limited.</p></body></html>';
/** The page that comes with the 200 of `html`. */
export const HTML_PAGE =
  '<!DOCTYPE html><html><head><title>Pipedrive</title></head><body><p>We will be back soon.</p></body></html>';
/** The size of the response of `huge`. */
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

/** A record of this kind with all of its fields, each null. */
export function nullRecord(kind: SandboxKind): Record<string, null> {
  const common = ['id', 'owner_id', 'add_time', 'update_time', 'is_deleted', 'custom_fields'];
  return Object.fromEntries([...common, ...NULL_FIELDS[kind]].map((field) => [field, null]));
}
