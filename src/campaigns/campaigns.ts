/**
 * Creating and changing campaigns. A campaign sends a template message, or several that are
 * compared, to many contacts. It can be changed until it runs (DRAFT and SCHEDULED); lifecycle.ts
 * launches it.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { violates } from '../platform/database/sql-errors.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { notFound } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { searchText } from '../platform/text.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { addAudience } from './audience.ts';
import { createCounters } from './figures/counters.ts';
import type { AddCampaignContacts, CreateCampaign, UpdateCampaign } from './inputs.ts';
import { scheduleStart } from './lifecycle.ts';
import { type ChangedCampaign, lockCampaign, requireStatus } from './status.ts';
import { checkTemplates, withListedTemplates } from './templates/checks.ts';
import { templateColumns } from './templates/rows.ts';
import { CAMPAIGN_CHANGED, CAMPAIGN_WORDS_CHANGED } from './topics.ts';
import { lockFirstNumber } from './whatsapp/numbers.ts';

/**
 * Creates a DRAFT with its templates and its first contacts. If no number is given, it takes the
 * number that the tenant connected first.
 */
export async function createCampaign(
  platform: Platform,
  viewer: Viewer,
  { templates, contactIds, contactFilter, ...values }: z.output<typeof CreateCampaign>,
): Promise<ChangedCampaign> {
  const id = uuidv7();
  const { whatsAppNumberId: given } = values;
  const create = () =>
    platform.database.forTenant(viewer).transaction(async (tx) => {
      const whatsAppNumberId = given ?? (await lockFirstNumber(tx));
      await checkTemplates(
        tx,
        whatsAppNumberId,
        templates.map((template, index) => ({ template, field: ['templates', String(index)] })),
      );
      const row = {
        id,
        name: values.name,
        scheduledAt: values.scheduledAt ?? null,
        whatsAppNumberId,
        searchText: searchText(values.name),
      };
      await tx.run(query.insertInto('campaign').values(row));
      await tx.run(
        query.insertInto('campaign_template').values(
          templates.map((template, position) => ({
            ...templateColumns(template),
            id: uuidv7(),
            campaignId: id,
            position,
          })),
        ),
      );
      // Answers to these templates may be in a new language.
      CAMPAIGN_WORDS_CHANGED.publishAfterCommit(platform, tx, [viewer.tenantId]);
      await createCounters(tx, id);
      await addAudience(tx, id, { contactIds, contactFilter });
    });
  try {
    await withListedTemplates(platform, viewer, {
      from: { whatsAppNumberId: given },
      run: create,
    });
  } catch (error) {
    if (violates(error, 'campaign_tenantId_whatsAppNumberId_fkey'))
      throw notFound(['whatsAppNumberId']);
    throw error;
  }
  return { campaignId: id };
}

/**
 * Changes the name or the scheduled time of a campaign that is a DRAFT or SCHEDULED. A SCHEDULED
 * campaign whose time is removed becomes a DRAFT again.
 */
export async function updateCampaign(
  platform: Platform,
  viewer: Viewer,
  { id, name, scheduledAt }: z.output<typeof UpdateCampaign>,
): Promise<ChangedCampaign> {
  await platform.database.forTenant(viewer).change(['campaign', id], async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireStatus(campaign, ['DRAFT', 'SCHEDULED'], 'changed');
    const renamed = name === undefined ? {} : { name, searchText: searchText(name) };
    const unscheduled =
      scheduledAt === null && campaign.status === 'SCHEDULED' ? { status: 'DRAFT' as const } : {};
    const changes = {
      ...renamed,
      ...(scheduledAt === undefined ? {} : { scheduledAt }),
      ...unscheduled,
      updatedAt: sql<string>`now()`,
    };
    await tx.run(query.updateTable('campaign').set(changes).where('id', '=', id));
    CAMPAIGN_CHANGED.publishAfterCommit(platform, tx, [id]);
    if (scheduledAt != null && campaign.status === 'SCHEDULED')
      await scheduleStart(platform, tx, { id, scheduledAt });
  });
  return { campaignId: id };
}

/** Adds contacts to a campaign that is a DRAFT or SCHEDULED. */
export async function addCampaignContacts(
  platform: Platform,
  viewer: Viewer,
  { campaignId, ...audience }: z.output<typeof AddCampaignContacts>,
): Promise<ChangedCampaign> {
  await platform.database.forTenant(viewer).change(['campaign', campaignId], async (tx) => {
    const campaign = await lockCampaign(tx, campaignId, 'campaignId');
    // Clients know this error by `id`.
    requireStatus({ ...campaign, field: 'id' }, ['DRAFT', 'SCHEDULED'], 'given more contacts');
    await addAudience(tx, campaignId, audience);
  });
  return { campaignId };
}
