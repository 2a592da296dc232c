/**
 * The events in a webhook call, in columns as the inbox stores them. Unknown fields, kinds and keys
 * are ignored: WhatsApp adds some without notice, and sends what is refused again for seven days.
 */
import type { DeliveryStatus, WebhookEventKind } from '../../../generated/kysely.ts';
import { isRecord } from '../../platform/records.ts';
import { idOf, phoneOf, userIdOf, type WhatsAppIdentity } from '../whatsapp/identities.ts';
import { isAnswer, type MoveOf, moveOf, quotedIdOf, textOf, typeOf } from './incoming.ts';

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
  /** Who an event is about: a number in E.164; '' if unknown. */
  phones: string[];
  /** WhatsApp's ids of the same people; '' if unknown. */
  userIds: string[];
  /** What somebody is known by from now on: a number in E.164 or an id. */
  movedTo: string[];
  /** Ids of the messages that were replied to; '' for a message that quotes none. */
  quotedIds: string[];
  /** What WhatsApp calls the kinds of messages; '' if it names none. */
  types: string[];
  /** What people wrote or tapped; '' for a message without text. */
  texts: string[];
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

const MAX_ERROR_LENGTH = 500;
const NOT_DELIVERED = 'The message could not be delivered.';
/** The last second of the year 9999. */
const LAST_MOMENT = 253_402_300_799;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Json = Record<string, unknown>;

function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
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
      const place = { phoneNumberId, people: peopleIn(value['contacts']) };
      for (const status of objects(value['statuses'])) reader.addStatus(place, status);
      for (const message of objects(value['messages'])) reader.addMessage(place, message);
      for (const preference of objects(value['user_preferences']))
        reader.addPreference(place, preference);
    }
  }
  return { columns: [...reader.columns.values()], malformed: reader.malformed };
}

/** Where an event stands: the number that it came to, and the people that are named beside it. */
interface Place {
  phoneNumberId: string;
  people: readonly WhatsAppIdentity[];
}

function peopleIn(contacts: unknown): WhatsAppIdentity[] {
  return objects(contacts)
    .map(({ wa_id: waId, user_id: userId }) => ({ phone: phoneOf(waId), userId: userIdOf(userId) }))
    .filter(({ phone, userId }) => phone !== '' && userId !== '');
}

/** Somebody by both of their identities, as far as they are known. */
function identify({ people }: Place, phone: unknown, userId: unknown): WhatsAppIdentity {
  const given = { phone: phoneOf(phone), userId: userIdOf(userId) };
  if (people.length === 0 || (given.phone !== '' && given.userId !== '')) return given;
  const found = people.find((one) => one.phone === given.phone || one.userId === given.userId);
  return found ?? given;
}

class EventReader {
  readonly columns = new Map<string, EventColumns>();
  malformed = 0;
  readonly #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  addStatus(place: Place, event: Json): void {
    const { id, status, timestamp, biz_opaque_callback_data: sendId, errors } = event;
    const messageId = idOf(id);
    const known = STATUSES.get(status);
    if (known === undefined) return;
    if (messageId === '' || place.phoneNumberId === '') {
      this.malformed += 1;
      return;
    }
    const columns = this.#columns('STATUS', place.phoneNumberId);
    columns.size += 1;
    columns.messageIds.push(messageId);
    addPerson(columns, identify(place, event['recipient_id'], event['recipient_user_id']));
    columns.statuses.push(known);
    columns.moments.push(this.#moment(timestamp));
    columns.sendIds.push(typeof sendId === 'string' && UUID.test(sendId) ? sendId : '');
    columns.errors.push(known === 'FAILED' ? errorText(errors) : '');
  }

  addMessage(place: Place, message: Json): void {
    const messageId = idOf(message['id']);
    if (messageId === '' || place.phoneNumberId === '') {
      this.malformed += 1;
      return;
    }
    const person = identify(place, message['from'], message['from_user_id']);
    const moment = this.#moment(message['timestamp']);
    const move = moveOf(message);
    if (move !== null) this.#addMove(place, person, { ...move, moment });
    else if (!isAnswer(message)) this.#addLink(place, person);
    else {
      const columns = this.#columns('MESSAGE', place.phoneNumberId);
      columns.size += 1;
      columns.messageIds.push(messageId);
      addPerson(columns, person);
      columns.moments.push(moment);
      columns.quotedIds.push(quotedIdOf(message));
      columns.types.push(typeOf(message));
      columns.texts.push(textOf(message));
    }
  }

  addPreference(place: Place, { wa_id: waId, user_id: userId, value, timestamp }: Json): void {
    const person = identify(place, waId, userId);
    if (value !== 'stop' && value !== 'resume') return;
    if ((person.phone === '' && person.userId === '') || place.phoneNumberId === '') {
      this.malformed += 1;
      return;
    }
    const columns = this.#columns('PREFERENCE', place.phoneNumberId);
    columns.size += 1;
    addPerson(columns, person);
    columns.optedOut.push(value === 'stop');
    columns.moments.push(this.#moment(timestamp));
  }

  #addMove(place: Place, from: WhatsAppIdentity, move: MoveOf & { moment: number }): void {
    const [to] = move.now;
    const before = [...move.before, from.phone, from.userId].filter(
      (identity) => identity !== '' && !move.now.includes(identity),
    );
    if (to === undefined || before.length === 0) {
      this.malformed += 1;
      return;
    }
    for (const identity of new Set([...before, ...move.now.slice(1)])) {
      const columns = this.#columns('MOVE', place.phoneNumberId);
      const isPhone = identity.startsWith('+');
      columns.size += 1;
      addPerson(columns, { phone: isPhone ? identity : '', userId: isPhone ? '' : identity });
      columns.movedTo.push(to);
      columns.moments.push(move.moment);
    }
  }

  #addLink(place: Place, person: WhatsAppIdentity): void {
    if (person.phone === '' || person.userId === '') return;
    const columns = this.#columns('LINK', place.phoneNumberId);
    columns.size += 1;
    addPerson(columns, person);
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

function addPerson(columns: EventColumns, { phone, userId }: WhatsAppIdentity): void {
  columns.phones.push(phone);
  columns.userIds.push(userId);
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
    userIds: [],
    movedTo: [],
    quotedIds: [],
    types: [],
    texts: [],
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
