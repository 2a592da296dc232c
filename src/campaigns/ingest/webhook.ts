/**
 * The webhook that WhatsApp calls. A call is answered once its events are committed; what becomes
 * of them is the fold's affair (fold.ts). What is not signed with the app's secret is not even
 * read.
 */
import { isUtf8 } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { RequestError } from '../../platform/errors.ts';
import { webhookEvents } from '../../platform/metrics.ts';
import type { Platform } from '../../platform/platform.ts';
import { isSameText } from '../../platform/secrets.ts';
import { SECOND } from '../../platform/time.ts';
import { type EventColumns, readEvents } from './events.ts';
import { folder } from './fold.ts';
import { ingest } from './inbox.ts';
import { tenantOfNumber } from './number-owners.ts';

/**
 * Has this process fold events: its own ones at once, those that others have left within a second.
 */
export function startWebhook(platform: Platform): void {
  folder(platform).watch();
}

/**
 * The challenge of the handshake with which a webhook is registered; null where the token is not
 * the right one.
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

/** Whether `header` is the signature of these very bytes. */
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
 * Throws UNAUTHENTICATED for a call that can't be signed whatever its body is: such a body is not
 * worth reading.
 */
export function expectSignature({ config }: Platform, header: string | undefined): void {
  if (config.WHATSAPP_APP_SECRET === undefined || signatureIn(header) === null) throw unsigned();
}

function unsigned(): RequestError {
  return new RequestError(
    'UNAUTHENTICATED',
    'Expected the header X-Hub-Signature-256 with the signature of this body.',
  );
}

/**
 * Takes a call; resolves once its events are stored. Throws UNAUTHENTICATED, BAD_REQUEST, or what
 * the database fails with.
 */
export async function receiveWebhook(
  platform: Platform,
  body: Buffer,
  signature: string | undefined,
): Promise<void> {
  if (!isSigned(body, signature, platform.config.WHATSAPP_APP_SECRET)) throw unsigned();
  const { columns, malformed } = readEvents(parseBody(body), Math.floor(Date.now() / SECOND));
  if (malformed > 0) webhookEvents.inc({ kind: 'malformed' }, malformed);
  const byTenant = new Map<string, EventColumns[]>();
  for (const events of columns) {
    const tenantId = await tenantOfNumber(platform, events.phoneNumberId);
    webhookEvents.inc(
      { kind: tenantId === null ? 'unknown number' : events.kind.toLowerCase() },
      events.size,
    );
    if (tenantId !== null) byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), events]);
  }
  await Promise.all(
    [...byTenant].map(([tenantId, events]) => ingest(platform).store(tenantId, events)),
  );
}

function parseBody(body: Buffer): object {
  const expected = 'Expected a JSON object in UTF-8.';
  if (!isUtf8(body)) throw new RequestError('BAD_REQUEST', expected);
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Answered below, like what is JSON of another shape.
  }
  throw new RequestError('BAD_REQUEST', expected);
}
