/** The messages of campaigns: who got which template, and how it went. */
import { sql } from 'kysely';
import { anyOf } from '../platform/database/arrays.ts';
import {
  applyPage,
  type Ordering,
  type PageArguments,
  type PageRequest,
  parsePage,
} from '../platform/database/keyset.ts';
import { prepare } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { parseDetail } from '../platform/input.ts';
import type { CampaignMessageRow, MessageStatus } from './rows.ts';

const BY_POSITION: Ordering = {
  name: 'position',
  columns: [{ column: 'position', direction: 'asc', type: 'integer' }],
};

export interface MessageListArguments extends PageArguments {
  templateName?: string | null;
  status?: MessageStatus | null;
}

/** Checked arguments of a list of messages. */
export interface MessageList {
  page: PageRequest;
  templateName: string | null;
  status: MessageStatus | null;
}

export function parseMessageList({
  templateName,
  status,
  ...page
}: MessageListArguments): MessageList {
  return {
    page: parsePage(page, BY_POSITION),
    templateName: parseDetail('templateName', templateName),
    status: status ?? null,
  };
}

/** A row that a worker has in hand reads as QUEUED: whether it was sent is not known yet. */
const STATUS = sql<MessageStatus>`case "send_queue"."status" when 'SENT' then "message"."status"::text when 'FAILED' then 'FAILED' else 'QUEUED' end`;

function allMessages() {
  return query
    .selectFrom('send_queue')
    .innerJoin('campaign_template', (join) =>
      join
        .onRef('campaign_template.campaignId', '=', 'send_queue.campaignId')
        .onRef('campaign_template.id', '=', 'send_queue.templateId'),
    )
    .leftJoin('message', 'message.id', 'send_queue.id');
}

/** What a message is read as; its delivery is known by its having been read, too. */
function messages() {
  return allMessages()
    .select([
      'send_queue.id',
      'send_queue.campaignId',
      'send_queue.position',
      'send_queue.contactId',
      'send_queue.phone',
      'send_queue.sentAt',
    ])
    .select(['campaign_template.templateName', 'message.readAt', 'message.repliedAt'])
    .select([
      STATUS.as('status'),
      sql<string | null>`coalesce("message"."deliveredAt", "message"."readAt")`.as('deliveredAt'),
      sql<
        string | null
      >`case when "message"."id" is null then "send_queue"."errorMessage" when "message"."status" = 'FAILED' then "message"."errorMessage" end`.as(
        'errorMessage',
      ),
    ])
    .$castTo<CampaignMessageRow>();
}

/** Messages by id: `ids`. */
export const messagesById = prepare((p: { ids: string[] }) =>
  messages().where('send_queue.id', '=', anyOf(p.ids)),
);

function filtered<Query extends ReturnType<typeof messages>>(
  rows: Query,
  { templateName, status }: MessageList,
): Query {
  let result = rows;
  if (templateName !== null)
    result = result.where('campaign_template.templateName', '=', templateName) as Query;
  if (status !== null) result = result.where(sql<boolean>`${STATUS} = ${status}`) as Query;
  return result;
}

/** The same page of each of some campaigns. */
export function messagesOfCampaigns(campaignIds: string[], list: MessageList) {
  return query
    .selectFrom(
      sql<{ campaignId: string }>`unnest(${campaignIds}::uuid[])`.as<'parent'>(
        sql`parent("campaignId")`,
      ),
    )
    .innerJoinLateral(
      () =>
        applyPage(
          filtered(messages(), list).where(
            sql<boolean>`"send_queue"."campaignId" = "parent"."campaignId"`,
          ),
          'send_queue',
          list.page,
        ).as('message'),
      (join) => join.onTrue(),
    )
    .selectAll('message')
    .orderBy('message.position')
    .$castTo<CampaignMessageRow>();
}

/** How many messages of each of some campaigns a list has. */
export function countOfCampaigns(campaignIds: string[], list: MessageList) {
  const all = filtered(messages(), list).clearSelect();
  return all
    .select((eb) => ['send_queue.campaignId', eb.fn.countAll<number>().as('count')])
    .where('send_queue.campaignId', '=', anyOf(campaignIds))
    .groupBy('send_queue.campaignId')
    .$castTo<{ campaignId: string; count: number }>();
}
