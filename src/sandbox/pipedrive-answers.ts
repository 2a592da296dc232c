/** The responses of the sandbox Pipedrive, intact and faulty. */
import { DAY, SECOND } from '../platform/time.ts';
import type { Listing, PipedriveAccount, Place } from './pipedrive-account.ts';
import {
  BLOCKED_PAGE,
  type FaultyAnswer,
  HTML_PAGE,
  HUGE_BYTES,
  nullRecord,
  type PipedriveFaults,
} from './pipedrive-faults.ts';
import type { SandboxKind } from './pipedrive-records.ts';

/** A response before it is sent. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Null: no response is ever sent. */
  body: string | null;
  /** The connection ends after this many characters; absent for a whole response. */
  cutAt?: number;
}

/** An error response in the API's form. */
export function refuse(status: number, error: string): Answer {
  return { status, body: JSON.stringify({ success: false, error, errorCode: status }) };
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };

/** The 429 of an account whose daily budget is used up, until midnight (UTC). */
export function refuseUntilMidnight(): Answer {
  const untilMidnight = Math.ceil((DAY - (Date.now() % DAY)) / SECOND);
  const headers = {
    'x-ratelimit-limit': '0',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(untilMidnight),
    'x-daily-requests-left': '0',
  };
  return { ...refuse(429, 'Daily request limit reached'), headers };
}

/** The response that a fault replaces the real one with. */
export function answerFault(fault: FaultyAnswer): Answer {
  const page = JSON.stringify({
    success: true,
    data: [nullRecord('persons')],
    additional_data: { next_cursor: null },
  });
  const answers: Record<FaultyAnswer, () => Answer> = {
    error: () => refuse(503, 'Service unavailable'),
    unauthorized: () => refuse(401, 'unauthorized access'),
    unpaid: () => refuse(402, 'Payment required'),
    unsuccessful: () => ({ status: 200, body: '{"success":false,"data":null}' }),
    blocked: () => ({ status: 403, headers: HTML, body: BLOCKED_PAGE }),
    html: () => ({ status: 200, headers: HTML, body: HTML_PAGE }),
    half: () => ({ status: 200, body: page.slice(0, page.length / 2) }),
    cut: () => ({ status: 200, body: page, cutAt: page.length / 2 }),
    nothing: () => ({ status: 200, body: '' }),
    busy: () => ({
      ...refuse(429, 'request over limit'),
      headers: { 'retry-after': '0', 'x-ratelimit-remaining': '0' },
    }),
    spent: refuseUntilMidnight,
    huge: () => ({
      status: 200,
      body: JSON.stringify({ success: true, data: ' '.repeat(HUGE_BYTES) }),
    }),
    silent: () => ({ status: 0, body: null }),
  };
  return answers[fault]();
}

/** What a cursor holds: where its page begins, and the state that the faults need. */
interface Position {
  after: Place | null;
  /** Whether this is the second copy of a repeated page. */
  again?: boolean;
  /** The number of the page in a list without an end, from 1. */
  loop?: number;
}

interface ListRequest {
  parameters: URLSearchParams;
  faults: PipedriveFaults;
}

/** A page of a list; 400 for parameters that the API rejects. */
export function sendList(
  account: PipedriveAccount,
  kind: SandboxKind,
  { parameters, faults }: ListRequest,
): Answer {
  const listing = parseListing(parameters);
  if (typeof listing === 'string')
    return {
      status: 400,
      body: JSON.stringify({
        success: false,
        error: listing,
        code: 'ERR_SCHEMA_VALIDATION_FAILED',
      }),
    };
  const { position, ...rest } = listing;
  const limit = Math.min(rest.limit, faults.pageSize ?? rest.limit);
  const { records, next } = account.list(kind, { ...rest, limit, after: position.after });
  const data = faults.nullRecords ? [...records, nullRecord(kind)] : records;
  const following = nextPosition(position, next, faults);
  const additional = {
    next_cursor:
      following === null ? null : Buffer.from(JSON.stringify(following)).toString('base64url'),
  };
  return {
    status: 200,
    body: JSON.stringify({ success: true, data, additional_data: additional }),
  };
}

function nextPosition(
  position: Position,
  next: Place | null,
  faults: PipedriveFaults,
): Position | null {
  const loop = position.loop ?? 0;
  if (faults.cursors === 'same') return { after: null, loop: 1 };
  if (faults.cursors === 'cycle') return { after: null, loop: (loop % 3) + 1 };
  if (faults.cursors === 'endless') return { after: null, loop: loop + 1 };
  if (faults.repeatPages && !position.again) return { after: position.after, again: true };
  return next === null ? null : { after: next };
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/;

/** The parameters, or what is wrong with one of them. */
function parseListing(
  parameters: URLSearchParams,
): (Omit<Listing, 'after'> & { position: Position }) | string {
  const limit = Number(parameters.get('limit') ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) return 'limit: expected 1 to 500';
  const since = parameters.get('updated_since');
  if (since !== null && (!MOMENT.test(since) || Number.isNaN(Date.parse(since))))
    return 'updated_since: expected RFC 3339, such as 2025-01-01T10:20:00Z';
  const sortBy = parameters.get('sort_by') ?? 'id';
  if (sortBy !== 'id' && sortBy !== 'update_time') return 'sort_by: expected id or update_time';
  const direction = parameters.get('sort_direction') ?? 'asc';
  if (direction !== 'asc' && direction !== 'desc') return 'sort_direction: expected asc or desc';
  const position = parseCursor(parameters.get('cursor'));
  if (position === null) return 'cursor: not valid';
  const ids = parameters.get('ids');
  if (ids !== null && !/^\d+(,\d+){0,99}$/.test(ids)) return 'ids: expected up to 100';
  return {
    limit,
    updatedSince: since === null ? null : Date.parse(since),
    sortBy,
    descending: direction === 'desc',
    ids: ids === null ? null : new Set(ids.split(',').map(Number)),
    position,
  };
}

function parseCursor(cursor: string | null): Position | null {
  if (cursor === null) return { after: null };
  try {
    const position = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Position;
    return typeof position.after === 'object' ? position : null;
  } catch {
    return null;
  }
}
