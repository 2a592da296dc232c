/** Making another campaign of one, and deleting one that was never sent. */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { userError } from '../platform/errors.ts';
import { idOf, name } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import { searchText } from '../platform/text.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { countContacts } from './audience.ts';
import { createCounters } from './figures/counters.ts';
import { type ChangedCampaign, lockCampaign } from './status.ts';
import { TEMPLATE_COLUMNS } from './templates/rows.ts';

/** The input of duplicateCampaign. */
export const DuplicateCampaign = z
  .object({
    id: idOf('Campaign').describe('The campaign to copy, whatever its status.'),
    name: name().describe('The name of the new campaign. Recipients never see it.'),
    withContacts: z
      .boolean()
      .default(true)
      .describe('Whether the new campaign has the same contacts; else it has none.'),
  })
  .describe('Which campaign to copy.');

/** Creates a DRAFT with the number, the templates and the contacts of a campaign. */
export async function duplicateCampaign(
  platform: Platform,
  viewer: Viewer,
  input: z.output<typeof DuplicateCampaign>,
): Promise<ChangedCampaign> {
  const id = uuidv7();
  await platform.database.forTenant(viewer).transaction(async (tx) => {
    const { whatsAppNumberId } = await lockCampaign(tx, input.id);
    const row = { id, name: input.name, searchText: searchText(input.name), whatsAppNumberId };
    await tx.run(query.insertInto('campaign').values(row));
    await copyTemplates(tx, input.id, id);
    await createCounters(tx, id);
    if (input.withContacts) await copyContacts(tx, input.id, id);
  });
  return { campaignId: id };
}

async function copyTemplates(tx: TenantTransaction, from: string, to: string): Promise<void> {
  await tx.run(
    query
      .insertInto('campaign_template')
      .columns(['id', 'campaignId', ...TEMPLATE_COLUMNS])
      .expression(
        query
          .selectFrom('campaign_template')
          .select([sql<string>`gen_random_uuid()`.as('id'), sql<string>`${to}::uuid`.as('to')])
          .select(TEMPLATE_COLUMNS)
          .where('campaignId', '=', from),
      ),
  );
}

async function copyContacts(tx: TenantTransaction, from: string, to: string): Promise<void> {
  await tx.runWithNewPlan(
    query
      .insertInto('campaign_contact')
      .columns(['campaignId', 'contactId'])
      .expression(
        query
          .selectFrom('campaign_contact')
          .select([sql<string>`${to}::uuid`.as('campaignId'), 'contactId'])
          .where('campaignId', '=', from),
      ),
  );
  await countContacts(tx, [to]);
}

/** Deletes a campaign that was never started; CONFLICT for any other. */
export async function deleteCampaign(
  platform: Platform,
  viewer: Viewer,
  { id }: { id: string },
): Promise<void> {
  await platform.database.forTenant(viewer).change(['campaign', id], async (tx) => {
    const { status } = await lockCampaign(tx, id);
    const deleted = await tx.run(
      query
        .deleteFrom('campaign')
        .where('id', '=', id)
        .where('startedAt', 'is', null)
        .where('status', 'in', ['DRAFT', 'CANCELLED'])
        .returning('id'),
    );
    if (deleted.length === 0)
      throw userError(
        'CONFLICT',
        ['id'],
        `A campaign that is ${status} can't be deleted: only drafts, and campaigns that were cancelled before they started.`,
      );
  });
}
