/**
 * Fills the caches of the domain when a process starts, for the tenants with the newest intakes.
 */
import type { Platform } from '../platform/platform.ts';
import { tenantsWithNewestIntakes } from '../tenancy/index.ts';
import { readQuestionnaires } from './questionnaires/questionnaires.ts';
import { readDefaultTemplates } from './templates/templates.ts';

const MAX_TENANTS = 20;

/**
 * Fills the caches now, and again after each gap in the notices of changes, which empties them.
 * Resolves when they are filled for the first time; never rejects, since a cold cache is only slow.
 */
export async function warmIntake(platform: Platform): Promise<void> {
  await warm(platform);
  platform.pubsub.onGap(() => void warm(platform));
}

async function warm(platform: Platform): Promise<void> {
  try {
    for (const tenant of await tenantsWithNewestIntakes(platform.database, MAX_TENANTS))
      await Promise.all([
        readQuestionnaires(platform, tenant),
        readDefaultTemplates(platform, tenant),
      ]);
  } catch (error) {
    platform.log.warn({ reason: String(error) }, 'the caches of intake could not be warmed');
  }
}
