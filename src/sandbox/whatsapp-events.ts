/**
 * What happens to a message after it was accepted: its events, in the shapes of the webhook, and
 * when they are sent.
 */
import { createHash, createHmac } from 'node:crypto';
import { Random } from '../demo/random.ts';
import { SECOND } from '../platform/time.ts';
import { digits, statusError, userIdOf, waIdOf } from './whatsapp-answers.ts';
import type { SentMessageComponent } from './whatsapp-sending.ts';

/** The account that all numbers of a sandbox belong to. */
export const SANDBOX_ACCOUNT_ID = '102290129340398';

/** A message that the sandbox accepted. */
export interface SandboxMessage {
  id: string;
  phoneNumberId: string;
  /** The number as it was given. */
  to: string;
  template: string;
  language: string;
  /** The texts of the body. */
  parameters: string[];
  /** All components, as they were sent. */
  components: SentMessageComponent[];
  callbackData: string | null;
  /** When it was accepted, in milliseconds since 1970. */
  at: number;
}

/** How messages end, each a share from 0 to 1. */
export interface Outcomes {
  failed: number;
  /** The share of those that did not fail. */
  delivered: number;
  /** The share of the delivered ones. */
  read: number;
  /** The share of the read ones. */
  replied: number;
  /** Fails in any case, with this error code. */
  failsWith?: number;
}

/** The shares that apply where a sandbox is given none. */
export const USUAL_OUTCOMES: Outcomes = { failed: 0.03, delivered: 0.97, read: 0.7, replied: 0.12 };

/** One event: an entry of `statuses` or of `messages`. */
export interface SandboxEvent {
  phoneNumberId: string;
  kind: 'status' | 'message';
  body: Record<string, unknown>;
}

/** An event and when it happens, at normal speed. */
export interface PlannedEvent {
  /** Milliseconds after the message was accepted. */
  afterMs: number;
  event: SandboxEvent;
}

/** The statuses that the webhook reports. */
export type SandboxStatus = 'sent' | 'delivered' | 'read' | 'failed';

const REPLIES = [
  'Yes please!',
  'Tell me more',
  'Thank you 🙏',
  'Can you call me?',
  'Not now',
  'Stop',
  'Ça m’intéresse',
];
/** The error codes of messages that fail after they were accepted. */
const FAILURES = [131026, 131049, 131049, 131050];

/** `wamid.` and the base64 of a small record with the phone number, as real ids are. */
export function messageId(phone: string, unique: string, direction: 'out' | 'in'): string {
  const number = Buffer.from(digits(phone));
  const key = Buffer.from(
    createHash('sha256')
      .update(unique)
      .digest('hex')
      .slice(0, direction === 'out' ? 18 : 20)
      .toUpperCase(),
  );
  const record = [
    Buffer.from([0x1c, 0x18, number.length]),
    number,
    Buffer.from([0x15, 0x02, 0x00, direction === 'out' ? 0x11 : 0x12, 0x18, key.length]),
    key,
  ];
  return `wamid.${Buffer.concat([...record, Buffer.from([0x00])]).toString('base64')}`;
}

/** The events of a message, drawn at random from `name`: the same for the same one. */
export function planEvents(
  message: SandboxMessage,
  outcomes: Outcomes,
  name: string,
): PlannedEvent[] {
  const random = new Random(name);
  const between = (from: number, to: number) => from + random.fraction() * (to - from);
  const sent: PlannedEvent = {
    afterMs: between(0.05, 0.4) * SECOND,
    event: statusEvent(message, 'sent'),
  };
  const failure = random.chance(outcomes.failed) ? random.pick(FAILURES) : undefined;
  const errorCode = outcomes.failsWith ?? failure;
  if (errorCode !== undefined)
    return [
      sent,
      { afterMs: between(0.5, 2) * SECOND, event: statusEvent(message, 'failed', { errorCode }) },
    ];
  if (!random.chance(outcomes.delivered)) return [sent];
  const deliveredAfter = between(0.3, 2) * SECOND;
  const delivered = { afterMs: deliveredAfter, event: statusEvent(message, 'delivered') };
  if (!random.chance(outcomes.read)) return [sent, delivered];
  const readAfter = deliveredAfter + between(0.2, 4) * SECOND;
  const read = { afterMs: readAfter, event: statusEvent(message, 'read') };
  // WhatsApp may never report the delivery of a message that is read at once.
  const events = random.chance(0.02) ? [sent, read] : [sent, delivered, read];
  if (!random.chance(outcomes.replied)) return events;
  const event = replyEvent(message, {
    text: random.pick(REPLIES),
    quote: random.chance(0.5),
    unique: name,
  });
  return [...events, { afterMs: readAfter + between(0.5, 3) * SECOND, event }];
}

/**
 * A status of a message. `at` is in milliseconds since 1970; without it, the timestamp is set when
 * the event is sent.
 */
export function statusEvent(
  message: SandboxMessage,
  status: SandboxStatus,
  { at, errorCode }: { at?: number; errorCode?: number } = {},
): SandboxEvent {
  const body = {
    id: message.id,
    status,
    ...(at === undefined ? {} : { timestamp: unixSeconds(at) }),
    recipient_id: waIdOf(message.to),
    recipient_user_id: userIdOf(message.to),
    ...(message.callbackData === null ? {} : { biz_opaque_callback_data: message.callbackData }),
    ...(status === 'failed'
      ? { errors: [statusError(errorCode ?? 131026)] }
      : {
          conversation: {
            id: createHash('md5').update(message.to).digest('hex'),
            origin: { type: 'marketing' },
          },
          pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing' },
        }),
  };
  return { phoneNumberId: message.phoneNumberId, kind: 'status', body };
}

/** A text message that a recipient sends back. */
export interface Reply {
  text: string;
  /** Whether it quotes the message. */
  quote: boolean;
  /** Replies with the same `unique` have the same id. */
  unique: string;
  at?: number;
}

/** The message that the recipient of a message sends back. */
export function replyEvent(
  message: SandboxMessage,
  { text, quote, unique, at }: Reply,
): SandboxEvent {
  const body = {
    from: waIdOf(message.to),
    from_user_id: userIdOf(message.to),
    id: messageId(message.to, `reply ${unique}`, 'in'),
    ...(at === undefined ? {} : { timestamp: unixSeconds(at) }),
    type: 'text',
    text: { body: text },
    ...(quote ? { context: { from: message.phoneNumberId, id: message.id } } : {}),
  };
  return { phoneNumberId: message.phoneNumberId, kind: 'message', body };
}

/** A moment in milliseconds since 1970 as the webhook writes it: whole seconds, as text. */
export function unixSeconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / SECOND));
}

/**
 * The body of one call with all of these events, as WhatsApp writes it: slashes and characters
 * outside of ASCII are escaped.
 */
export function webhookBody(events: readonly SandboxEvent[]): Buffer {
  const changes = [...Map.groupBy(events, ({ phoneNumberId }) => phoneNumberId)].map(
    ([phoneNumberId, ofNumber]) => {
      const bodies = (kind: SandboxEvent['kind']) =>
        ofNumber.filter((event) => event.kind === kind).map((event) => event.body);
      const [statuses, messages] = [bodies('status'), bodies('message')];
      return {
        field: 'messages',
        value: {
          messaging_product: 'whatsapp',
          metadata: { display_phone_number: digits(phoneNumberId), phone_number_id: phoneNumberId },
          ...(statuses.length > 0 ? { statuses } : {}),
          ...(messages.length > 0
            ? {
                contacts: messages.map((message) => ({
                  profile: { name: 'Ada' },
                  wa_id: message['from'],
                  user_id: message['from_user_id'],
                })),
                messages,
              }
            : {}),
        },
      };
    },
  );
  const text = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: SANDBOX_ACCOUNT_ID, changes }],
  });
  return Buffer.from(
    text
      .replaceAll('/', '\\/')
      .replace(
        /[\u0080-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
  );
}

/** The value of the X-Hub-Signature-256 header for a body. */
export function webhookSignature(appSecret: string, body: Uint8Array): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
}
