/**
 * Makes events durable. Those of concurrent calls are written together: while one statement of a
 * tenant is under way its further events gather, and go with the next one. A call is answered once
 * its events are committed. 2,000 calls a second with one event each so become some 100 statements.
 */
import type { WebhookEventKind } from '../../../generated/kysely.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { RequestError } from '../../platform/errors.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import { type EventColumns, emptyColumns } from './events.ts';
import { folder } from './fold.ts';

/** Events that may wait in a process: beyond them the sender is told to come again later. */
const MAX_WAITING = 100_000;
/** Events in a row of the inbox, about; a row is folded as a whole. */
const MAX_ROW_EVENTS = 2_000;

/** What gathers for the next statement of a tenant. */
interface Group {
  rows: EventColumns[];
  written: Promise<void>;
}

class Ingest {
  readonly #platform: Platform;
  readonly #gathering = new Map<string, Group>();
  readonly #writing = new Map<string, Promise<unknown>>();
  #waiting = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /**
   * Resolves once the events are committed; rejects when they may not be, and the sender has to
   * send them again.
   */
  async store(tenantId: string, events: readonly EventColumns[]): Promise<void> {
    const size = events.reduce((sum, { size }) => sum + size, 0);
    if (this.#waiting + size > MAX_WAITING)
      throw new RequestError(
        'SERVICE_UNAVAILABLE',
        'Too many events wait to be stored; send this one again later.',
      );
    this.#waiting += size;
    try {
      await this.#join(tenantId, events);
    } finally {
      this.#waiting -= size;
    }
  }

  #join(tenantId: string, events: readonly EventColumns[]): Promise<void> {
    const group = this.#gathering.get(tenantId) ?? this.#open(tenantId);
    for (const columns of events) append(group.rows, columns);
    return group.written;
  }

  #open(tenantId: string): Group {
    const before = this.#writing.get(tenantId);
    const group: Group = { rows: [], written: Promise.resolve() };
    this.#gathering.set(tenantId, group);
    group.written = this.#write(tenantId, group, before);
    const written = group.written.catch(() => undefined);
    this.#writing.set(tenantId, written);
    void written.then(() => {
      if (this.#writing.get(tenantId) === written) this.#writing.delete(tenantId);
    });
    return group;
  }

  async #write(
    tenantId: string,
    group: Group,
    before: Promise<unknown> | undefined,
  ): Promise<void> {
    // Calls that were read in the same turn of the event loop go together even when nothing is
    // under way.
    await (before ?? new Promise((resolve) => setImmediate(resolve)));
    await folder(this.#platform).calm(tenantId);
    this.#gathering.delete(tenantId);
    await this.#platform.database
      .forTenant({ tenantId })
      .run(query.insertInto('webhook_inbox').values(group.rows));
    folder(this.#platform).wake(
      tenantId,
      group.rows.reduce((sum, { size }) => sum + size, 0),
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
  STATUS: ['messageIds', 'statuses', 'moments', 'sendIds', 'errors'],
  MESSAGE: ['messageIds', 'phones', 'moments', 'quotedIds'],
  PREFERENCE: ['phones', 'optedOut', 'moments'],
  KNOWN: ['messageIds'],
};

/** The ingest of this process. */
export const ingest = perProcess((platform) => new Ingest(platform));
