/**
 * The webhook that is sent each notification: JSON by POST, signed in X-Sheaf-Signature-256 as
 * `sha256=<hex HMAC-SHA256 of the body>` with NOTIFICATION_WEBHOOK_SECRET. A receiver
 * recognises a second delivery by `id`, and an old one by `createdAt`.
 */
import { createHmac } from 'node:crypto';
import { webhookClient } from '../platform/http-client.ts';
import type { Platform } from '../platform/platform.ts';

/** Sends one notification. Resolves on a status from 200 to 299, and rejects on any other. */
export async function postNotification(
  platform: Platform,
  message: object,
  signal: AbortSignal,
): Promise<void> {
  const { NOTIFICATION_WEBHOOK_URL: url = '', NOTIFICATION_WEBHOOK_SECRET: secret = '' } =
    platform.config;
  const body = JSON.stringify(message);
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-sheaf-signature-256': `sha256=${signature}`,
  };
  const { status } = await webhookClient(platform).send(url, {
    method: 'POST',
    headers,
    body,
    signal,
  });
  if (status < 200 || status > 299)
    throw new Error(`Expected a status from 200 to 299 from the webhook, found ${status}.`);
}
