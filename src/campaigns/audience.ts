/** Who gets the messages of a campaign: contacts by id, or all contacts that match a filter. */
import { sql } from 'kysely';
import {
  type ContactFilter,
  hasOptedOutOfMany,
  matchingContacts,
  parseContactFilter,
} from '../contacts/index.ts';
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/prepared.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { notFound, RequestError, UserInputError } from '../platform/errors.ts';
import { parseId } from '../platform/input.ts';

/** Contacts to add to a campaign, by either or both. */
export interface AudienceInput {
  contactIds?: readonly string[] | null | undefined;
  contactFilter?: ContactFilter | null | undefined;
}

/**
 * Adds contacts to a campaign that the caller has locked; contacts that are already in it stay. It
 * takes a few statements, however many contacts there are. Throws NOT_FOUND for the first id of no
 * contact, and INVALID for a wrong filter.
 */
export async function addAudience(
  tx: TenantTransaction,
  campaignId: string,
  { contactIds, contactFilter }: AudienceInput,
): Promise<void> {
  if (contactIds == null && contactFilter == null) return;
  if (contactIds != null && contactIds.length > 0) await addByIds(tx, campaignId, contactIds);
  if (contactFilter != null) await addByFilter(tx, campaignId, contactFilter);
  await tx.runWithNewPlan(
    query
      .updateTable('contact')
      .set({ addedToCampaign: true })
      .where('addedToCampaign', '=', false)
      .where(
        'id',
        'in',
        query
          .selectFrom('campaign_contact')
          .select('campaign_contact.contactId')
          .where('campaign_contact.campaignId', '=', campaignId),
      ),
  );
  await countContacts(tx, [campaignId]);
}

/**
 * Stores how many contacts campaigns have, whose rows the transaction has locked; people who were
 * erased after the launch still count. What is being sent goes on.
 */
export async function countContacts(
  tx: TenantTransaction,
  campaignIds: readonly string[],
): Promise<void> {
  const count = query
    .selectFrom('campaign_contact')
    .select(sql`count(*)`.as('count'))
    .where('campaign_contact.campaignId', '=', sql.ref<string>('campaign.id'));
  const erased = query
    .selectFrom('send_queue')
    .select(sql`count(*)`.as('count'))
    .where('send_queue.campaignId', '=', sql.ref<string>('campaign.id'))
    .where('send_queue.contactId', 'is', null);
  await tx.runWithNewPlan(
    query
      .updateTable('campaign')
      .set({
        contactCount: sql<number>`(${count}) + (${erased})`,
        // Claims ask for the moment at which the campaign began to run.
        updatedAt: sql`case when "campaign"."status" = 'RUNNING' then "campaign"."updatedAt" else now() end`,
      })
      .where('id', '=', anyOf(campaignIds)),
  );
}

async function addByIds(
  tx: TenantTransaction,
  campaignId: string,
  ids: readonly string[],
): Promise<void> {
  // This waits for a contact that is being deleted, which is then missing.
  const found = await tx.runWithNewPlan(
    query.selectFrom('contact').select('id').where('id', '=', anyOf(ids)).forKeyShare(),
  );
  const existing = new Set(found.map(({ id }) => id));
  const missing = ids.findIndex((id) => !existing.has(id));
  if (missing !== -1) throw notFound(['contactIds', missing]);
  await tx.runWithNewPlan(
    intoCampaign(campaignId, query.selectFrom('contact').where('contact.id', '=', anyOf(ids))),
  );
}

async function addByFilter(
  tx: TenantTransaction,
  campaignId: string,
  filter: ContactFilter,
): Promise<void> {
  const condition = conditionOf(filter);
  await requireCampaigns(tx, filter);
  const { contacts } = await matchingContacts(tx, condition);
  await tx.runWithNewPlan(intoCampaign(campaignId, contacts));
}

type Contacts = Awaited<ReturnType<typeof matchingContacts>>['contacts'];

function intoCampaign(campaignId: string, contacts: Contacts) {
  return query
    .insertInto('campaign_contact')
    .columns(['contactId', 'campaignId'])
    .expression(contacts.select(['contact.id', sql<string>`${campaignId}::uuid`.as('campaignId')]))
    .onConflict((conflict) => conflict.doNothing());
}

/** Counts the contacts of campaigns that want no messages by now, by the campaigns' ids. */
export const optedOutOfCampaigns = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('campaign_contact')
    .innerJoin('contact', 'contact.id', 'campaign_contact.contactId')
    .select((eb) => ['campaign_contact.campaignId', eb.fn.countAll<number>().as('count')])
    .where('campaign_contact.campaignId', '=', anyOf(p.ids))
    .where(hasOptedOutOfMany())
    .groupBy('campaign_contact.campaignId'),
);

/** Nobody is written to because the campaign that they were to be left out for does not exist. */
async function requireCampaigns(tx: TenantTransaction, filter: ContactFilter): Promise<void> {
  const named = (['campaign', 'notCampaign'] as const).flatMap((field) => {
    const id = filter[field]?.campaignId;
    return id == null ? [] : [{ field, id: parseId(['Campaign'], field, id) }];
  });
  if (named.length === 0) return;
  const ids = named.map(({ id }) => id);
  const found = await tx.run(
    query.selectFrom('campaign').select('id').where('id', '=', anyOf(ids)),
  );
  const missing = named.find(({ id }) => !found.some((campaign) => campaign.id === id));
  if (missing) throw notFound(['contactFilter', missing.field, 'campaignId']);
}

/** A wrong filter is BAD_USER_INPUT in a query; in a mutation it is an error of the user. */
function conditionOf(filter: ContactFilter) {
  try {
    return parseContactFilter(filter, 'contactFilter');
  } catch (error) {
    const [, path, message] =
      (error instanceof RequestError &&
        error.code === 'BAD_USER_INPUT' &&
        /^Argument "([^"]+)": (.+)$/s.exec(error.message)) ||
      [];
    if (path === undefined || message === undefined) throw error;
    throw new UserInputError([{ code: 'INVALID', message, field: path.split('.') }]);
  }
}
