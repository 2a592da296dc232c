/**
 * Changes of a campaign up to its last message: leaving out a contact, and giving another template
 * or other parameters to what is not sent yet.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { notFound, userError } from '../platform/errors.ts';
import { idOf, name } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { moveCounters } from './figures/counters.ts';
import { CampaignTemplate, TEMPLATE_NAME_LENGTH } from './inputs.ts';
import { failMessages } from './sending/queue.ts';
import { type ChangedCampaign, lockCampaign, requireStatus } from './status.ts';
import { checkTemplates, numberOf, withListedTemplates } from './templates/checks.ts';
import { templateColumns } from './templates/rows.ts';
import { CAMPAIGN_CHANGED, CAMPAIGN_WORDS_CHANGED } from './topics.ts';

/** Why a message to somebody who was taken out of a campaign fails. */
const REMOVED = 'The contact was removed from the campaign.';

/** The input of removeCampaignContact. */
export const RemoveCampaignContact = z
  .object({
    campaignId: idOf('Campaign').describe('A campaign that has not ended.'),
    contactId: idOf('Contact').describe('The contact who is to get no message.'),
  })
  .describe('Whom to leave out of a campaign.');

/**
 * Takes a contact out of a campaign. Once it is launched, the contact stays in its figures, with a
 * failed message.
 */
export async function removeCampaignContact(
  platform: Platform,
  viewer: Viewer,
  { campaignId: id, contactId }: z.output<typeof RemoveCampaignContact>,
): Promise<ChangedCampaign> {
  await platform.database.forTenant(viewer).change(['campaign', id], async (tx) => {
    const campaign = await lockCampaign(tx, id, 'campaignId');
    requireStatus(campaign, ['DRAFT', 'SCHEDULED', 'RUNNING', 'PAUSED'], 'changed');
    const isLaunched = campaign.status === 'RUNNING' || campaign.status === 'PAUSED';
    if (isLaunched) await failQueuedOf(platform, tx, { id, contactId });
    else await removeFrom(tx, { id, contactId });
    CAMPAIGN_CHANGED.publishAfterCommit(platform, tx, [id]);
  });
  return { campaignId: id };
}

interface Removal {
  id: string;
  contactId: string;
}

async function removeFrom(tx: TenantTransaction, { id, contactId }: Removal) {
  const removed = await tx.run(
    query
      .deleteFrom('campaign_contact')
      .where('campaignId', '=', id)
      .where('contactId', '=', contactId)
      .returning('contactId'),
  );
  if (removed.length === 0) throw notFound(['contactId']);
  await tx.run(
    query
      .updateTable('campaign')
      .set({ contactCount: sql<number>`"contactCount" - 1`, updatedAt: sql<string>`now()` })
      .where('id', '=', id),
  );
}

async function failQueuedOf(platform: Platform, tx: TenantTransaction, { id, contactId }: Removal) {
  const [row] = await tx.run(
    query
      .selectFrom('send_queue')
      .select(['id', 'campaignId', 'templateId', 'status'])
      .where('contactId', '=', contactId)
      .where('campaignId', '=', id)
      .forUpdate(),
  );
  if (!row) throw notFound(['contactId']);
  if (row.status !== 'QUEUED')
    throw userError('CONFLICT', ['contactId'], 'The message to this contact is no longer waiting.');
  await failMessages(platform, tx, { messages: [row], reason: REMOVED });
}

/** The input of replaceCampaignTemplate. */
export const ReplaceCampaignTemplate = z
  .object({
    campaignId: idOf('Campaign').describe('A campaign that is a DRAFT, SCHEDULED or PAUSED.'),
    templateName: name(TEMPLATE_NAME_LENGTH).describe(
      'The name of the template that is no longer to be sent.',
    ),
    template: CampaignTemplate.describe(
      'What to send instead: another template, or the same one with another language or other parameters.',
    ),
  })
  .describe('Which template of a campaign to replace, and by what.');

/**
 * Replaces a template for all messages that are not sent yet. What was sent keeps its template in
 * the figures.
 */
export async function replaceCampaignTemplate(
  platform: Platform,
  viewer: Viewer,
  { campaignId: id, templateName, template }: z.output<typeof ReplaceCampaignTemplate>,
): Promise<ChangedCampaign> {
  const replace = async (tx: TenantTransaction) => {
    const campaign = await lockCampaign(tx, id, 'campaignId');
    requireStatus(campaign, ['DRAFT', 'SCHEDULED', 'PAUSED'], 'changed');
    const numberId = await numberOf(tx, campaign);
    await checkTemplates(tx, numberId, [{ template, field: ['template'] }]);
    const templates = await tx.run(
      query
        .selectFrom('campaign_template')
        .select(['id', 'templateName', 'position'])
        .where('campaignId', '=', id),
    );
    const replaced = templates.find((one) => one.templateName === templateName);
    if (!replaced) throw notFound(['templateName']);
    const isNew = template.templateName !== templateName;
    if (isNew && templates.some((one) => one.templateName === template.templateName))
      throw userError(
        'TAKEN',
        ['template', 'templateName'],
        'The campaign has this template already.',
      );
    CAMPAIGN_CHANGED.publishAfterCommit(platform, tx, [id]);
    CAMPAIGN_WORDS_CHANGED.publishAfterCommit(platform, tx, [viewer.tenantId]);
    const isUsed = isNew && (await isInQueue(tx, id, replaced.id));
    if (!isUsed)
      return tx.run(
        query
          .updateTable('campaign_template')
          .set(templateColumns(template))
          .where('campaignId', '=', id)
          .where('id', '=', replaced.id),
      );
    const position = Math.max(...templates.map((one) => one.position)) + 1;
    const added = { ...templateColumns(template), id: uuidv7(), campaignId: id, position };
    await tx.run(query.insertInto('campaign_template').values(added));
    await tx.run(
      query.insertInto('campaign_counter').values({ campaignId: id, templateId: added.id }),
    );
    return moveQueued(platform, tx, { campaignId: id, from: replaced.id, to: added.id });
  };
  const database = platform.database.forTenant(viewer);
  await withListedTemplates(platform, viewer, {
    from: { campaignId: id },
    run: () => database.change(['campaign', id], replace),
  });
  return { campaignId: id };
}

async function isInQueue(tx: TenantTransaction, campaignId: string, templateId: string) {
  const row = query
    .selectFrom('send_queue')
    .select('id')
    .where('campaignId', '=', campaignId)
    .where('templateId', '=', templateId)
    .limit(1);
  return (await tx.run(row)).length > 0;
}

async function moveQueued(
  platform: Platform,
  tx: TenantTransaction,
  { campaignId, from, to }: { campaignId: string; from: string; to: string },
): Promise<void> {
  const [row] = await tx.run(
    query
      .with('open', (db) =>
        db
          .selectFrom('send_queue')
          .select('send_queue.id')
          .where('send_queue.campaignId', '=', campaignId)
          .where('send_queue.templateId', '=', from)
          .where('send_queue.status', '=', sql.lit('QUEUED'))
          .orderBy('send_queue.id')
          .forUpdate(),
      )
      .with('moved', (db) =>
        db
          .updateTable('send_queue')
          .from('open')
          .set({ templateId: to })
          .whereRef('send_queue.id', '=', 'open.id')
          .returning('send_queue.id'),
      )
      .selectFrom('moved')
      .select(sql<number>`count(*)::int`.as('count')),
  );
  const count = row?.count ?? 0;
  if (count > 0)
    await moveCounters(platform, tx, [
      { campaignId, templateId: from, total: -count },
      { campaignId, templateId: to, total: count },
    ]);
}
