/**
 * Pipedrive over HTTP: its API v2, page by page, and v1 for users.
 *
 * What passes by itself (errors of its servers, broken connections, answers that break off, "too
 * many requests") is tried again with growing pauses, or after the pause that Pipedrive asks for.
 * Anything else is a PipedriveError at once.
 */
import { z } from 'zod';
import { type HttpAnswer, type HttpClient, HttpClientError } from '../../platform/http-client.ts';
import { delay, MINUTE, SECOND } from '../../platform/time.ts';
import { PipedriveError } from './errors.ts';
import {
  type PipedriveKind,
  type PipedriveRecords,
  type RecordFailure,
  readRecord,
} from './records.ts';

export interface PipedriveOptions {
  /** Such as https://api.pipedrive.com, or a company's own host; /api/v2 is added. */
  apiUrl: string;
  token: string;
  http: HttpClient;
  /** How often a request is sent at most; 6 when absent. */
  attempts?: number;
  /** The first pause between two attempts; each next one is twice as long. 500 ms when absent. */
  pauseMs?: number;
  /** How many pages a list may have; 20,000 when absent: 10 million records. */
  maxPages?: number;
}

export interface PageRequest {
  /** Where to go on: `nextCursor` of the page before. */
  cursor?: string | null;
  /** Only what was changed since, and what was deleted too; ISO 8601. */
  updatedSince?: string | null;
  /** Records of a page; 500 when absent, which is the most. */
  limit?: number;
  signal?: AbortSignal;
}

export interface PipedrivePage<Record> {
  records: Record[];
  failures: RecordFailure[];
  /** All that the page holds: records and failures. */
  fetched: number;
  /** Null on the last page. */
  nextCursor: string | null;
}

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
const LONGEST_PAUSE_MS = 30 * SECOND;
/** A burst is over after 2 s. Who is asked to wait longer than this has used up his day. */
const LONGEST_WAIT_MS = 2 * MINUTE;
const MAX_PAGES = 20_000;
const CURSOR_LENGTH = 4_096;

const Page = z.object({
  data: z.array(z.unknown()).nullable(),
  additional_data: z.object({ next_cursor: z.string().max(CURSOR_LENGTH).nullish() }).nullish(),
});
const Users = z.object({ data: z.array(z.unknown()).nullable() });
const User = z.object({
  id: z.number().int(),
  name: z.string().nullish(),
  email: z.string().min(1),
});

export class PipedriveClient {
  readonly #options: Required<PipedriveOptions>;

  constructor(options: PipedriveOptions) {
    this.#options = { attempts: ATTEMPTS, pauseMs: PAUSE_MS, maxPages: MAX_PAGES, ...options };
  }

  /**
   * The pages of a list from `cursor` on, by their time of change: what changes while they are read
   * comes again at the end. Throws a PipedriveError; also where a list would never end.
   */
  async *pages<Kind extends PipedriveKind>(
    kind: Kind,
    request: PageRequest = {},
  ): AsyncGenerator<PipedrivePage<PipedriveRecords[Kind]>, void, undefined> {
    const seen = new Set<string>();
    let cursor = request.cursor ?? null;
    for (let number = 1; ; number += 1) {
      if (cursor !== null) seen.add(cursor);
      const page = await this.#page(kind, { ...request, cursor });
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

  /** All users; the only source of an owner's e-mail. Those without one are left out. */
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
    request: PageRequest,
  ): Promise<PipedrivePage<PipedriveRecords[Kind]>> {
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
    const { data, additional_data: additional } = await this.#get(
      `/api/v2/${kind}?${parameters}`,
      Page,
      request.signal,
    );
    const results = (data ?? []).map((record) => readRecord(kind, record));
    return {
      records: results.flatMap((result) => ('record' in result ? [result.record] : [])),
      failures: results.flatMap((result) => ('failure' in result ? [result.failure] : [])),
      fetched: results.length,
      nextCursor: additional?.next_cursor || null,
    };
  }

  /** The parsed answer to a GET. */
  async #get<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    signal?: AbortSignal,
  ): Promise<z.output<Schema>> {
    const { attempts } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      const outcome = await this.#try(path, schema, signal);
      if ('value' in outcome) return outcome.value;
      if (outcome.waitMs === null || attempt >= attempts) throw outcome.error;
      await delay(Math.max(outcome.waitMs, this.#pause(attempt)), signal);
    }
  }

  /** Half of it by chance, so that many that failed together don't come back together. */
  #pause(attempt: number): number {
    const pause = Math.min(LONGEST_PAUSE_MS, this.#options.pauseMs * 2 ** (attempt - 1));
    return pause * (0.5 + Math.random() / 2);
  }

  async #try<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    signal?: AbortSignal,
  ): Promise<{ value: z.output<Schema> } | Failure> {
    const { apiUrl, token, http } = this.#options;
    let answer: HttpAnswer;
    try {
      const headers = { 'x-api-token': token, accept: 'application/json' };
      answer = await http.send(`${apiUrl}${path}`, {
        headers,
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
        signal,
      });
    } catch (error) {
      signal?.throwIfAborted();
      return unreached(error);
    }
    if (answer.status !== 200) return refused(answer, path.includes('cursor='));
    const parsed = schema.safeParse(parseJson(answer.body));
    if (parsed.success) return { value: parsed.data };
    return passing(
      new PipedriveError(
        'GARBLED',
        'Pipedrive answered something else than the data of its API, or only a part of it.',
      ),
    );
  }
}

/** Why a request failed; `waitMs` until it is worth another try, null when it never is. */
interface Failure {
  error: PipedriveError;
  waitMs: number | null;
}

function passing(error: PipedriveError, waitMs = 0): Failure {
  return { error, waitMs };
}

function final(error: PipedriveError): Failure {
  return { error, waitMs: null };
}

function unreached(cause: unknown): Failure {
  if (!(cause instanceof HttpClientError)) throw cause;
  if (cause.reason === 'ADDRESS')
    return final(
      new PipedriveError('ADDRESS', `The address of Pipedrive can't be used: ${cause.message}`, {
        cause,
      }),
    );
  if (cause.reason === 'TOO_LARGE')
    return final(
      new PipedriveError('TOO_LARGE', 'Pipedrive answered more than 16 MiB for one page.', {
        cause,
      }),
    );
  if (cause.reason === 'CUT_OFF')
    return passing(
      new PipedriveError('GARBLED', 'Pipedrive ended the connection in the middle of an answer.', {
        cause,
      }),
    );
  return passing(
    new PipedriveError('UNREACHABLE', `Pipedrive can't be reached: ${cause.message}`, { cause }),
  );
}

function refused(answer: HttpAnswer, withCursor: boolean): Failure {
  const { status } = answer;
  if (status === 401)
    return final(
      new PipedriveError(
        'UNAUTHORIZED',
        'Pipedrive refuses the API token. Connect it again with a token that is valid.',
      ),
    );
  if (status === 429) return overLimit(answer);
  if (status === 403) {
    const isPage = String(answer.headers['content-type'] ?? '').includes('html');
    if (isPage)
      return final(
        new PipedriveError(
          'BLOCKED',
          'Pipedrive blocks this server after too many requests. Try again later.',
        ),
      );
    return final(
      new PipedriveError(
        'FORBIDDEN',
        'The user of this API token may not read all that a sync needs.',
      ),
    );
  }
  if (status >= 500)
    return passing(
      new PipedriveError('SERVER_ERROR', `Pipedrive has trouble of its own (status ${status}).`),
    );
  if (status === 400 && withCursor)
    return final(
      new PipedriveError(
        'CURSOR_REFUSED',
        'Pipedrive no longer knows the page that was to be read next.',
      ),
    );
  return final(
    new PipedriveError(
      'REFUSED',
      `Pipedrive refuses a request that its API should take (status ${status}). Is the address right?`,
    ),
  );
}

function overLimit({ headers }: HttpAnswer): Failure {
  const asked = waitOf(headers['retry-after']) ?? waitOf(headers['x-ratelimit-reset']) ?? SECOND;
  if (asked <= LONGEST_WAIT_MS)
    return passing(
      new PipedriveError('BUSY', 'Pipedrive answers nothing but "too many requests".'),
      asked,
    );
  const until = new Date(Date.now() + asked).toISOString();
  const message = `The requests that Pipedrive allows this company for the day are used up; it answers again from ${until.slice(0, 16).replace('T', ' ')} UTC on.`;
  return final(new PipedriveError('DAILY_LIMIT', message));
}

/** Milliseconds from a header that holds seconds, a moment in Unix seconds, or a date. */
function waitOf(header: string | string[] | undefined): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (!text) return null;
  const seconds = Number(text);
  const until = Number.isNaN(seconds) ? Date.parse(text) : seconds * SECOND;
  if (Number.isNaN(until)) return null;
  return Math.max(0, !Number.isNaN(seconds) && seconds < UNIX_SECONDS ? until : until - Date.now());
}

/** Numbers above are moments: no wait is 30 years long. */
const UNIX_SECONDS = 1_000_000_000;

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
