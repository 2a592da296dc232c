/** E-mail by SMTP. */
import { createTransport } from 'nodemailer';
import { type Platform, perProcess } from '../platform/platform.ts';
import { SECOND } from '../platform/time.ts';

const TIMEOUT_MS = 20 * SECOND;

/** One message, as plain text. */
export interface Email {
  /** The notification's id: the same for each attempt. */
  id: string;
  to: string;
  title: string;
  body: string;
}

const transport = perProcess(
  ({ config }) =>
    createTransport({
      url: config.SMTP_URL ?? '',
      pool: true,
      maxConnections: 2,
      disableFileAccess: true,
      disableUrlAccess: true,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
    }),
  (made) => made.close(),
);

/** Sends one message. Resolves when the SMTP server has accepted it, and rejects when it refuses. */
export async function sendEmail(platform: Platform, { id, to, title, body }: Email): Promise<void> {
  const from = platform.config.SMTP_FROM ?? '';
  // As an object, since nodemailer would read a display name out of a plain text.
  await transport(platform).sendMail({
    from,
    to: { name: '', address: to },
    subject: title,
    text: body,
    headers: { 'X-Notification-Id': id },
  });
}
