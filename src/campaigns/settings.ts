/** What a tenant has set for its campaigns. */
import { z } from 'zod';
import type { TenantQueries } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { wholeNumber } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';

const DEFAULT_RETRIES = 2;
const MAX_RETRIES = 10;

/** The input of updateCampaignSettings. */
export const UpdateCampaignSettings = z
  .object({
    maxRetries: wholeNumber(0, MAX_RETRIES)
      .optional()
      .describe(
        `How often a message that failed may be sent again: from 0 to ${MAX_RETRIES}. Unchanged if omitted.`,
      ),
  })
  .describe('What to change in the settings of campaigns. What is omitted stays as it is.');

/** The settings of a tenant. */
export interface CampaignSettings {
  maxRetries: number;
}

/** Reads the settings of a tenant; the usual values if it has set none. */
export async function readSettings(
  database: Pick<TenantQueries, 'run'>,
): Promise<CampaignSettings> {
  const [settings] = await database.run(
    query.selectFrom('campaign_settings').select(['maxRetries']),
  );
  return settings ?? { maxRetries: DEFAULT_RETRIES };
}

/** Changes the settings of the viewer's tenant. */
export async function updateCampaignSettings(
  platform: Platform,
  viewer: Viewer,
  changes: z.output<typeof UpdateCampaignSettings>,
) {
  const settings = await platform.database
    .forTenant(viewer)
    .change(['campaign settings', viewer.tenantId], async (tx) => {
      await tx.run(
        query
          .insertInto('campaign_settings')
          .values({ ...(await readSettings(tx)), ...changes })
          .onConflict((conflict) =>
            conflict.column('tenantId').doUpdateSet((eb) => ({
              maxRetries: changes.maxRetries ?? eb.ref('campaign_settings.maxRetries'),
            })),
          ),
      );
      return readSettings(tx);
    });
  return { settings };
}
