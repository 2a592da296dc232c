/**
 * The big campaign of the demo, message by message: what was sent to whom, and what became of it.
 * Nothing is kept in memory, because everything about a message follows from its number.
 */
import { NO_PHONE, OPTED_OUT } from '../../campaigns/sending/queue.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../platform/time.ts';
import type { Agency } from '../agency.ts';
import { demoId, Random } from '../random.ts';
import { type DemoTenant, idOf, TENANTS } from '../tenants.ts';

/**
 * The messages of the big campaign at scale 1, how many of them WhatsApp accepted, and how many
 * events it sent about these.
 */
export const FULL_MESSAGES = 50_857;
const FULL_SENT = 49_694;
const FULL_EVENTS = 121_679;
const FAILED_ON_THE_WAY = 0.04;
const DELIVERED = 0.926;
/** One in this many readers replies; every second reply quotes the message. */
const READERS_PER_REPLY = 12;

const STARTED_DAYS_AGO = 12;
const MESSAGE_EVERY_MS = SECOND / 80;
/** How long after the campaign's end its figures are frozen. */
export const FROZEN_AFTER_MS = 72 * HOUR;
const REPLY_WINDOW_MS = 30 * DAY;

/** The WhatsApp numbers of both agencies. The sandbox gives them access tokens once it runs. */
export const DEMO_NUMBERS = TENANTS.map(({ key, id: tenantId }) => ({
  tenantId,
  id: demoId(`${key}/whatsapp`),
  phoneNumberId: key === 'north' ? '106540352242922' : '108765432109876',
  displayPhoneNumber: key === 'north' ? '+1 555-078-3881' : '+44 20 7946 0958',
}));

/** A number for each index, without a visible pattern (Knuth's multiplicative hash). */
function scattered(index: number): number {
  return Math.imul(index, 2_654_435_761) >>> 8;
}

/** What became of a message. */
interface Fate {
  sent: boolean;
  failed: boolean;
  delivered: boolean;
  read: boolean;
  replied: boolean;
}

/** The templates of the big campaign. */
export const TEMPLATES = [
  { templateName: 'autumn_offer', weight: 2 },
  { templateName: 'autumn_offer_video', weight: 1 },
  { templateName: 'autumn_offer_short', weight: 1 },
];
/** The templates of the messages in turn, according to the weights. */
const TURNS = [0, 1, 0, 2] as const;
const NOT_SENT = [
  { phone: false, errorMessage: NO_PHONE },
  { phone: true, errorMessage: OPTED_OUT },
  { phone: true, errorMessage: '(#131026) Message undeliverable' },
] as const;
const UNDELIVERED =
  '(#131049) This message was not delivered to maintain healthy ecosystem engagement.';

/** The big campaign of one agency; `number` is the WhatsApp number that it was sent from. */
export class FinishedCampaign {
  readonly id: string;
  readonly tenant: DemoTenant;
  readonly contacts: number;
  readonly messages: number;
  readonly number: (typeof DEMO_NUMBERS)[number];
  readonly startedAt: number;
  readonly templateIds: string[];
  readonly #sent: number;
  readonly #failed: number;
  readonly #delivered: number;
  readonly #read: number;
  readonly #step: number;

  constructor(
    { tenant, midnight, volume: { contacts, messages } }: Agency,
    number: (typeof DEMO_NUMBERS)[number],
  ) {
    this.tenant = tenant;
    this.contacts = contacts;
    this.messages = messages;
    this.number = number;
    this.id = demoId(`${tenant.key}/campaign/autumn`);
    this.startedAt = midnight - STARTED_DAYS_AGO * DAY + 9 * HOUR;
    this.templateIds = TEMPLATES.map(({ templateName }) =>
      demoId(`${tenant.key}/campaign/autumn/${templateName}`),
    );
    this.#sent = Math.round((messages * FULL_SENT) / FULL_MESSAGES);
    this.#failed = Math.round(this.#sent * FAILED_ON_THE_WAY);
    this.#delivered = Math.round(this.#sent * DELIVERED);
    // An accepted message has one event for that, and one for everything that became of it.
    this.#read =
      Math.round((messages * FULL_EVENTS) / FULL_MESSAGES) -
      this.#sent -
      this.#failed -
      this.#delivered;
    // A prime that does not divide the number of messages: its multiples visit all of them in an
    // order that looks random.
    this.#step = [7_919, 7_927, 7_933].find((prime) => messages % prime !== 0) ?? 1;
  }

  /** What became of message number `index`. */
  fateOf(index: number): Fate {
    const rank = ((index * this.#step) % this.messages) - (this.messages - this.#sent);
    const failed = rank >= 0 && rank < this.#failed;
    const place = rank - this.#failed;
    const read = place >= 0 && place < this.#read;
    return {
      sent: rank >= 0,
      failed,
      delivered: place >= 0 && place < this.#delivered,
      read,
      replied: read && scattered(place) % READERS_PER_REPLY === 0,
    };
  }

  /** When it was sent, in milliseconds since 1970. */
  sentAt(index: number): number {
    return Math.floor(this.startedAt + index * MESSAGE_EVERY_MS);
  }

  /** In the range that is reserved for films, and beyond it, because that range is too small. */
  phoneOf(index: number): string {
    const [area, line] = [201 + (index % 700), Math.floor(index / 700)];
    return `+1${area}${555 + Math.floor(line / 10_000)}${String(line % 10_000).padStart(4, '0')}`;
  }

  /** WhatsApp's id of it. */
  messageId(index: number): string {
    return whatsAppId(this.phoneOf(index), this.sendId(index).replaceAll('-', '').slice(0, 18));
  }

  /** The uuid of its row in the send queue, and of its message. */
  sendId(index: number): string {
    return demoId(`${this.tenant.key}/campaign/autumn/${index}`);
  }
}

/** An id in the form of WhatsApp's own. */
function whatsAppId(phone: string, suffix: string): string {
  const text = `\u001c\u0018\u000b${phone.slice(1)}\u0015\u0002${suffix}`;
  return `wamid.${Buffer.from(text).toString('base64')}`;
}

/** The rows of the send queue, one for each message. */
export function* queueRows(campaign: FinishedCampaign) {
  for (let index = 0; index < campaign.messages; index += 1) {
    const { sent } = campaign.fateOf(index);
    const reason = NOT_SENT[index % NOT_SENT.length] ?? NOT_SENT[0];
    const sentAt = sent ? new Date(campaign.sentAt(index)) : null;
    yield {
      tenantId: campaign.tenant.id,
      id: campaign.sendId(index),
      campaignId: campaign.id,
      templateId: campaign.templateIds[TURNS[index % TURNS.length] ?? 0],
      contactId: idOf(campaign.tenant, 'contact', index % campaign.contacts),
      position: index,
      phone: sent || reason.phone ? campaign.phoneOf(index) : null,
      status: sent ? 'SENT' : 'FAILED',
      attempts: sent ? 1 : 0,
      sendingAt: sentAt,
      sentAt,
      whatsappMessageId: sent ? campaign.messageId(index) : null,
      errorMessage: sent ? null : reason.errorMessage,
    };
  }
}

/** When WhatsApp's events about a message happened, in whole seconds, as WhatsApp reports them. */
function momentsOf(campaign: FinishedCampaign, index: number) {
  const random = new Random(`${campaign.tenant.key}/campaign/autumn/${index}`);
  const second = Math.floor(campaign.sentAt(index) / SECOND) * SECOND;
  const settledAt = second + random.whole(1, 90) * SECOND;
  const readAt = settledAt + random.whole(2, 900) * MINUTE;
  return {
    acceptedAt: second + random.whole(0, 2) * SECOND,
    settledAt,
    readAt,
    repliedAt: readAt + random.whole(1, 120) * MINUTE,
  };
}

/** The messages that were sent, and the replies. */
export function* messageRows(campaign: FinishedCampaign) {
  const { tenant, id: campaignId } = campaign;
  const common = { tenantId: tenant.id, phoneNumberId: campaign.number.phoneNumberId };
  for (let index = 0; index < campaign.messages; index += 1) {
    const fate = campaign.fateOf(index);
    if (!fate.sent) continue;
    const { settledAt, readAt, repliedAt } = momentsOf(campaign, index);
    const [phone, whatsappMessageId, at] = [
      campaign.phoneOf(index),
      campaign.messageId(index),
      campaign.sentAt(index),
    ];
    yield {
      ...common,
      id: campaign.sendId(index),
      direction: 'OUT',
      phone,
      person: phone,
      whatsappMessageId,
      at: new Date(at),
      quotedMessageId: null,
      campaignId,
      templateId: campaign.templateIds[TURNS[index % TURNS.length] ?? 0],
      status: fate.read ? 'READ' : fate.delivered ? 'DELIVERED' : fate.failed ? 'FAILED' : 'SENT',
      repliesUntil: new Date(at + REPLY_WINDOW_MS),
      deliveredAt: fate.delivered ? new Date(settledAt) : null,
      readAt: fate.read ? new Date(readAt) : null,
      failedAt: fate.failed ? new Date(settledAt) : null,
      errorMessage: fate.failed ? UNDELIVERED : null,
      repliedAt: fate.replied ? new Date(repliedAt) : null,
    };
    if (fate.replied)
      yield replyRow(common, {
        index,
        phone,
        at: repliedAt,
        quotedMessageId: scattered(index) % 2 === 0 ? whatsappMessageId : null,
      });
  }
}

interface DemoReply {
  index: number;
  phone: string;
  at: number;
  quotedMessageId: string | null;
}

function replyRow(
  common: { tenantId: string; phoneNumberId: string },
  { index, phone, at, quotedMessageId }: DemoReply,
) {
  const none = {
    campaignId: null,
    templateId: null,
    status: null,
    repliesUntil: null,
    deliveredAt: null,
    readAt: null,
    failedAt: null,
    errorMessage: null,
  };
  const id = demoId(`${common.tenantId}/reply/${index}`);
  const whatsappMessageId = whatsAppId(phone, id.replaceAll('-', '').slice(0, 20));
  return {
    ...common,
    id,
    direction: 'IN',
    phone,
    person: phone,
    whatsappMessageId,
    at: new Date(at),
    quotedMessageId,
    ...none,
    repliedAt: null,
  };
}

/** WhatsApp's events about the messages. */
export function* statusRows(campaign: FinishedCampaign) {
  for (let index = 0; index < campaign.messages; index += 1) {
    const fate = campaign.fateOf(index);
    if (!fate.sent) continue;
    const { acceptedAt, settledAt, readAt } = momentsOf(campaign, index);
    const common = { tenantId: campaign.tenant.id, whatsappMessageId: campaign.messageId(index) };
    yield { ...common, status: 'SENT', at: new Date(acceptedAt), error: null };
    if (fate.failed)
      yield { ...common, status: 'FAILED', at: new Date(settledAt), error: UNDELIVERED };
    if (fate.delivered)
      yield { ...common, status: 'DELIVERED', at: new Date(settledAt), error: null };
    if (fate.read) yield { ...common, status: 'READ', at: new Date(readAt), error: null };
  }
}
