/** The three ways of counting a campaign's figures that the kept counters replace. */
import { msOf } from '../timing.ts';
import type { CampaignBench } from './bench.ts';

const ROWS_AT_ONCE = 1_000;

/** The milliseconds in which the SQL function counts a campaign, the truth for its counters. */
export async function countByFunctionMs(
  { client, tenantId }: CampaignBench,
  campaignId: string,
): Promise<number> {
  const text = 'select * from "countCampaign"($1, $2)';
  return msOf(() => client.query(text, [tenantId, campaignId]));
}

/**
 * The figures of all campaigns that have messages. A refresh looks for tables in the system's schema
 * only, unless a function says where.
 */
const CREATE_VIEW = `
  create function bench_count(uuid, uuid) returns setof record
    language sql stable set search_path = public as 'select * from "countCampaign"($1, $2)';
  create materialized view bench_campaign_stats as
    select c."tenantId", c.id as "campaignId", f.* from campaign c,
      lateral bench_count(c."tenantId", c.id) as f(
        "templateId" uuid, total int, sent int, delivered int, "read" int, replied int, failed int)
    where exists (
      select from send_queue q where q."tenantId" = c."tenantId" and q."campaignId" = c.id)
  with no data`;

/** The milliseconds that refreshing a materialized view of all campaigns takes. */
export async function refreshViewMs({ client }: CampaignBench): Promise<number> {
  await client.query(CREATE_VIEW);
  const ms = await msOf(() => client.query('refresh materialized view bench_campaign_stats'));
  await client.query('drop materialized view bench_campaign_stats');
  return ms;
}

/**
 * Counts in this process what it reads in pages of 1,000 rows, as a client without SQL of its own
 * would. Returns the number of queries.
 */
export async function countByQueries(bench: CampaignBench, campaignId: string): Promise<number> {
  return new PagedReader(bench, campaignId).readAll();
}

class PagedReader {
  readonly #bench: CampaignBench;
  readonly #campaignId: string;
  #queries = 0;

  constructor(bench: CampaignBench, campaignId: string) {
    this.#bench = bench;
    this.#campaignId = campaignId;
  }

  async readAll(): Promise<number> {
    const ofCampaign = '"tenantId" = $1 and "campaignId" = $2';
    await this.#read('select * from campaign where "tenantId" = $1 and id = $2', [
      this.#campaignId,
    ]);
    await this.#read(`select * from campaign_template where ${ofCampaign}`, [this.#campaignId]);
    await this.#pages(`select position as key, "templateId", status from send_queue
      where ${ofCampaign} and position > coalesce($3::int, -1) order by position limit $4`);
    const messages = await this.#pages<Message>(`
      select id as key, "templateId", "whatsappMessageId", phone from message
      where ${ofCampaign} and id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
      order by id limit $4`);
    const statuses = new Map<string, string>();
    for (let first = 0; first < messages.length; first += ROWS_AT_ONCE) {
      const part = messages.slice(first, first + ROWS_AT_ONCE);
      for (const { id, status } of await this.#events(part)) statuses.set(id, status);
      await this.#read(
        `select phone, "quotedMessageId" from message
         where "tenantId" = $1 and direction = 'IN' and phone = any($2::text[])`,
        [part.map(({ phone }) => phone)],
      );
    }
    return this.#queries;
  }

  /** The rows of a statement with a key by which its pages go on. */
  async #pages<Row extends { key: string | number }>(text: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (;;) {
      const after = rows.at(-1)?.key ?? null;
      const page = await this.#read<Row>(text, [this.#campaignId, after, ROWS_AT_ONCE]);
      rows.push(...page);
      if (page.length < ROWS_AT_ONCE) return rows;
    }
  }

  async #events(messages: readonly Message[]): Promise<Event[]> {
    const ids = messages.map(({ whatsappMessageId }) => whatsappMessageId);
    const text = `select "whatsappMessageId" as id, status from message_status_log
      where "tenantId" = $1 and "whatsappMessageId" = any($2::text[])
      order by 1, status, at offset $3 limit $4`;
    const events: Event[] = [];
    for (;;) {
      const page = await this.#read<Event>(text, [ids, events.length, ROWS_AT_ONCE]);
      events.push(...page);
      if (page.length < ROWS_AT_ONCE) return events;
    }
  }

  async #read<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    this.#queries += 1;
    const { client, tenantId } = this.#bench;
    return (await client.query<Row>(text, [tenantId, ...values])).rows;
  }
}

interface Message {
  key: string;
  whatsappMessageId: string;
  phone: string;
}

interface Event {
  id: string;
  status: string;
}
