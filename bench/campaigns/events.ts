/**
 * The status events of messages, in the order in which they arrive. Messages are sent one after the
 * other, in several campaigns at once; each has a `sent`, and of 100 then 4 fail and 96 are
 * delivered, of which 70 are read. A `failed` or `delivered` comes some thousand events after the
 * `sent`, a `read` some ten thousand, so neighbouring events belong to different messages. Nothing
 * is random: the same messages always have the same events.
 */
import type pg from 'pg';
import {
  type SandboxMessage,
  type SandboxStatus,
  statusEvent,
  webhookBody,
  webhookSignature,
} from '../../src/sandbox/whatsapp-events.ts';

/** Messages of campaigns, in the order of sending, from `first` on. */
export interface Slice {
  tenantId: string;
  campaignIds: string[];
  first: number;
  messages: number;
}

export interface StatusEvent {
  message: SandboxMessage;
  status: SandboxStatus;
  /** In whole seconds since 1970. */
  second: number;
}

/** About how many events a message has. */
export const EVENTS_PER_MESSAGE = 2.67;

const FAILED = 4;
const READ = 70;
const MESSAGES_A_SECOND = 80;
const SETTLED_WITHIN = 2_000;
const READ_WITHIN = 20_000;

/** All events of a slice, in order. */
export async function eventsOf(client: pg.ClientBase, slice: Slice): Promise<StatusEvent[]> {
  const { rows } = await client.query<{
    id: string;
    whatsappMessageId: string;
    phone: string;
    phoneNumberId: string;
  }>(
    `select id, "whatsappMessageId", phone, "phoneNumberId" from message
     where "tenantId" = $1 and "campaignId" = any($2::uuid[])
     order by at, "whatsappMessageId" offset $3 limit $4`,
    [slice.tenantId, slice.campaignIds, slice.first, slice.messages],
  );
  const startedAt = Math.floor(Date.now() / 1_000) - Math.ceil(rows.length / MESSAGES_A_SECOND);
  const events: (StatusEvent & { place: number })[] = [];
  for (const [index, { id, whatsappMessageId, phone, phoneNumberId }] of rows.entries()) {
    const message = {
      id: whatsappMessageId,
      phoneNumberId,
      to: phone,
      template: 'one',
      language: 'en_US',
      parameters: [],
      components: [],
      callbackData: id,
      at: 0,
    };
    const settled = index + 1 + (scattered(index) % SETTLED_WITHIN);
    const add = (status: SandboxStatus, place: number) =>
      events.push({
        message,
        status,
        second: startedAt + Math.floor(place / MESSAGES_A_SECOND),
        place,
      });
    add('sent', index);
    if (index % 100 < FAILED) add('failed', settled);
    else {
      add('delivered', settled);
      if (scattered(index) % 96 < READ)
        add('read', settled + 1 + (scattered(index + 1) % READ_WITHIN));
    }
  }
  return events.sort((one, other) => one.place - other.place);
}

/** A number for each index, without a visible pattern (Knuth's multiplicative hash). */
function scattered(index: number): number {
  return Math.imul(index, 2_654_435_761) >>> 8;
}

/** Signed HTTP requests with `size` events each; a remainder is left out, so that all are alike. */
export function callsOf(
  events: readonly StatusEvent[],
  { size, host, appSecret }: { size: number; host: string; appSecret: string },
): Buffer[] {
  return Array.from({ length: Math.floor(events.length / size) }, (_element, index) =>
    requestOf(events.slice(index * size, (index + 1) * size), host, appSecret),
  );
}

/** One signed HTTP request with these events, as bytes to write to a socket. */
export function requestOf(events: readonly StatusEvent[], host: string, appSecret: string): Buffer {
  const body = webhookBody(
    events.map(({ message, status, second }) =>
      statusEvent(message, status, { at: second * 1_000 }),
    ),
  );
  const headers = [
    'POST /webhooks/whatsapp HTTP/1.1',
    `host: ${host}`,
    'accept: */*',
    'user-agent: facebookexternalua',
    'content-type: application/json',
    `content-length: ${body.length}`,
    `x-hub-signature-256: ${webhookSignature(appSecret, body)}`,
  ];
  return Buffer.concat([Buffer.from(`${headers.join('\r\n')}\r\n\r\n`), body]);
}
