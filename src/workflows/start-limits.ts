/** How often workflows may be started: by each user each workflow, and by each tenant. */
import { RequestError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import type { Taken } from '../platform/rate-limits/rate-limits.ts';
import { SECOND } from '../platform/time.ts';
import type { Viewer } from '../schema-builder/context.ts';
import type { Definition } from './definition.ts';

/** The limit of a user on a workflow. */
export function rateLimitOf({ config }: Platform, { rateLimit }: Pick<Definition, 'rateLimit'>): { points: number; windowSeconds: number } {
  return rateLimit ?? { points: config.WORKFLOW_RATE_LIMIT_POINTS, windowSeconds: config.WORKFLOW_RATE_LIMIT_WINDOW_SECONDS };
}

/** A start that counts; `giveBack` when it came to nothing. */
export interface TakenStart {
  giveBack: () => Promise<void>;
}

/** Counts a start; throws RATE_LIMITED when it is one too many, which then counts for nobody. */
export async function takeStart(platform: Platform, viewer: Viewer, definition: Definition): Promise<TakenStart> {
  const { config, rateLimits } = platform;
  if (!config.WORKFLOW_RATE_LIMIT_ENABLED) return { giveBack: async () => undefined };
  const { points, windowSeconds } = rateLimitOf(platform, definition);
  const ofUser = { name: 'workflow-user', key: `${viewer.userId}:${definition.workflowId}`, points, windowMs: windowSeconds * SECOND };
  const ofTenant = {
    name: 'workflow-tenant',
    key: viewer.tenantId,
    points: config.WORKFLOW_TENANT_RATE_LIMIT_POINTS,
    windowMs: config.WORKFLOW_RATE_LIMIT_WINDOW_SECONDS * SECOND,
  };
  requireAllowed(await rateLimits.take(ofUser), 'You start this workflow too often');
  const taken = await rateLimits.take(ofTenant);
  if (!taken.allowed) await rateLimits.giveBack(ofUser);
  requireAllowed(taken, 'Your company starts workflows too often');
  return {
    giveBack: async () => {
      await Promise.all([rateLimits.giveBack(ofUser), rateLimits.giveBack(ofTenant)]);
    },
  };
}

function requireAllowed({ allowed, remaining, resetAt }: Taken, reason: string): void {
  if (allowed) return;
  const details = { resetAt: resetAt.toISOString(), remaining };
  throw new RequestError('RATE_LIMITED', `${reason}; try again at ${details.resetAt}.`, { details });
}
