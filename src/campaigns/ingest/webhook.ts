/**
 * The webhook that WhatsApp calls with events of messages. A call without the right signature is
 * refused and none of it is stored; any other succeeds once its events are committed.
 *
 * The room: a call (this file, events.ts) goes to the inbox of its tenant (inbox.ts), from where it
 * is folded into messages and counters (fold.ts). HTTP uses this file; the rest of the domain uses
 * fold.ts, to wake the folder or to have all events folded.
 */
import { isUtf8 } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { RequestError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import { isRecord } from '../../platform/records.ts';
import { isSameText } from '../../platform/secrets.ts';
import { SECOND } from '../../platform/time.ts';
import { webhookEvents } from '../metrics.ts';
import { readWords } from '../settings.ts';
import type { Words } from '../words/usual-words.ts';
import { optsOut } from '../words/words.ts';
import { applyNotice } from './apply-notices.ts';
import { addWord, type EventColumns, emptyColumns } from './columns.ts';
import { readEvents, type ShortAnswer } from './events.ts';
import { folder } from './fold.ts';
import { inbox } from './inbox.ts';
import { readNotices } from './notices.ts';
import { learnAccount, numberOwner } from './number-owners.ts';

/**
 * Makes this process fold events: those that it takes at once, and those that another process has
 * left within a second.
 */
export function startWebhook(platform: Platform): void {
  folder(platform).watch();
}

/**
 * Returns the response to the handshake that registers a webhook: its challenge, or null if its
 * token is wrong. `parameters` are those of the URL.
 */
export function verifyWebhook(
  { config }: Platform,
  parameters: Readonly<Record<string, unknown>>,
): string | null {
  const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = parameters;
  const expected = config.WHATSAPP_VERIFY_TOKEN;
  const isRight =
    expected !== undefined && typeof token === 'string' && isSameText(token, expected);
  return isRight && mode === 'subscribe' && typeof challenge === 'string' ? challenge : null;
}

/** Whether `header` is the signature of exactly these bytes. */
function isSigned(body: Buffer, header: string | undefined, secret: string | undefined): boolean {
  const signature = signatureIn(header);
  if (signature === null || secret === undefined) return false;
  return timingSafeEqual(signature, createHmac('sha256', secret).update(body).digest());
}

function signatureIn(header: string | undefined): Buffer | null {
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(header ?? '')?.[1];
  return hex === undefined ? null : Buffer.from(hex, 'hex');
}

/**
 * Throws UNAUTHENTICATED if `header` cannot be a signature, for any body. Call it before the body
 * is read.
 */
export function expectSignature({ config }: Platform, header: string | undefined): void {
  if (config.WHATSAPP_APP_SECRET === undefined || signatureIn(header) === null) throw unsigned();
}

function unsigned(): RequestError {
  return new RequestError(
    'UNAUTHENTICATED',
    'Expected the signature of this body in the header X-Hub-Signature-256.',
  );
}

/**
 * Takes a call of the webhook; resolves once its events are committed. Throws UNAUTHENTICATED for a
 * wrong signature, BAD_REQUEST for a body that is not a JSON object, SERVICE_UNAVAILABLE if too many
 * events are waiting, or the error of the database.
 */
export async function receiveWebhook(
  platform: Platform,
  body: Buffer,
  signature: string | undefined,
): Promise<void> {
  if (!isSigned(body, signature, platform.config.WHATSAPP_APP_SECRET)) throw unsigned();
  const parsed = parseBody(body);
  const { columns, answers, accounts, malformed } = readEvents(
    parsed,
    Math.floor(Date.now() / SECOND),
  );
  if (malformed > 0) webhookEvents.inc({ kind: 'malformed' }, malformed);
  const byTenant = new Map<string, EventColumns[]>();
  for (const events of columns) {
    const tenantId = await numberOwner(platform, events.phoneNumberId);
    webhookEvents.inc(
      { kind: tenantId === null ? 'unknown number' : events.kind.toLowerCase() },
      events.size,
    );
    if (tenantId !== null) byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), events]);
  }
  for (const [phoneNumberId, ofNumber] of Map.groupBy(answers, (one) => one.phoneNumberId)) {
    const tenantId = await numberOwner(platform, phoneNumberId);
    if (tenantId === null) continue;
    const words = wordsIn(await readWords(platform, tenantId), phoneNumberId, ofNumber);
    if (words.size > 0) byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), words]);
  }
  await Promise.all(
    [...byTenant].map(([tenantId, events]) => inbox(platform).store(tenantId, events)),
  );
  for (const [phoneNumberId, accountId] of accounts)
    await learnAccount(platform, phoneNumberId, accountId);
  for (const notice of readNotices(parsed, new Date())) {
    const tenants = await applyNotice(platform, notice);
    webhookEvents.inc({ kind: tenants === 0 ? 'unknown account' : notice.kind });
  }
}

/** The answers that opt out or in, as events beside the answers themselves. */
function wordsIn(words: Words, phoneNumberId: string, answers: readonly ShortAnswer[]) {
  const columns = emptyColumns('PREFERENCE', phoneNumberId);
  for (const { person, moment, said, isButton } of answers) {
    const optedOut = optsOut(words, said);
    const isKnown = person.phone !== '' || person.userId !== '';
    if (optedOut !== null && isKnown)
      addWord(columns, { person, optedOut, source: isButton ? 'BUTTON' : 'KEYWORD', moment });
  }
  return columns;
}

function parseBody(body: Buffer): object {
  const expected = 'Expected a JSON object in UTF-8.';
  if (!isUtf8(body)) throw new RequestError('BAD_REQUEST', expected);
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (isRecord(parsed)) return parsed;
  } catch {
    // Refused below, like JSON that is not an object.
  }
  throw new RequestError('BAD_REQUEST', expected);
}
