/** Messages to contacts and their replies, written straight to the tables. */
import type pg from 'pg';
import type { App } from '../../src/app.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import type { TestTenant } from './server.ts';

/**
 * A message to each contact for each of their campaigns, and their reply to it; answers the global id
 * of one reply.
 */
export async function fillReplies({ platform }: App, { tenantId }: TestTenant): Promise<string> {
  const { pool } = platform.database;
  await pool.query(
    `update contact c set "phoneE164" = '+1650' || (1000000 + n.number)
     from (select id, row_number() over (order by id) as number from contact where "tenantId" = $1) n
     where c."tenantId" = $1 and c.id = n.id`,
    [tenantId],
  );
  await pool.query(
    `insert into message ("tenantId", id, direction, "phoneNumberId", phone, person, "whatsappMessageId", at, "campaignId", "templateId", status, "repliesUntil")
     select $1, q.id, 'OUT', 'number', c."phoneE164", c."phoneE164", 'out.' || q.id, now() - interval '1 hour', q."campaignId", q."templateId", 'SENT', now()
     from send_queue q join contact c on c."tenantId" = $1 and c.id = q."contactId" where q."tenantId" = $1`,
    [tenantId],
  );
  await fillTemplates(pool, tenantId);
  // A message that failed, for the figures only.
  await pool.query(
    `insert into sending_figure ("tenantId", subject, level, block, name, writer, failed)
     select $1::uuid, k.*, 2, 1 from "sendingFigureKeys"(floor(extract(epoch from now()) / 1800)::int, null, null, '131026') k where k.subject = 'ERROR'`,
    [tenantId],
  );
  const { rows } = await pool.query<{ id: string }>(
    `insert into message ("tenantId", id, direction, "phoneNumberId", phone, person, "whatsappMessageId", at, "quotedMessageId", type, text)
     select $1, gen_random_uuid(), 'IN', m."phoneNumberId", m.phone, m.person, 'in.' || m.id, now() - interval '1 minute', m."whatsappMessageId", 'text', 'Yes'
     from message m where m."tenantId" = $1 and m.direction = 'OUT' returning id`,
    [tenantId],
  );
  return encodeGlobalId('ReceivedMessage', rows[0]?.id ?? '');
}

/** The templates that WhatsApp has listed for the tenant's numbers: as many as there are messages. */
async function fillTemplates(pool: pg.Pool, tenantId: string): Promise<void> {
  await pool.query(
    `update whatsapp_number set "accountId" = "phoneNumberId", "templatesListedAt" = clock_timestamp() where "tenantId" = $1`,
    [tenantId],
  );
  const components = [
    {
      type: 'BODY',
      format: null,
      text: 'Good day',
      buttons: [{ type: 'QUICK_REPLY', text: 'Yes', url: null }],
    },
  ];
  await pool.query(
    `insert into whatsapp_template ("tenantId", "accountId", name, language, status, category, "listedAt", components)
     select $1, n."accountId", t.name, 'en_US', 'APPROVED', 'MARKETING', now(), $2
     from whatsapp_number n,
       (select unnest('{first,second,another}'::text[]) as name union select 'template_' || id from message where "tenantId" = $1 and direction = 'OUT') t
     where n."tenantId" = $1`,
    [tenantId, JSON.stringify(components)],
  );
}
