/**
 * WhatsApp's Cloud API: sends one template message, and looks a number up. There is no key that
 * would make a second sending harmless, so each failure of one is told apart by whether the message
 * can have been sent: only what surely was not may be tried again.
 */
import { z } from 'zod';
import { type HttpAnswer, HttpClient, HttpClientError } from '../../platform/http-client.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import { SECOND } from '../../platform/time.ts';
import { outcomeOf, type SendOutcome } from './errors.ts';

/** The process's connections to WhatsApp: answers are small, and all go to one host. */
export const whatsAppHttp = perProcess((platform: Platform) => {
  const http = new HttpClient({ reach: 'any' });
  platform.stopping.addEventListener(
    'abort',
    () => setTimeout(() => http.close(), 10 * SECOND).unref(),
    { once: true },
  );
  return http;
});

export interface WhatsAppClientOptions {
  /** WHATSAPP_API_URL, with the version. */
  apiUrl: string;
  phoneNumberId: string;
  accessToken: string;
  http: HttpClient;
  /** For all of one attempt; 10 s when absent, 5 s for a look-up. */
  timeoutMs?: number;
}

export interface TemplateMessage {
  /** In E.164. */
  to: string;
  template: string;
  /** Such as en_US. */
  language: string;
  /** In the order of the template's variables. */
  parameters: readonly string[];
  /** Comes back with every event of the message. */
  callbackData: string;
}

const TIMEOUT_MS = 10 * SECOND;
/** Somebody waits for it, within the time of one request. */
const LOOK_UP_TIMEOUT_MS = 5 * SECOND;
const MAX_BYTES = 65_536;
const MESSAGE_LENGTH = 500;

const Acceptance = z.object({
  messages: z.array(z.object({ id: z.string().min(1).max(500) })).min(1),
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
 * Whether the token reaches the number: what WhatsApp has to say against one of them, or that it
 * could not be asked.
 */
export type NumberProof =
  | { kind: 'proven' }
  | { kind: 'refused'; what: 'accessToken' | 'phoneNumberId'; message: string }
  | { kind: 'unavailable'; message: string };

export class WhatsAppClient {
  readonly #options: WhatsAppClientOptions;

  constructor(options: WhatsAppClientOptions) {
    this.#options = options;
  }

  /**
   * One attempt; never rejects. An abort leaves it unknown whether the message was sent, unless it
   * came before.
   */
  async send(message: TemplateMessage, signal?: AbortSignal): Promise<SendOutcome> {
    const { apiUrl, phoneNumberId, accessToken, http, timeoutMs = TIMEOUT_MS } = this.#options;
    if (signal?.aborted) return { kind: 'retry', message: 'It was given up before it was sent.' };
    const headers = {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      accept: 'application/json',
    };
    const address = `${apiUrl.replace(/\/+$/, '')}/${encodeURIComponent(phoneNumberId)}/messages`;
    try {
      return read(
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
      if (error instanceof HttpClientError) return unanswered(error);
      throw error;
    }
  }

  /**
   * Looks the number up with the token; only a token of the number's own account may. Never
   * rejects; within 5 s.
   */
  async prove(signal?: AbortSignal): Promise<NumberProof> {
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

function readProof(phoneNumberId: string, { status, body }: HttpAnswer): NumberProof {
  const json = parsed(body);
  if (status >= 200 && status < 300) {
    // Other things than numbers have ids too, and /me stands for the token's own.
    if (PhoneNumber.safeParse(json).data?.id === phoneNumberId) return { kind: 'proven' };
    return json === null
      ? noAnswer(status)
      : { kind: 'refused', what: 'phoneNumberId', message: 'This is the id of something else.' };
  }
  const refusal = Refusal.safeParse(json);
  if (!refusal.success) return noAnswer(status);
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

function noAnswer(status: number): NumberProof {
  return {
    kind: 'unavailable',
    message: `Its answer, with status ${status}, was none of WhatsApp's API.`,
  };
}

function bodyOf({ to, template, language, parameters, callbackData }: TemplateMessage): string {
  const texts = parameters.map((text) => ({ type: 'text', text }));
  return JSON.stringify({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: to.replace(/^\+/, ''),
    type: 'template',
    biz_opaque_callback_data: callbackData,
    template: {
      name: template,
      language: { code: language },
      ...(texts.length > 0 ? { components: [{ type: 'body', parameters: texts }] } : {}),
    },
  });
}

function read({ status, body }: HttpAnswer): SendOutcome {
  const json = parsed(body);
  if (status >= 200 && status < 300) {
    const acceptance = Acceptance.safeParse(json);
    const id = acceptance.data?.messages[0]?.id;
    return id
      ? { kind: 'sent', whatsappMessageId: id }
      : { kind: 'unknown', message: 'WhatsApp took the message, but answered without its id.' };
  }
  const refusal = Refusal.safeParse(json);
  if (refusal.success) {
    const { code, error_subcode: subcode = null, message, error_data: data } = refusal.data.error;
    return outcomeOf({ code, subcode, message: messageOf(code, message, data?.details) }, status);
  }
  // Whatever stands between may have passed the message on before it failed.
  if (status >= 500)
    return {
      kind: 'unknown',
      message: `WhatsApp answered with status ${status} and no error of its API.`,
    };
  return {
    kind: 'pause',
    cause: 'address',
    message: `Its answer, with status ${status}, was none of WhatsApp's API.`,
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

/** Failures before anything was written: no connection, no name, no certificate to trust. */
const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_)/;

function unanswered({ reason, message, cause }: HttpClientError): SendOutcome {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (reason === 'ADDRESS') return { kind: 'pause', cause: 'address', message };
  if (reason === 'UNREACHABLE' && NEVER_CONNECTED.test(code))
    return { kind: 'retry', message: 'WhatsApp can not be reached.' };
  return { kind: 'unknown', message: `WhatsApp's answer did not come: ${message}` };
}
