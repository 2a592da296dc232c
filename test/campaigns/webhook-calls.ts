/** What WhatsApp sends, signed as it signs, and campaigns whose messages it may be about. */
import { createHmac } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { folder } from '../../src/campaigns/ingest/fold.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import type { TestServer, TestTenant } from '../support/server.ts';

export const APP_SECRET = 'the secret of the tests’ app';
export const VERIFY_TOKEN = 'the verify token of the tests';
export const WHATSAPP_SETTINGS = {
  WHATSAPP_APP_SECRET: APP_SECRET,
  WHATSAPP_VERIFY_TOKEN: VERIFY_TOKEN,
};

/** When the messages of `seedCampaign` were sent: 2026-06-15T12:00:00.500Z. */
const SENT_AT = Date.UTC(2026, 5, 15, 12) / 1_000 + 0.5;
export const SENT_SECOND = Math.floor(SENT_AT);

export interface Event {
  statuses?: object[];
  messages?: object[];
  user_preferences?: object[];
}

/** The body of a call with events that came to one number. */
export function bodyOf(phoneNumberId: string, value: Event, field = 'messages'): object {
  const metadata = { display_phone_number: '15550783881', phone_number_id: phoneNumberId };
  return {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: 'account',
        changes: [{ field, value: { messaging_product: 'whatsapp', metadata, ...value } }],
      },
    ],
  };
}

export function status(id: string, kind: string, more: Record<string, unknown> = {}): object {
  return {
    id,
    status: kind,
    timestamp: String(SENT_SECOND + 5),
    ...(kind === 'failed'
      ? {
          errors: [
            {
              code: 131026,
              title: 'Message undeliverable',
              error_data: { details: 'Not on WhatsApp' },
            },
          ],
        }
      : {}),
    ...more,
  };
}

/** A message that came in; `quotes` is the id of the message that it answers. */
export function reply(
  id: string,
  from: string | undefined,
  {
    quotes,
    at = SENT_SECOND + 60,
    ...more
  }: { quotes?: string; at?: number; [key: string]: unknown } = {},
): object {
  return {
    from,
    id,
    timestamp: String(at),
    type: 'text',
    text: { body: 'Yes' },
    ...(quotes ? { context: { from: '15550783881', id: quotes } } : {}),
    ...more,
  };
}

export function sign(body: Buffer | string, secret = APP_SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** Calls the webhook; the signature is right unless one is given. */
export async function call(
  url: string,
  body: object | string | Buffer,
  headers?: Record<string, string>,
): Promise<number> {
  const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const response = await fetch(`${url}/webhooks/whatsapp`, {
    method: 'POST',
    body: typeof raw === 'string' ? raw : new Uint8Array(raw),
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(raw), ...headers },
  });
  await response.text();
  return response.status;
}

export interface SeededMessage {
  /** The row of send_queue, and the message's. */
  sendId: string;
  whatsappMessageId: string;
  phone: string;
  templateId: string;
  contactId: string;
  /** Whom the provider answered that it sends to: a wa_id in E.164 and a user id. */
  recipient?: { phone?: string; userId?: string };
}

export interface SeededCampaign {
  campaignId: string;
  /** The global id. */
  id: string;
  phoneNumberId: string;
  templateIds: string[];
  messages: SeededMessage[];
}

export interface Seed {
  /** Messages that were handed to the provider, shared over the templates in turn. */
  messages: number;
  templates?: number;
  /** Rows whose sender died with them in hand. */
  sending?: number;
  phoneNumberId?: string;
  /** The first phone; each further message has the next one. */
  firstPhone?: number;
  status?: string;
}

let made = 0;

/** A campaign as it is after sending, with its counters. */
export async function seedCampaign(
  server: TestServer,
  tenant: TestTenant,
  seed: Seed,
): Promise<SeededCampaign> {
  const { pool } = server.app.platform.database;
  const { tenantId } = tenant;
  made += 1;
  const phoneNumberId = seed.phoneNumberId ?? `number-${made}`;
  const numberId = uuidv7();
  const campaignId = uuidv7();
  const templateIds = Array.from({ length: seed.templates ?? 1 }, () => uuidv7());
  const count = seed.messages + (seed.sending ?? 0);
  const messages = Array.from({ length: count }, (_, index) => ({
    sendId: uuidv7(),
    contactId: uuidv7(),
    whatsappMessageId: `wamid.${made}.${index}`,
    phone: `+${(seed.firstPhone ?? made * 1_000_000 + 16_000_000_000) + index}`,
    templateId: templateIds[index % templateIds.length] ?? '',
  }));
  const run = (text: string, ...values: unknown[]) => pool.query(text, [tenantId, ...values]);
  await run(
    `insert into whatsapp_number ("tenantId", id, "phoneNumberId", "displayPhoneNumber", "accessToken") values ($1, $2, $3, 'x', 'x') on conflict ("phoneNumberId") do nothing`,
    numberId,
    phoneNumberId,
  );
  const completed = seed.status === 'COMPLETED';
  await run(
    `insert into campaign ("tenantId", id, name, status, "contactCount", "searchText", "startedAt", "completedAt") values ($1, $2, $3, $4, $5, $6, now(), case when $7 then now() end)`,
    campaignId,
    `Campaign ${made}`,
    seed.status ?? 'RUNNING',
    count,
    `campaign ${made}`,
    completed,
  );
  await run(
    `insert into campaign_template ("tenantId", "campaignId", id, position, "templateName", language, parameters) select $1, $2, t.id, t.at - 1, 'template_' || t.at, 'en_US', '{}' from unnest($3::uuid[]) with ordinality t(id, at)`,
    campaignId,
    templateIds,
  );
  await run(
    `insert into contact ("tenantId", id, name, "ownerId", "phoneE164") select $1, c.id, 'Contact', $2, c.phone from unnest($3::uuid[], $4::text[]) c(id, phone)`,
    tenant.owner.id,
    messages.map((message) => message.contactId),
    messages.map((message) => message.phone),
  );
  await run(
    `insert into campaign_contact ("tenantId", "campaignId", "contactId") select $1, $2, unnest($3::uuid[])`,
    campaignId,
    messages.map((message) => message.contactId),
  );
  await run(
    `insert into send_queue ("tenantId", id, "campaignId", "templateId", "contactId", position, phone, status, attempts, "sendingAt")
     select $1, q.id, $2, q.template, q.contact, q.at, q.phone, 'SENDING', 1, to_timestamp($7::float8) from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[]) with ordinality q(id, template, contact, phone, at)`,
    campaignId,
    messages.map((message) => message.sendId),
    messages.map((message) => message.templateId),
    messages.map((message) => message.contactId),
    messages.map((message) => message.phone),
    SENT_AT,
  );
  const sent = messages.slice(0, seed.messages);
  await run(`select "recountCampaign"($1, $2)`, campaignId);
  await storeSent(server, tenant, { phoneNumberId, messages: sent });
  return {
    campaignId,
    id: encodeGlobalId('Campaign', campaignId),
    phoneNumberId,
    templateIds,
    messages,
  };
}

/** Stores the provider's answers, as a sender does. */
export async function storeSent(
  server: TestServer,
  { tenantId }: TestTenant,
  { phoneNumberId, messages }: Pick<SeededCampaign, 'phoneNumberId' | 'messages'>,
): Promise<void> {
  const { pool } = server.app.platform.database;
  const ids = messages.map((message) => message.whatsappMessageId);
  const client = await pool.connect();
  try {
    await client.query('begin');
    const values = [
      tenantId,
      messages.map((message) => message.sendId),
      ids,
      ids.map(() => phoneNumberId),
    ];
    await client.query(
      'select * from "storeSent"($1, $2::uuid[], $3::text[], $4::text[], 30)',
      values,
    );
    if (ids.length > 0)
      await client.query(
        `insert into webhook_inbox ("tenantId", kind, "phoneNumberId", size, "messageIds", phones, "userIds") values ($1, 'KNOWN', '', $2, $3, $4, $5)`,
        [
          tenantId,
          ids.length,
          ids,
          messages.map(({ recipient }) => recipient?.phone ?? ''),
          messages.map(({ recipient }) => recipient?.userId ?? ''),
        ],
      );
    await client.query('commit');
  } finally {
    client.release();
  }
}

/** Resolves once nothing waits to be folded. */
export async function folded(server: TestServer): Promise<void> {
  const { pool } = server.app.platform.database;
  // What a test has written into the inbox itself would only be found by the next poll.
  for (const { tenantId } of [server.north, server.south])
    folder(server.app.platform).wake(tenantId);
  for (;;) {
    const { rows } = await pool.query('select count(*)::int as waiting from webhook_inbox');
    if (rows[0].waiting === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface Figures {
  templateId: string;
  total: number;
  sent: number;
  delivered: number;
  read: number;
  replied: number;
  failed: number;
}

/** The state of a campaign's messages. */
export async function messageStates(
  server: TestServer,
  { tenantId }: TestTenant,
  campaignId: string,
): Promise<object[]> {
  const text = `select id, status, "deliveredAt", "readAt", "failedAt", "errorMessage", "repliedAt" from message where "tenantId" = $1 and "campaignId" = $2 order by id`;
  return (await server.app.platform.database.pool.query(text, [tenantId, campaignId])).rows;
}

/** Counts a campaign anew; answers how far its counters were off. */
export async function recount(
  server: TestServer,
  { tenantId }: TestTenant,
  campaignId: string,
): Promise<number> {
  return (
    await server.app.platform.database.pool.query('select "recountCampaign"($1, $2) as drift', [
      tenantId,
      campaignId,
    ])
  ).rows[0].drift;
}

const FIGURES = '"templateId", total, sent, delivered, read, replied, failed';

/** The kept counters of a campaign, and what the raw rows say, by template. */
export async function keptAndCounted(
  server: TestServer,
  { tenantId }: TestTenant,
  campaignId: string,
): Promise<{ kept: Figures[]; counted: Figures[] }> {
  const { pool } = server.app.platform.database;
  // In one statement, for one moment.
  const rows = (source: string) =>
    `(select coalesce(json_agg(f order by f."templateId"), '[]') from (select ${FIGURES} from ${source}) f)`;
  const kept = rows(`campaign_counter where "tenantId" = $1 and "campaignId" = $2`);
  const text = `select ${kept} as kept, ${rows('"countCampaign"($1, $2)')} as counted`;
  return (await pool.query(text, [tenantId, campaignId])).rows[0];
}

const SENDING = 'subject, level::int, block, name';
const SUMS = ['sent', 'delivered', '"read"', 'replied', 'failed']
  .map((figure) => `sum(${figure})::int as ${figure}`)
  .join(', ');

/** The kept figures of all campaigns of a tenant, and what its messages say; in one statement, for one moment. */
export async function sendingFigures(
  server: TestServer,
  { tenantId }: TestTenant,
): Promise<{ kept: object[]; counted: object[] }> {
  const rows = (source: string) =>
    `(select coalesce(json_agg(f order by f.subject, f.level, f.block, f.name), '[]') from (select ${SENDING}, ${SUMS} from ${source} group by 1, 2, 3, 4
      having (sum(sent), sum(delivered), sum("read"), sum(replied), sum(failed)) <> (0, 0, 0, 0, 0)) f)`;
  const text = `select ${rows('sending_figure where "tenantId" = $1')} as kept, ${rows('"countSendingFigures"($1)')} as counted`;
  return (await server.app.platform.database.pool.query(text, [tenantId])).rows[0];
}
