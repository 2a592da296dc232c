/**
 * The events in a webhook call, in columns as the inbox stores them. Unknown fields, kinds and keys
 * are ignored: WhatsApp adds some without notice, and sends what is refused again for seven days.
 */
import type { DeliveryStatus, WebhookEventKind } from '../../../generated/kysely.ts';
import { isRecord, recordsIn } from '../../platform/records.ts';
import { OPTED_OUT_CODE } from '../whatsapp/errors.ts';
import { idOf, phoneOf, userIdOf, type WhatsAppIdentity } from '../whatsapp/identities.ts';
import { addPerson, addWord, type EventColumns, emptyColumns, type SaidWord } from './columns.ts';
import {
  isAnswer,
  isButton,
  type MoveOf,
  moveOf,
  quotedIdOf,
  shortTextsOf,
  textOf,
  typeOf,
} from './incoming.ts';

/** An answer so short that it may be a word such as STOP. */
export interface ShortAnswer {
  phoneNumberId: string;
  person: WhatsAppIdentity;
  /** Seconds since 1970. */
  moment: number;
  /** What was written, or the title and the payload of the button that was tapped. */
  said: string[];
  isButton: boolean;
}

/** The events in a webhook call. */
export interface WebhookEvents {
  columns: EventColumns[];
  /** Answers that may say that somebody wants campaign messages, or none. */
  answers: ShortAnswer[];
  /** WhatsApp's ids of the accounts that numbers belong to, by its ids of the numbers. */
  accounts: Map<string, string>;
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

/**
 * Reads the events in the parsed body of a call. `now`, in seconds since 1970, replaces invalid
 * moments.
 */
export function readEvents(body: unknown, now: number): WebhookEvents {
  const reader = new EventReader(now);
  if (!isRecord(body)) return { columns: [], answers: [], accounts: new Map(), malformed: 1 };
  for (const entry of recordsIn(body['entry'])) {
    const accountId = idOf(entry['id']);
    for (const { value } of recordsIn(entry['changes'])) {
      if (!isRecord(value)) continue;
      const metadata = value['metadata'];
      const phoneNumberId = isRecord(metadata) ? idOf(metadata['phone_number_id']) : '';
      if (phoneNumberId !== '' && accountId !== '') reader.accounts.set(phoneNumberId, accountId);
      const place = { phoneNumberId, people: peopleIn(value['contacts']) };
      for (const status of recordsIn(value['statuses'])) reader.addStatus(place, status);
      for (const message of recordsIn(value['messages'])) reader.addMessage(place, message);
      for (const preference of recordsIn(value['user_preferences']))
        reader.addPreference(place, preference);
    }
  }
  const { answers, accounts, malformed } = reader;
  return { columns: [...reader.columns.values()], answers, accounts, malformed };
}

/** Where an event stands: the number that it came to, and the people that are named beside it. */
interface Place {
  phoneNumberId: string;
  people: readonly WhatsAppIdentity[];
}

function peopleIn(contacts: unknown): WhatsAppIdentity[] {
  return recordsIn(contacts)
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
  readonly answers: ShortAnswer[] = [];
  readonly accounts = new Map<string, string>();
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
    const person = identify(place, event['recipient_id'], event['recipient_user_id']);
    addPerson(columns, person);
    columns.statuses.push(known);
    const moment = this.#moment(timestamp);
    columns.moments.push(moment);
    columns.sendIds.push(typeof sendId === 'string' && UUID.test(sendId) ? sendId : '');
    columns.errors.push(known === 'FAILED' ? errorText(errors) : '');
    if (known === 'FAILED' && recordsIn(errors).some(({ code }) => code === OPTED_OUT_CODE))
      this.#addWord(place, { person, optedOut: true, source: 'ERROR', moment });
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
      const said = shortTextsOf(message);
      if (said.length > 0)
        this.answers.push({
          phoneNumberId: place.phoneNumberId,
          person,
          moment,
          said,
          isButton: isButton(message),
        });
    }
  }

  addPreference(place: Place, { wa_id: waId, user_id: userId, value, timestamp }: Json): void {
    const person = identify(place, waId, userId);
    if (value !== 'stop' && value !== 'resume') return;
    if ((person.phone === '' && person.userId === '') || place.phoneNumberId === '') {
      this.malformed += 1;
      return;
    }
    this.#addWord(place, {
      person,
      optedOut: value === 'stop',
      source: 'PREFERENCE',
      moment: this.#moment(timestamp),
    });
  }

  #addWord({ phoneNumberId }: Place, word: SaidWord): void {
    if (word.person.phone === '' && word.person.userId === '') return;
    addWord(this.#columns('PREFERENCE', phoneNumberId), word);
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

/** Why a message was not delivered, in words for a person. */
function errorText(errors: unknown): string {
  const [error] = recordsIn(errors);
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
