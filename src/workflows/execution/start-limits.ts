/**
 * Limits on starts: how often each user may start each workflow, how often a tenant may start
 * workflows, and how many steps a tenant may start in a minute.
 */
import { RequestError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import type { RateLimit, Taken } from '../../platform/rate-limits/rate-limits.ts';
import {
  type LimitedUser,
  registerLimits,
  type ViewerLimit,
} from '../../platform/rate-limits/viewer-limits.ts';
import { MINUTE, SECOND } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import type { Definition, StartLimit } from '../definitions/definition.ts';
import { firstWorkflows } from '../definitions/definitions.ts';

/** How often each user may start a workflow: its own limit, or the server's. */
export function rateLimitOf(
  { config }: Platform,
  { rateLimit }: Pick<Definition, 'rateLimit'>,
): StartLimit {
  return (
    rateLimit ?? {
      points: config.WORKFLOW_RATE_LIMIT_POINTS,
      windowSeconds: config.WORKFLOW_RATE_LIMIT_WINDOW_SECONDS,
    }
  );
}

/** A start that was counted; `giveBack` uncounts it if nothing was started. */
export interface TakenStart {
  giveBack: () => Promise<void>;
}

/**
 * Counts a start and its steps. Throws RATE_LIMITED if it is over one of the limits; it then counts
 * towards none.
 */
export async function takeStart(
  platform: Platform,
  viewer: Viewer,
  definition: Definition,
): Promise<TakenStart> {
  const { config, rateLimits } = platform;
  if (!config.WORKFLOW_RATE_LIMIT_ENABLED) return NOTHING_TAKEN;
  const userLimit = limitOfUser(platform, viewer, definition);
  const tenantLimit = limitOfTenant(platform, viewer);
  requireAllowed(await rateLimits.take(userLimit), 'You have started this workflow too often');
  const taken = await rateLimits.take(tenantLimit);
  const giveBackUsers = () => rateLimits.giveBack(userLimit);
  if (!taken.allowed) await giveBackUsers();
  requireAllowed(taken, 'Your company has started workflows too often');
  const giveBackStarts = async () =>
    void (await Promise.all([giveBackUsers(), rateLimits.giveBack(tenantLimit)]));
  try {
    const steps = await takeSteps(platform, viewer, definition.steps.length);
    return { giveBack: async () => void (await Promise.all([giveBackStarts(), steps.giveBack()])) };
  } catch (error) {
    await giveBackStarts();
    throw error;
  }
}

const NOTHING_TAKEN: TakenStart = { giveBack: async () => undefined };

/** How many steps a tenant may start in a minute; null: any number. */
function stepLimitOf({ config }: Platform, { tenantId }: { tenantId: string }): RateLimit | null {
  const points = config.WORKFLOW_TENANT_STEPS_PER_MINUTE;
  if (!config.WORKFLOW_RATE_LIMIT_ENABLED || points === 0) return null;
  return { name: 'workflow-steps', key: tenantId, points, windowMs: MINUTE };
}

/**
 * Counts steps that are about to run. Throws RATE_LIMITED if there are too many; a workflow with
 * more steps than the limit may still start once in a minute.
 */
export async function takeSteps(
  platform: Platform,
  viewer: Viewer,
  steps: number,
): Promise<TakenStart> {
  const limit = stepLimitOf(platform, viewer);
  const points = Math.min(steps, limit?.points ?? 0);
  if (limit === null || points === 0) return NOTHING_TAKEN;
  const { rateLimits } = platform;
  const taken = await rateLimits.reserve(limit, points);
  rateLimits.count(limit.name, taken.allowed);
  requireAllowed(
    taken,
    `Your company starts too many workflow steps in a minute: this start needs ${steps}, and ${taken.remaining} are left`,
  );
  return { giveBack: () => rateLimits.giveBack(limit, points) };
}

function requireAllowed({ allowed, remaining, resetAt }: Taken, reason: string): void {
  if (allowed) return;
  const details = { resetAt: resetAt.toISOString(), remaining };
  throw new RequestError('RATE_LIMITED', `${reason}; try again at ${details.resetAt}.`, {
    details,
  });
}

function limitOfUser(
  platform: Platform,
  { userId }: { userId: string },
  definition: Pick<Definition, 'workflowId' | 'rateLimit'>,
): RateLimit {
  const { points, windowSeconds } = rateLimitOf(platform, definition);
  return {
    name: 'workflow-user',
    key: `${userId}:${definition.workflowId}`,
    points,
    windowMs: windowSeconds * SECOND,
  };
}

function limitOfTenant({ config }: Platform, { tenantId }: { tenantId: string }): RateLimit {
  const {
    WORKFLOW_TENANT_RATE_LIMIT_POINTS: points,
    WORKFLOW_RATE_LIMIT_WINDOW_SECONDS: windowSeconds,
  } = config;
  return { name: 'workflow-tenant', key: tenantId, points, windowMs: windowSeconds * SECOND };
}

/** How many workflows of a tenant have their limits listed, in the order of their keys. */
const MAX_LISTED = 100;

/**
 * The current state of the limits on starts for a user: the tenant's, then each workflow's. Empty
 * for a portal user, who cannot start workflows. One statement.
 */
async function startLimits(platform: Platform, user: LimitedUser): Promise<ViewerLimit[]> {
  if (!platform.config.WORKFLOW_RATE_LIMIT_ENABLED || user.role === 'CLIENT') return [];
  const stateOf = async (limit: RateLimit, subject: string | null): Promise<ViewerLimit> => {
    const state = await platform.rateLimits.look(limit);
    return {
      name: limit.name,
      subject,
      limit: limit.points,
      remaining: state?.remaining ?? limit.points,
      resetAt: state?.resetAt ?? null,
    };
  };
  const workflows = await firstWorkflows(platform, user, MAX_LISTED);
  const stepLimit = stepLimitOf(platform, user);
  const ofTenant = [limitOfTenant(platform, user), ...(stepLimit === null ? [] : [stepLimit])];
  return Promise.all([
    ...ofTenant.map((limit) => stateOf(limit, null)),
    ...workflows.map((one) => stateOf(limitOfUser(platform, user, one), one.key)),
  ]);
}

registerLimits(startLimits);
