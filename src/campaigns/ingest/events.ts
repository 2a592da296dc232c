/**
 * The events in a webhook call, in columns as the inbox stores them. Unknown fields, kinds and keys
 * are ignored: WhatsApp adds some without notice, and sends what is refused again for seven days.
 */
import type { DeliveryStatus, WebhookEventKind } from '../../../generated/kysely.ts';
import { isRecord } from '../../platform/records.ts';

/**
 * Events of one kind for one number. The same index of each array means the same event; arrays that
 * a kind does not use are empty.
 */
export interface EventColumns {
  kind: WebhookEventKind;
  /** WhatsApp's own id of the number. */
  phoneNumberId: string;
  /** How many events there are. */
  size: number;
  messageIds: string[];
  statuses: DeliveryStatus[];
  /** Seconds since 1970. */
  moments: number[];
  /** Ids of rows in send_queue, which came back as callback data; '' if there was none. */
  sendIds: string[];
  /** Why a FAILED message was not delivered; '' for other statuses. */
  errors: string[];
  /** In E.164; '' if unknown. */
  phones: string[];
  /** Ids of the messages that were replied to; '' for a message that quotes none. */
  quotedIds: string[];
  optedOut: boolean[];
}

/** The events in a webhook call. */
export interface WebhookEvents {
  columns: EventColumns[];
  /** How many events of known kinds were ignored because they are malformed. */
  malformed: number;
}

/** Played, for voice messages, counts as read. */
const STATUSES = new Map<unknown, DeliveryStatus>([
  ['sent', 'SENT'],
  ['delivered', 'DELIVERED'],
  ['read', 'READ'],
  ['played', 'READ'],
  ['failed', 'FAILED'],
]);

const MAX_ID_LENGTH = 256;
const MAX_ERROR_LENGTH = 500;
const NOT_DELIVERED = 'The message could not be delivered.';
/** The last second of the year 9999. */
const LAST_MOMENT = 253_402_300_799;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Json = Record<string, unknown>;

function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** An id of WhatsApp's that can be stored and compared; '' for anything else. */
function idOf(value: unknown): string {
  return typeof value === 'string' &&
    value.length <= MAX_ID_LENGTH &&
    !value.includes('\u0000') &&
    value.isWellFormed()
    ? value
    : '';
}

/** A phone in E.164 from the digits that WhatsApp gives; '' for anything else. */
function phoneOf(value: unknown): string {
  return typeof value === 'string' && /^\+?[1-9]\d{5,18}$/.test(value)
    ? `+${value.replace('+', '')}`
    : '';
}

/**
 * Reads the events in the parsed body of a call. `now`, in seconds since 1970, replaces invalid
 * moments.
 */
export function readEvents(body: unknown, now: number): WebhookEvents {
  const reader = new EventReader(now);
  if (!isRecord(body)) return { columns: [], malformed: 1 };
  for (const entry of objects(body['entry'])) {
    for (const { value } of objects(entry['changes'])) {
      if (!isRecord(value)) continue;
      const metadata = value['metadata'];
      const phoneNumberId = isRecord(metadata) ? idOf(metadata['phone_number_id']) : '';
      for (const status of objects(value['statuses'])) reader.addStatus(phoneNumberId, status);
      for (const message of objects(value['messages'])) reader.addMessage(phoneNumberId, message);
      for (const preference of objects(value['user_preferences']))
        reader.addPreference(phoneNumberId, preference);
    }
  }
  return { columns: [...reader.columns.values()], malformed: reader.malformed };
}

class EventReader {
  readonly columns = new Map<string, EventColumns>();
  malformed = 0;
  readonly #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  addStatus(
    phoneNumberId: string,
    { id, status, timestamp, biz_opaque_callback_data: sendId, errors }: Json,
  ): void {
    const messageId = idOf(id);
    const known = STATUSES.get(status);
    if (known === undefined) return;
    if (messageId === '' || phoneNumberId === '') {
      this.malformed += 1;
      return;
    }
    const columns = this.#columns('STATUS', phoneNumberId);
    columns.size += 1;
    columns.messageIds.push(messageId);
    columns.statuses.push(known);
    columns.moments.push(this.#moment(timestamp));
    columns.sendIds.push(typeof sendId === 'string' && UUID.test(sendId) ? sendId : '');
    columns.errors.push(known === 'FAILED' ? errorText(errors) : '');
  }

  addMessage(phoneNumberId: string, { id, from, timestamp, context }: Json): void {
    const messageId = idOf(id);
    if (messageId === '' || phoneNumberId === '') {
      this.malformed += 1;
      return;
    }
    const columns = this.#columns('MESSAGE', phoneNumberId);
    columns.size += 1;
    columns.messageIds.push(messageId);
    columns.phones.push(phoneOf(from));
    columns.moments.push(this.#moment(timestamp));
    columns.quotedIds.push(isRecord(context) ? idOf(context['id']) : '');
  }

  addPreference(phoneNumberId: string, { wa_id: waId, value, timestamp }: Json): void {
    const phone = phoneOf(waId);
    if (value !== 'stop' && value !== 'resume') return;
    if (phone === '' || phoneNumberId === '') {
      this.malformed += 1;
      return;
    }
    const columns = this.#columns('PREFERENCE', phoneNumberId);
    columns.size += 1;
    columns.phones.push(phone);
    columns.optedOut.push(value === 'stop');
    columns.moments.push(this.#moment(timestamp));
  }

  #columns(kind: WebhookEventKind, phoneNumberId: string): EventColumns {
    const key = `${kind} ${phoneNumberId}`;
    const existing = this.columns.get(key);
    if (existing) return existing;
    const made = emptyColumns(kind, phoneNumberId);
    this.columns.set(key, made);
    return made;
  }

  /**
   * Seconds since 1970, which WhatsApp usually writes as a string. A moment that is long ago or in
   * the future is kept as WhatsApp gives it.
   */
  #moment(timestamp: unknown): number {
    const seconds =
      typeof timestamp === 'string' && /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : timestamp;
    return typeof seconds === 'number' &&
      Number.isInteger(seconds) &&
      seconds >= 0 &&
      seconds <= LAST_MOMENT
      ? seconds
      : this.#now;
  }
}

/** Makes columns without events. */
export function emptyColumns(kind: WebhookEventKind, phoneNumberId: string): EventColumns {
  return {
    kind,
    phoneNumberId,
    size: 0,
    messageIds: [],
    statuses: [],
    moments: [],
    sendIds: [],
    errors: [],
    phones: [],
    quotedIds: [],
    optedOut: [],
  };
}

/** Why a message was not delivered, in words for a person. */
function errorText(errors: unknown): string {
  const [error] = objects(errors);
  if (!error) return NOT_DELIVERED;
  const { title, message, code, error_data: data } = error;
  const parts = [title ?? message, isRecord(data) ? data['details'] : undefined].filter(
    (part) => typeof part === 'string' && part !== '',
  );
  const text = [...new Set(parts)]
    .join(': ')
    .replaceAll('\u0000', '')
    .slice(0, MAX_ERROR_LENGTH)
    .toWellFormed();
  return `${text || NOT_DELIVERED}${typeof code === 'number' ? ` (${code})` : ''}`;
}
