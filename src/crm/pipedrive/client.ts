/**
 * A client of Pipedrive: its API v2, page by page, and v1 for users. This is the head of the room
 * `pipedrive`, which knows Pipedrive and nothing of this application's rules; its records are read
 * in records.ts.
 *
 * Temporary failures (server errors, broken connections, incomplete responses, "too many requests")
 * are tried again after growing pauses, or after the time that Pipedrive asks for. Anything else is
 * a PipedriveError at once.
 */
import { z } from 'zod';
import { backoffMs } from '../../platform/backoff.ts';
import type { HttpClient, HttpResponse } from '../../platform/http-client.ts';
import { delay, SECOND } from '../../platform/time.ts';
import { PipedriveError } from './errors.ts';
import {
  connectionFailure,
  type FailedRequest,
  refusal,
  unreadableResponse,
  unsuccessful,
} from './failures.ts';
import { readRecord } from './read-record.ts';
import type { PipedriveKind, PipedriveRecords, RecordFailure } from './records.ts';

/** Where a client finds Pipedrive, and how persistent it is. */
export interface PipedriveOptions {
  /** Such as https://api.pipedrive.com, or a company's own host, without the path of the API. */
  apiUrl: string;
  token: string;
  http: HttpClient;
  /** The maximum number of attempts for a request; 6 by default. */
  attempts?: number;
  /**
   * The pause after the first attempt, in milliseconds, doubled after each further one; 500 by
   * default.
   */
  pauseMs?: number;
  /** How many pages a list may have; 20,000 by default, which is 10 million records. */
  maxPages?: number;
}

/** Which pages of a list are wanted. */
export interface PageRequest {
  /** Where to start: `nextCursor` of the previous page, or null for the beginning. */
  cursor?: string | null;
  /** Only records that were changed or deleted since this moment, in ISO 8601. */
  updatedSince?: string | null;
  /** Records in a page; 500 by default, which is also the maximum. */
  limit?: number;
  signal?: AbortSignal;
}

/** A page of a list: the records that can be used, and those that cannot. */
export interface PipedrivePage<Record> {
  records: Record[];
  failures: RecordFailure[];
  /** What was changed in records that can be used, such as a name that was too long. */
  notes: RecordFailure[];
  /** The number of records and failures together. */
  fetched: number;
  /** Null on the last page. */
  nextCursor: string | null;
}

/** A user of the company in Pipedrive. */
export interface PipedriveUser {
  id: string;
  name: string;
  email: string;
}

const TIMEOUT_MS = 10 * SECOND;
const MAX_BYTES = 16 * 1_048_576;
const PAGE_SIZE = 500;
const ATTEMPTS = 6;
const PAUSE_MS = 500;
const MAX_PAUSE_MS = 30 * SECOND;
const MAX_PAGES = 20_000;
const CURSOR_LENGTH = 4_096;

const Page = z.object({
  data: z.array(z.unknown()).nullable(),
  additional_data: z.object({ next_cursor: z.string().max(CURSOR_LENGTH).nullish() }).nullish(),
});
/** A refusal that has the status of a success. */
const Unsuccessful = z.object({ success: z.literal(false) });
const Users = z.object({ data: z.array(z.unknown()).nullable() });
const User = z.object({
  id: z.number().int(),
  name: z.string().nullish(),
  email: z.string().min(1),
});

/** Reads one company in Pipedrive. Methods reject when their `signal` aborts. */
export class PipedriveClient {
  readonly #options: Required<PipedriveOptions>;

  constructor(options: PipedriveOptions) {
    this.#options = { attempts: ATTEMPTS, pauseMs: PAUSE_MS, maxPages: MAX_PAGES, ...options };
  }

  /**
   * The pages of a list, in the order in which the records were changed: one that changes while the
   * list is read comes again at the end. Throws a PipedriveError, also if a list would never end.
   */
  async *pages<Kind extends PipedriveKind>(
    kind: Kind,
    request: PageRequest = {},
  ): AsyncGenerator<PipedrivePage<PipedriveRecords[Kind]>, void, undefined> {
    const seen = new Set<string>();
    let cursor = request.cursor ?? null;
    for (let number = 1; ; number += 1) {
      if (cursor !== null) seen.add(cursor);
      const page = await this.#page(kind, listParameters({ ...request, cursor }), request.signal);
      yield page;
      cursor = page.nextCursor;
      if (cursor === null) return;
      if (seen.has(cursor))
        throw new PipedriveError(
          'CURSOR_LOOP',
          `Pipedrive's list of ${kind} leads back to a page that was read before.`,
        );
      if (number >= this.#options.maxPages)
        throw new PipedriveError(
          'TOO_MANY_PAGES',
          `Pipedrive's list of ${kind} has more than ${this.#options.maxPages.toLocaleString('en')} pages.`,
        );
    }
  }

  /**
   * Those of at most 100 records that exist, read by their ids: a list can miss a record that
   * changes while it is read. Throws a PipedriveError.
   */
  async existing<Kind extends PipedriveKind>(
    kind: Kind,
    ids: readonly string[],
    signal?: AbortSignal,
  ): Promise<PipedrivePage<PipedriveRecords[Kind]>> {
    const parameters = new URLSearchParams({ limit: String(PAGE_SIZE), ids: ids.join(',') });
    return this.#page(kind, parameters, signal);
  }

  /**
   * All users who have an e-mail, in lower case; no other list has an owner's e-mail. Throws a
   * PipedriveError.
   */
  async users(signal?: AbortSignal): Promise<PipedriveUser[]> {
    const { data } = await this.#get('/api/v1/users', Users, signal);
    return (data ?? []).flatMap((one) => {
      const user = User.safeParse(one);
      return user.success
        ? [
            {
              id: String(user.data.id),
              name: user.data.name ?? user.data.email,
              email: user.data.email.trim().toLowerCase(),
            },
          ]
        : [];
    });
  }

  async #page<Kind extends PipedriveKind>(
    kind: Kind,
    parameters: URLSearchParams,
    signal?: AbortSignal,
  ): Promise<PipedrivePage<PipedriveRecords[Kind]>> {
    const { data, additional_data: additional } = await this.#get(
      `/api/v2/${kind}?${parameters}`,
      Page,
      signal,
    );
    const results = (data ?? []).map((record) => readRecord(kind, record));
    return {
      records: results.flatMap((result) => ('record' in result ? [result.record] : [])),
      failures: results.flatMap((result) => ('failure' in result ? [result.failure] : [])),
      notes: results.flatMap((result) => ('record' in result ? (result.note ?? []) : [])),
      fetched: results.length,
      nextCursor: additional?.next_cursor || null,
    };
  }

  /** The parsed response to a GET, after as many attempts as are needed and allowed. */
  async #get<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    signal?: AbortSignal,
  ): Promise<z.output<Schema>> {
    const { attempts, pauseMs } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      const outcome = await this.#try(path, schema, signal);
      if ('value' in outcome) return outcome.value;
      if (outcome.retryAfterMs === null || attempt >= attempts) throw outcome.error;
      const pause = { firstMs: pauseMs, longestMs: MAX_PAUSE_MS, random: 0.5 };
      await delay(Math.max(outcome.retryAfterMs, backoffMs(attempt, pause)), signal);
    }
  }

  async #try<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    signal?: AbortSignal,
  ): Promise<{ value: z.output<Schema> } | FailedRequest> {
    const { apiUrl, token, http } = this.#options;
    let response: HttpResponse;
    try {
      const headers = { 'x-api-token': token, accept: 'application/json' };
      response = await http.send(`${apiUrl}${path}`, {
        headers,
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
        signal,
      });
    } catch (error) {
      signal?.throwIfAborted();
      return connectionFailure(error);
    }
    if (response.status !== 200) return refusal(response, path.includes('cursor='));
    const body = parseJson(response.body);
    if (Unsuccessful.safeParse(body).success) return unsuccessful();
    const parsed = schema.safeParse(body);
    if (parsed.success) return { value: parsed.data };
    return unreadableResponse();
  }
}

function listParameters(request: PageRequest): URLSearchParams {
  const parameters = new URLSearchParams({
    limit: String(request.limit ?? PAGE_SIZE),
    sort_by: 'update_time',
    sort_direction: 'asc',
  });
  if (request.updatedSince)
    parameters.set(
      'updated_since',
      `${new Date(request.updatedSince).toISOString().slice(0, 19)}Z`,
    );
  if (request.cursor) parameters.set('cursor', request.cursor);
  return parameters;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
