/**
 * Campaigns beside the measured ones, written by SQL: a thousand with counters only, and a copy of
 * the demo's campaign with ten times its messages.
 */
import type { CampaignBench } from './bench.ts';

const OTHERS = 1_000;

/** Writes completed campaigns with the templates and the counters of `campaignId`. */
export async function writeOtherCampaigns(
  { client, tenantId }: CampaignBench,
  campaignId: string,
): Promise<void> {
  const text = `
    with new as (select gen_random_uuid() as id, n from generate_series(1, ${OTHERS}) n),
    c as (
      insert into campaign ("tenantId", id, name, status, "contactCount", "searchText", "startedAt", "completedAt", "createdAt")
      select o."tenantId", new.id, o.name || ' ' || new.n, o.status, o."contactCount", o."searchText", o."startedAt", o."completedAt", o."createdAt" - new.n * interval '1 hour'
      from campaign o, new where o."tenantId" = $1 and o.id = $2
    ), t as (
      insert into campaign_template ("tenantId", id, "campaignId", position, "templateName", language, weight, parameters)
      select o."tenantId", o.id, new.id, o.position, o."templateName", o.language, o.weight, o.parameters
      from campaign_template o, new where o."tenantId" = $1 and o."campaignId" = $2
    ), f as (
      insert into campaign_figures ("tenantId", "campaignId", version, "frozenAt")
      select o."tenantId", new.id, o.version, o."frozenAt" from campaign_figures o, new where o."tenantId" = $1 and o."campaignId" = $2
    )
    insert into campaign_counter ("tenantId", "campaignId", "templateId", total, sent, delivered, "read", replied, failed)
    select o."tenantId", new.id, o."templateId", o.total, o.sent, o.delivered, o."read", o.replied, o.failed
    from campaign_counter o, new where o."tenantId" = $1 and o."campaignId" = $2`;
  await client.query(text, [tenantId, campaignId]);
}

const TEN = `(select n, lpad(n::text, 2, '0') as suffix from generate_series(0, 9) n) copy`;
/** A different id for each copy of a row. */
const copied = (id: string) => `md5(${id}::text || copy.n)::uuid`;

/**
 * Writes a campaign with ten rows for each row of `campaignId`, and returns its id. Foreign keys
 * hold by construction and are not checked.
 */
export async function writeTenfold(
  { client, tenantId }: CampaignBench,
  campaignId: string,
): Promise<string> {
  const tenfoldId = '10000000-0000-4000-8000-000000000010';
  const run = (text: string) =>
    client.query(
      text
        .replaceAll('$1', `'${tenantId}'`)
        .replaceAll('$2', `'${campaignId}'`)
        .replaceAll('$3', `'${tenfoldId}'`),
    );
  await run(`insert into campaign ("tenantId", id, name, status, "contactCount", "searchText", "startedAt", "completedAt", "createdAt")
    select "tenantId", $3, name || ' tenfold', status, "contactCount" * 10, "searchText", "startedAt", "completedAt", "createdAt" - interval '1 day' from campaign where "tenantId" = $1 and id = $2`);
  await run(`insert into campaign_template ("tenantId", id, "campaignId", position, "templateName", language, weight, parameters)
    select "tenantId", id, $3, position, "templateName", language, weight, parameters from campaign_template where "tenantId" = $1 and "campaignId" = $2`);
  await client.query('set session_replication_role = replica');
  const rows = `"tenantId" = $1 and "campaignId" = $2`;
  await run(`insert into send_queue ("tenantId", id, "campaignId", "templateId", "contactId", position, phone, status, attempts, "sendingAt", "sentAt", "whatsappMessageId", "errorMessage")
    select "tenantId", ${copied('id')}, $3, "templateId", "contactId", position * 10 + copy.n, phone || copy.suffix, status, attempts, "sendingAt", "sentAt", "whatsappMessageId" || copy.n, "errorMessage"
    from send_queue, ${TEN} where ${rows}`);
  await run(`insert into message ("tenantId", id, direction, "phoneNumberId", phone, person, "whatsappMessageId", at, "campaignId", "templateId", status, "repliesUntil", "deliveredAt", "readAt", "failedAt", "errorMessage", "repliedAt")
    select "tenantId", ${copied('id')}, direction, "phoneNumberId", phone || copy.suffix, phone || copy.suffix, "whatsappMessageId" || copy.n, at, $3, "templateId", status, "repliesUntil", "deliveredAt", "readAt", "failedAt", "errorMessage", "repliedAt"
    from message, ${TEN} where ${rows}`);
  await run(`insert into message ("tenantId", id, direction, "phoneNumberId", phone, person, "whatsappMessageId", at, "quotedMessageId")
    select m."tenantId", ${copied('m.id')}, m.direction, m."phoneNumberId", m.phone || copy.suffix, m.phone || copy.suffix, m."whatsappMessageId" || copy.n, m.at, m."quotedMessageId" || copy.n
    from message m, ${TEN} where m."tenantId" = $1 and m.direction = 'IN' and m.phone in (select phone from send_queue where ${rows})`);
  await run(`insert into message_status_log ("tenantId", "whatsappMessageId", status, at, error)
    select l."tenantId", l."whatsappMessageId" || copy.n, l.status, l.at, l.error
    from message_status_log l, ${TEN} where l."tenantId" = $1 and l."whatsappMessageId" in (select "whatsappMessageId" from send_queue where ${rows})`);
  await client.query('set session_replication_role = origin');
  await client.query('vacuum (analyze) send_queue, message, message_status_log');
  await run(
    `insert into campaign_figures ("tenantId", "campaignId", version, "frozenAt") select "tenantId", $3, version, "frozenAt" from campaign_figures where ${rows}`,
  );
  await run(`insert into campaign_counter ("tenantId", "campaignId", "templateId", total, sent, delivered, "read", replied, failed)
    select "tenantId", $3, "templateId", total * 10, sent * 10, delivered * 10, "read" * 10, replied * 10, failed * 10 from campaign_counter where ${rows}`);
  await client.query('checkpoint');
  return tenfoldId;
}
