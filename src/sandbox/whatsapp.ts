/**
 * A stand-in for WhatsApp where there is no real one: an HTTP server that accepts messages in the
 * shapes of the Cloud API, with its limits and errors, and reports what becomes of them to the
 * webhook in signed calls. Faults are available on request.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Random } from '../demo/random.ts';
import { digits, errorAnswer, type WhatsAppAnswer } from './whatsapp-answers.ts';
import {
  messageId,
  type Outcomes,
  planEvents,
  replyEvent,
  SANDBOX_ACCOUNT_ID,
  type SandboxEvent,
  type SandboxMessage,
  USUAL_OUTCOMES,
} from './whatsapp-events.ts';
import { Faults, type WhatsAppFault } from './whatsapp-faults.ts';
import { SendLimits } from './whatsapp-limits.ts';
import {
  BAD_GATEWAY,
  CUT,
  confirmation,
  type Reply,
  readBody,
  send,
} from './whatsapp-responses.ts';
import { parseSending } from './whatsapp-sending.ts';
import { type SandboxTemplate, templatePage } from './whatsapp-templates.ts';
import { type WebhookCall, Webhooks } from './whatsapp-webhooks.ts';

/** How the server behaves; only `appSecret` is required. */
export interface WhatsAppSandboxOptions {
  port?: number;
  /** Signs the calls to the webhook. */
  appSecret: string;
  /** Where events are sent; `sendEventsTo` sets it later. */
  webhookUrl?: string;
  /** The access token that every number accepts. */
  accessToken?: string;
  /** The numbers that exist, by phone number id; any when absent. */
  phoneNumberIds?: readonly string[];
  /** Further access tokens, each with the numbers that it reaches: those of other accounts. */
  accounts?: Readonly<Record<string, readonly string[]>>;
  /** The templates that exist; any when absent, and tokens may then not list them. */
  templates?: readonly SandboxTemplate[];
  /** The limit of each number, 80 when absent; null for no limits, including those per person. */
  messagesPerSecond?: number | null;
  /**
   * How many times faster than usual things happen to messages; at 1, the default, everything has
   * happened after about 10 s.
   */
  speed?: number;
  outcomes?: Partial<Outcomes>;
  /** The share of calls to the webhook that are repeated, 0 to 1; 0.03 when absent. */
  duplicates?: number;
  /** The maximum number of events in a call; 50 when absent. */
  batchSize?: number;
  /** The same seed gives the same events for the same messages. */
  seed?: string;
}

/** A running server. */
export interface WhatsAppSandbox {
  /** The address with the version, as WHATSAPP_API_URL expects it. */
  url: string;
  accessToken: string;
  /** Every message that was accepted, in order. */
  sent: readonly SandboxMessage[];
  /** The status of each response to a request to send, in order; 0 where there was none. */
  answers: readonly number[];
  /** The last 10,000 calls to the webhook. */
  calls: readonly WebhookCall[];
  sendEventsTo: (webhookUrl: string) => void;
  /** Replaces all faults set before. */
  setFaults: (...faults: WhatsAppFault[]) => void;
  /** Replaces the templates that exist. */
  setTemplates: (templates: readonly SandboxTemplate[]) => void;
  /** Holds events back until `flush`. */
  hold: () => void;
  /** Sends all planned events now; resolves when the webhook has accepted them. */
  flush: () => Promise<void>;
  /** Resolves when no event is planned or being sent. */
  idle: () => Promise<void>;
  /** Makes the recipient of a message reply at once. */
  reply: (message: SandboxMessage, text?: string, options?: { quote?: boolean }) => void;
  /** Adds an event of any kind. */
  emit: (event: SandboxEvent, afterMs?: number) => void;
  close: () => Promise<void>;
}

/** The access token of a sandbox that is given none. */
export const SANDBOX_ACCESS_TOKEN = 'EAAsandboxAccessToken';
const MESSAGES_PER_SECOND = 80;
const VERSION = 'v24.0';
const PATH = /^(?:\/v\d+\.\d+)?\/([^/]+)\/messages$/;
const NUMBER_PATH = /^(?:\/v\d+\.\d+)?\/([^/]+)$/;
const TEMPLATES_PATH = new RegExp(`^(?:/v\\d+\\.\\d+)?/${SANDBOX_ACCOUNT_ID}/message_templates$`);

/** Resolves when the server listens, on 127.0.0.1 and a free port unless one is given. */
export async function startWhatsAppSandbox(
  options: WhatsAppSandboxOptions,
): Promise<WhatsAppSandbox> {
  const sandbox = new Sandbox(options);
  const server = createServer((request, response) => void sandbox.serve(request, response)).listen(
    options.port ?? 0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { webhooks, faults, sent, answers } = sandbox;
  webhooks.url = options.webhookUrl ?? null;
  let replies = 0;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${VERSION}`,
    accessToken: sandbox.accessToken,
    sent,
    answers,
    calls: webhooks.calls,
    sendEventsTo: (webhookUrl) => {
      webhooks.url = webhookUrl;
    },
    setFaults: (...set) => faults.set(set),
    setTemplates: (templates) => {
      sandbox.templates = templates;
    },
    hold: () => {
      webhooks.held = true;
    },
    flush: () => webhooks.flush(),
    idle: () => webhooks.idle(),
    reply: (message, text = 'Yes', { quote = false } = {}) => {
      replies += 1;
      webhooks.plan([
        {
          afterMs: 0,
          event: replyEvent(message, { text, quote, unique: `on request ${replies}` }),
        },
      ]);
    },
    emit: (event, afterMs = 0) => webhooks.plan([{ afterMs, event }]),
    close: async () => {
      webhooks.close();
      await close(server);
    },
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

class Sandbox {
  readonly sent: SandboxMessage[] = [];
  readonly answers: number[] = [];
  readonly faults = new Faults();
  readonly webhooks: Webhooks;
  readonly accessToken: string;
  templates: readonly SandboxTemplate[] | undefined;
  readonly #options: WhatsAppSandboxOptions;
  readonly #limits: SendLimits;
  readonly #random: Random;

  constructor(options: WhatsAppSandboxOptions) {
    const {
      appSecret,
      accessToken = SANDBOX_ACCESS_TOKEN,
      messagesPerSecond = MESSAGES_PER_SECOND,
      speed = 1,
      duplicates = 0.03,
      batchSize = 50,
    } = options;
    this.#options = options;
    this.templates = options.templates;
    this.accessToken = accessToken;
    this.webhooks = new Webhooks({ appSecret, speed, duplicates, batchSize });
    this.#limits = new SendLimits(messagesPerSecond);
    this.#random = new Random(options.seed ?? 'sheaf');
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request).catch(() => null);
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const { pathname, searchParams } = url;
    if (request.method === 'GET' && TEMPLATES_PATH.test(pathname))
      return send(response, this.#listTemplates(request, url));
    const lookedUp = request.method === 'GET' ? NUMBER_PATH.exec(pathname)?.[1] : undefined;
    if (lookedUp !== undefined)
      return send(response, this.#lookUp(request, lookedUp, searchParams.get('fields')));
    const phoneNumberId = PATH.exec(pathname)?.[1];
    const fault = { delayMs: 0 };
    const reply = body === null ? CUT : this.#reply(request, { phoneNumberId, body, fault });
    const finish = () => {
      this.answers.push(reply.status);
      send(response, reply);
    };
    if (fault.delayMs > 0) setTimeout(finish, fault.delayMs);
    else finish();
  }

  #reply(
    request: IncomingMessage,
    {
      phoneNumberId,
      body,
      fault,
    }: { phoneNumberId: string | undefined; body: string; fault: { delayMs: number } },
  ): Reply {
    if (request.method !== 'POST' || phoneNumberId === undefined)
      return errorAnswer(100, { message: 'Unsupported request', status: 404 });
    const refusal = this.#refuse(request, phoneNumberId);
    if (refusal !== null) return refusal;
    const sending = parseSending(body, this.templates);
    if ('refusal' in sending) return sending.refusal;
    const met = this.faults.take(
      { phoneNumberId, to: sending.to, template: sending.template },
      this.#random,
    );
    fault.delayMs = met?.delayMs ?? 0;
    if (met?.code !== undefined) return errorAnswer(met.code, { status: met.status });
    if (met?.action === 'refused') return CUT;
    if (met?.action === 'html') return { status: 502, text: BAD_GATEWAY };
    const limit = this.#limits.take(phoneNumberId, digits(sending.to));
    if (limit !== null) return errorAnswer(limit);
    const message = this.#accept(phoneNumberId, sending, met?.failsWith);
    return confirmation(message, met?.action);
  }

  /**
   * The error for a token that has no access to a number: the same for a number that does not exist
   * and one of another account; else null.
   */
  #refuse({ headers, method }: IncomingMessage, phoneNumberId: string): WhatsAppAnswer | null {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    const { accounts = {}, phoneNumberIds } = this.#options;
    const reached = token === this.accessToken ? phoneNumberIds : accounts[token];
    if (token !== this.accessToken && reached === undefined) return errorAnswer(190);
    if (reached === undefined || reached.includes(phoneNumberId)) return null;
    const message = `Unsupported ${method?.toLowerCase()} request. Object with ID '${phoneNumberId}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`;
    return errorAnswer(100, { message, subcode: 33 });
  }

  #lookUp(request: IncomingMessage, id: string, fields: string | null): WhatsAppAnswer {
    const refusal = this.#refuse(request, id);
    if (refusal !== null) return refusal;
    const entity = (type: string, of: string) => ({
      entity_type: type,
      id: of,
      can_send_message: 'AVAILABLE',
    });
    const known: Record<string, unknown> = {
      health_status: {
        can_send_message: 'AVAILABLE',
        entities: [entity('PHONE_NUMBER', id), entity('WABA', SANDBOX_ACCOUNT_ID)],
      },
      display_phone_number: `+1 ${id}`,
      verified_name: 'Sandbox',
      quality_rating: 'GREEN',
    };
    const asked =
      fields === null ? Object.keys(known) : fields.split(',').filter((field) => field in known);
    return {
      status: 200,
      body: { ...Object.fromEntries(asked.map((field) => [field, known[field]])), id },
    };
  }

  #listTemplates({ headers }: IncomingMessage, url: URL): WhatsAppAnswer {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    if (token !== this.accessToken && !this.#options.accounts?.[token]) return errorAnswer(190);
    return this.templates ? templatePage(this.templates, url) : errorAnswer(200);
  }

  #accept(
    phoneNumberId: string,
    sending: Omit<SandboxMessage, 'id' | 'phoneNumberId' | 'at'>,
    failsWith: number | undefined,
  ): SandboxMessage {
    const name = `${this.#options.seed ?? 'sheaf'}/${this.sent.length}`;
    const message = {
      ...sending,
      phoneNumberId,
      id: messageId(sending.to, `${name}/${Date.now()}`, 'out'),
      at: Date.now(),
    };
    this.sent.push(message);
    const outcomes = {
      ...USUAL_OUTCOMES,
      ...this.#options.outcomes,
      ...(failsWith === undefined ? {} : { failsWith }),
    };
    this.webhooks.plan(planEvents(message, outcomes, name));
    return message;
  }
}
