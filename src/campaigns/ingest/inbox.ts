/**
 * The inbox: where events are stored before they are folded. Events of concurrent calls are written
 * together: while one statement of a tenant is running, further events of the tenant are collected
 * for the next one. So 2,000 calls a second with one event each become about 100 statements.
 */
import type { WebhookEventKind } from '../../../generated/kysely.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { RequestError } from '../../platform/errors.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import { type EventColumns, emptyColumns } from './columns.ts';
import { folder } from './fold.ts';

/** Events that may wait in a process to be stored; calls beyond that are refused. */
const MAX_WAITING = 100_000;
/** About how many events a row of the inbox holds; a row is folded as a whole. */
const MAX_ROW_EVENTS = 2_000;

/** What is collected for the next statement of a tenant. */
interface Collected {
  rows: EventColumns[];
  written: Promise<void>;
}

class Inbox {
  readonly #platform: Platform;
  readonly #collecting = new Map<string, Collected>();
  readonly #writing = new Map<string, Promise<unknown>>();
  #waiting = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /**
   * Resolves once the events are committed; rejects if they may not be, so that the sender sends
   * them again.
   */
  async store(tenantId: string, events: readonly EventColumns[]): Promise<void> {
    const size = events.reduce((sum, { size }) => sum + size, 0);
    if (this.#waiting + size > MAX_WAITING)
      throw new RequestError(
        'SERVICE_UNAVAILABLE',
        'Too many events are waiting to be stored; send this call again later.',
      );
    this.#waiting += size;
    try {
      await this.#join(tenantId, events);
    } finally {
      this.#waiting -= size;
    }
  }

  #join(tenantId: string, events: readonly EventColumns[]): Promise<void> {
    const next = this.#collecting.get(tenantId) ?? this.#startCollecting(tenantId);
    for (const columns of events) append(next.rows, columns);
    return next.written;
  }

  #startCollecting(tenantId: string): Collected {
    const before = this.#writing.get(tenantId);
    const next: Collected = { rows: [], written: Promise.resolve() };
    this.#collecting.set(tenantId, next);
    next.written = this.#write(tenantId, next, before);
    const written = next.written.catch(() => undefined);
    this.#writing.set(tenantId, written);
    void written.then(() => {
      if (this.#writing.get(tenantId) === written) this.#writing.delete(tenantId);
    });
    return next;
  }

  async #write(
    tenantId: string,
    { rows }: Collected,
    before: Promise<unknown> | undefined,
  ): Promise<void> {
    // Calls read in the same turn of the event loop share a statement even if none is running.
    await (before ?? new Promise((resolve) => setImmediate(resolve)));
    await folder(this.#platform).waitWhileBehind(tenantId);
    this.#collecting.delete(tenantId);
    await this.#platform.database
      .forTenant({ tenantId })
      .run(query.insertInto('webhook_inbox').values(rows));
    folder(this.#platform).wake(
      tenantId,
      rows.reduce((sum, { size }) => sum + size, 0),
    );
  }
}

/** Adds events to the last row of their kind and number, or to a new one. */
function append(rows: EventColumns[], events: EventColumns): void {
  let row = rows.findLast(
    ({ kind, phoneNumberId }) => kind === events.kind && phoneNumberId === events.phoneNumberId,
  );
  if (!row || row.size >= MAX_ROW_EVENTS) {
    row = emptyColumns(events.kind, events.phoneNumberId);
    rows.push(row);
  }
  row.size += events.size;
  for (const column of COLUMNS[events.kind])
    (row[column] as unknown[]).push(...(events[column] as unknown[]));
}

type Column = Exclude<keyof EventColumns, 'kind' | 'phoneNumberId' | 'size'>;

const COLUMNS: Record<WebhookEventKind, readonly Column[]> = {
  STATUS: ['messageIds', 'statuses', 'moments', 'sendIds', 'errors', 'phones', 'userIds'],
  MESSAGE: ['messageIds', 'phones', 'userIds', 'moments', 'quotedIds', 'types', 'texts'],
  PREFERENCE: ['phones', 'userIds', 'optedOut', 'sources', 'moments'],
  MOVE: ['phones', 'userIds', 'movedTo', 'moments'],
  LINK: ['phones', 'userIds'],
  KNOWN: ['messageIds', 'phones', 'userIds'],
};

/** The inbox of this process. */
export const inbox = perProcess((platform) => new Inbox(platform));
