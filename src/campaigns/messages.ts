/** The messages of a campaign: who got which template, and what became of it. */
import { sql } from 'kysely';
import { defineCampaignOutcome, type MessageStatus } from '../contacts/index.ts';
import { anyOf } from '../platform/database/arrays.ts';
import { whereGiven } from '../platform/database/filters.ts';
import {
  applyPage,
  type PageArguments,
  type PageRequest,
  parsePage,
} from '../platform/database/keyset.ts';
import type { Ordering } from '../platform/database/ordering.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { parseDetail } from '../platform/input.ts';
import type { CampaignMessageRow } from './rows.ts';

const BY_POSITION: Ordering = {
  name: 'position',
  columns: [{ column: 'position', direction: 'asc', type: 'integer' }],
};

/** Which messages of a campaign are listed. */
export interface MessageListArguments extends PageArguments {
  templateName?: string | null;
  status?: MessageStatus | null;
}

/** Which of a campaign's messages a list shows; null does not restrict it. */
export interface MessageFilter {
  templateName: string | null;
  status: MessageStatus | null;
}

/** Parses the arguments of a list of messages; BAD_USER_INPUT if they are wrong. */
export function parseMessageList({ templateName, status, ...page }: MessageListArguments): {
  page: PageRequest;
  filter: MessageFilter;
} {
  return {
    page: parsePage(page, BY_POSITION),
    filter: { templateName: parseDetail('templateName', templateName), status: status ?? null },
  };
}

/** A claimed message (SENDING) is shown as QUEUED, since it is not known whether it was sent. */
const STATUS = sql<MessageStatus>`case "send_queue"."status"
  when 'SENT' then "message"."status"::text
  when 'FAILED' then 'FAILED'
  else 'QUEUED'
end`;

const ERROR_MESSAGE = sql<string | null>`case
  when "message"."id" is null then "send_queue"."errorMessage"
  when "message"."status" = 'FAILED' then "message"."errorMessage"
end`;

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

/** Messages as CampaignMessageRow; a message that was read counts as delivered. */
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
      ERROR_MESSAGE.as('errorMessage'),
    ])
    .$castTo<CampaignMessageRow>();
}

/** Reads messages by their `ids`. */
export const messagesById = prepare((p: { ids: string[] }) =>
  messages().where('send_queue.id', '=', anyOf(p.ids)),
);

function matching({ templateName, status }: MessageFilter) {
  return messages()
    .$call(whereGiven(templateName, (name, eb) => eb('campaign_template.templateName', '=', name)))
    .$call(whereGiven(status, (wanted) => sql<boolean>`${STATUS} = ${wanted}`));
}

/** Reads the same page of messages for each of several campaigns. */
export function messagesOfCampaigns(
  campaignIds: readonly string[],
  page: PageRequest,
  filter: MessageFilter,
) {
  const ofParent = matching(filter).where(
    sql<boolean>`"send_queue"."campaignId" = "parent"."campaignId"`,
  );
  return query
    .selectFrom(
      sql<{ campaignId: string }>`unnest(${campaignIds}::uuid[])`.as<'parent'>(
        sql`parent("campaignId")`,
      ),
    )
    .innerJoinLateral(
      () => applyPage(ofParent, 'send_queue', page).as('message'),
      (join) => join.onTrue(),
    )
    .selectAll('message')
    .orderBy('message.position', page.backward ? 'desc' : 'asc')
    .$castTo<CampaignMessageRow>();
}

/** Counts the messages that a list shows, for each of several campaigns. */
export function countOfCampaigns(campaignIds: readonly string[], filter: MessageFilter) {
  return matching(filter)
    .clearSelect()
    .select((eb) => ['send_queue.campaignId', eb.fn.countAll<number>().as('count')])
    .where('send_queue.campaignId', '=', anyOf(campaignIds))
    .groupBy('send_queue.campaignId')
    .$castTo<{ campaignId: string; count: number }>();
}

defineCampaignOutcome(({ campaignId, status, replied }) => {
  const contacts =
    status == null && replied == null
      ? query
          .selectFrom('campaign_contact')
          .select('campaign_contact.contactId')
          .where('campaign_contact.campaignId', '=', campaignId)
      : query
          .selectFrom('send_queue')
          .leftJoin('message', 'message.id', 'send_queue.id')
          .select('send_queue.contactId')
          .where('send_queue.campaignId', '=', campaignId)
          .$call(whereGiven(status, (wanted) => sql<boolean>`${STATUS} = any(${wanted}::text[])`))
          .$call(whereGiven(replied, hasReplied));
  return sql<boolean>`(${sql.ref('contact.id')} in (${contacts}))`;
});

/** Nobody can reply to what was not sent. */
function hasReplied(replied: boolean) {
  return replied
    ? sql<boolean>`"message"."repliedAt" is not null`
    : sql<boolean>`"message"."id" is not null and "message"."repliedAt" is null`;
}
