/**
 * A client of WhatsApp's Cloud API: it sends a template message, and looks a number up. The API has
 * no idempotency key for sending, so failures are told apart by whether the message may have been
 * sent: only what was certainly not sent may be tried again.
 */
import { z } from 'zod';
import { HttpClient, HttpClientError, type HttpResponse } from '../../platform/http-client.ts';
import { perProcess } from '../../platform/platform.ts';
import { SECOND } from '../../platform/time.ts';

import type { MessageComponent } from '../templates/message-template.ts';
import { outcomeOf, type SendOutcome } from './errors.ts';
import { phoneOf, userIdOf } from './identities.ts';

/** The process's connections to WhatsApp, which all go to one host. */
export const whatsAppHttp = perProcess(
  () => new HttpClient({ reach: 'any' }),
  // How long messages that are being sent may wait for a response.
  (http) => setTimeout(() => http.close(), 10 * SECOND).unref(),
);

/** Whose number a client is for, and how it reaches WhatsApp. */
export interface WhatsAppClientOptions {
  /** WHATSAPP_API_URL, with the version. */
  apiUrl: string;
  /** WhatsApp's own id of the number. */
  phoneNumberId: string;
  accessToken: string;
  http: HttpClient;
  /** The time limit of one attempt, in milliseconds; by default 10 s, and 5 s for a look-up. */
  timeoutMs?: number;
}

/** A message made of a template that WhatsApp has approved. */
export interface TemplateMessage {
  /** In E.164. */
  to: string;
  template: string;
  /** Such as en_US. */
  language: string;
  /** What fills the template. */
  components: readonly MessageComponent[];
  /** WhatsApp returns it with every event of the message. */
  callbackData: string;
}

const TIMEOUT_MS = 10 * SECOND;
/** Shorter, because a request waits for it. */
const LOOK_UP_TIMEOUT_MS = 5 * SECOND;
const MAX_BYTES = 65_536;
const MESSAGE_LENGTH = 500;

const Acceptance = z.object({
  messages: z.array(z.object({ id: z.string().min(1).max(500) })).min(1),
  contacts: z
    .array(z.object({ wa_id: z.unknown().optional(), user_id: z.unknown().optional() }))
    .catch([])
    .default([]),
});
const Refusal = z.object({
  error: z.object({
    code: z.number().int(),
    error_subcode: z.number().int().nullish().catch(null),
    message: z.string().nullish().catch(null),
    error_data: z.object({ details: z.string().nullish() }).nullish().catch(null),
  }),
});

const PhoneNumber = z.object({ id: z.string(), display_phone_number: z.string() });

/**
 * Whether the token reaches the number: `refused` says which of the two WhatsApp refused and why,
 * `unavailable` that WhatsApp could not be reached.
 */
export type NumberProof =
  | { kind: 'proven' }
  | { kind: 'refused'; what: 'accessToken' | 'phoneNumberId'; message: string }
  | { kind: 'unavailable'; message: string };

/** Sends from one number, or looks it up, with one access token. */
export class WhatsAppClient {
  readonly #options: WhatsAppClientOptions;

  constructor(options: WhatsAppClientOptions) {
    this.#options = options;
  }

  /**
   * Tries once to send a message. Failures are outcomes too, so it does not reject for them. An
   * abort leaves it unknown whether the message was sent, unless it came before the attempt.
   */
  async send(message: TemplateMessage, signal?: AbortSignal): Promise<SendOutcome> {
    const { apiUrl, phoneNumberId, accessToken, http, timeoutMs = TIMEOUT_MS } = this.#options;
    if (signal?.aborted) return { kind: 'retry', message: 'Sending was aborted before it began.' };
    const headers = {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      accept: 'application/json',
    };
    const address = `${apiUrl.replace(/\/+$/, '')}/${encodeURIComponent(phoneNumberId)}/messages`;
    try {
      return readOutcome(
        await http.send(address, {
          method: 'POST',
          headers,
          body: bodyOf(message),
          timeoutMs,
          maxBytes: MAX_BYTES,
          signal,
        }),
      );
    } catch (error) {
      if (error instanceof HttpClientError) return outcomeOfFailure(error);
      throw error;
    }
  }

  /**
   * Looks the number up, which only a token of the number's own account may do. Failures are proofs
   * too, so it does not reject for them.
   */
  async proveNumber(signal?: AbortSignal): Promise<NumberProof> {
    const {
      apiUrl,
      phoneNumberId,
      accessToken,
      http,
      timeoutMs = LOOK_UP_TIMEOUT_MS,
    } = this.#options;
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
    const address = `${apiUrl.replace(/\/+$/, '')}/${encodeURIComponent(phoneNumberId)}?fields=id,display_phone_number,verified_name`;
    try {
      return readProof(
        phoneNumberId,
        await http.send(address, { headers, timeoutMs, maxBytes: MAX_BYTES, signal }),
      );
    } catch (error) {
      if (error instanceof HttpClientError) return { kind: 'unavailable', message: error.message };
      throw error;
    }
  }
}

function readProof(phoneNumberId: string, { status, body }: HttpResponse): NumberProof {
  const json = parsed(body);
  if (status >= 200 && status < 300) {
    // Not only numbers have ids, and /me means the account of the token.
    if (PhoneNumber.safeParse(json).data?.id === phoneNumberId) return { kind: 'proven' };
    return json === null
      ? notFromWhatsApp(status)
      : { kind: 'refused', what: 'phoneNumberId', message: 'Expected the id of a number.' };
  }
  const refusal = Refusal.safeParse(json);
  if (!refusal.success) return notFromWhatsApp(status);
  const { code, error_subcode: subcode = null, message: text } = refusal.data.error;
  const message = messageOf(code, text, null);
  const outcome = outcomeOf({ code, subcode, message }, status);
  if (outcome.kind === 'busy' || outcome.kind === 'retry') return { kind: 'unavailable', message };
  return {
    kind: 'refused',
    what: outcome.kind === 'pause' && outcome.cause === 'token' ? 'accessToken' : 'phoneNumberId',
    message,
  };
}

/** What is wrong, by a response of WhatsApp's API that should be fine; null if nothing is. */
export function problemOf({ status, body }: HttpResponse): string | null {
  if (status >= 200 && status < 300) return null;
  const refusal = Refusal.safeParse(parsed(body));
  if (!refusal.success) return notFromWhatsAppMessage(status);
  const { code, message, error_data: data } = refusal.data.error;
  return messageOf(code, message, data?.details);
}

function notFromWhatsApp(status: number): NumberProof {
  return {
    kind: 'unavailable',
    message: notFromWhatsAppMessage(status),
  };
}

function notFromWhatsAppMessage(status: number): string {
  return `The response, with status ${status}, is not from WhatsApp's API.`;
}

function bodyOf({ to, template, language, components, callbackData }: TemplateMessage): string {
  return JSON.stringify({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: to.replace(/^\+/, ''),
    type: 'template',
    biz_opaque_callback_data: callbackData,
    template: {
      name: template,
      language: { code: language },
      ...(components.length > 0 ? { components } : {}),
    },
  });
}

function readOutcome({ status, body }: HttpResponse): SendOutcome {
  const json = parsed(body);
  if (status >= 200 && status < 300) {
    const acceptance = Acceptance.safeParse(json);
    const id = acceptance.data?.messages[0]?.id;
    const contact = acceptance.data?.contacts[0];
    const recipient = { phone: phoneOf(contact?.wa_id), userId: userIdOf(contact?.user_id) };
    return id
      ? { kind: 'sent', whatsappMessageId: id, recipient }
      : { kind: 'unknown', message: 'WhatsApp took the message but returned no id for it.' };
  }
  const refusal = Refusal.safeParse(json);
  if (refusal.success) {
    const { code, error_subcode: subcode = null, message, error_data: data } = refusal.data.error;
    return outcomeOf({ code, subcode, message: messageOf(code, message, data?.details) }, status);
  }
  // A proxy in between may have passed the message on before it failed.
  if (status >= 500)
    return {
      kind: 'unknown',
      message: `WhatsApp returned status ${status} without an error of its API.`,
    };
  return {
    kind: 'pause',
    cause: 'address',
    message: notFromWhatsAppMessage(status),
  };
}

function messageOf(
  code: number,
  message: string | null | undefined,
  details: string | null | undefined,
): string {
  const text = message?.trim() || 'Error';
  const whole = [
    /#\d+/.test(text) ? text : `(#${code}) ${text}`,
    ...(details && !text.includes(details) ? [details] : []),
  ].join(': ');
  return whole.replaceAll('\u0000', '').toWellFormed().slice(0, MESSAGE_LENGTH);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

/** Failures before anything was sent: no connection, an unknown host, an untrusted certificate. */
const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_)/;

function outcomeOfFailure({ reason, message, cause }: HttpClientError): SendOutcome {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (reason === 'ADDRESS') return { kind: 'pause', cause: 'address', message };
  if (reason === 'UNREACHABLE' && NEVER_CONNECTED.test(code))
    return { kind: 'retry', message: 'WhatsApp cannot be reached.' };
  return { kind: 'unknown', message: `WhatsApp's response did not arrive: ${message}` };
}
