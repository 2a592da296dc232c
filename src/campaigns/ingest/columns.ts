/** Events in columns, as the inbox stores them: arrays of what all events of a kind have. */
import type { ConsentSource, DeliveryStatus, WebhookEventKind } from '../../../generated/kysely.ts';
import type { WhatsAppIdentity } from '../whatsapp/identities.ts';

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
  /** How it is known that somebody wants campaign messages, or none. */
  sources: ConsentSource[];
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
    sources: [],
  };
}

/** Adds who an event is about. */
export function addPerson(columns: EventColumns, { phone, userId }: WhatsAppIdentity): void {
  columns.phones.push(phone);
  columns.userIds.push(userId);
}

/** That somebody wants campaign messages, or none. */
export interface SaidWord {
  person: WhatsAppIdentity;
  optedOut: boolean;
  source: ConsentSource;
  /** Seconds since 1970. */
  moment: number;
}

/** Adds what somebody said to columns of the kind PREFERENCE. */
export function addWord(columns: EventColumns, { person, ...word }: SaidWord): void {
  columns.size += 1;
  addPerson(columns, person);
  columns.optedOut.push(word.optedOut);
  columns.sources.push(word.source);
  columns.moments.push(word.moment);
}
