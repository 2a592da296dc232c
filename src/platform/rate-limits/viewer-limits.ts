/**
 * The limits that apply to a user: each domain registers its own, so that they can be told
 * together.
 */
import type { Platform } from '../platform.ts';
import { costBudget } from './cost-budget.ts';

/** A limit as it stands for one user. */
export interface ViewerLimit {
  /** As in `system.rateLimits`. */
  name: string;
  /** What of, where there are several of a name, such as the key of a workflow. */
  subject: string | null;
  /** How much the user may spend in the window. */
  limit: number;
  remaining: number;
  /** When all of it is there again; null while nothing of it is used. */
  resetAt: Date | null;
}

/** Whose limits are asked for. */
export interface LimitedUser {
  tenantId: string;
  userId: string;
  role: string;
}

/**
 * Reads limits without spending any, in a number of statements that does not depend on how many
 * there are.
 */
export type LimitSource = (platform: Platform, user: LimitedUser) => Promise<ViewerLimit[]>;

const sources: LimitSource[] = [];

/** Called once by each domain that limits something. */
export function registerLimits(source: LimitSource): void {
  sources.push(source);
}

/** All limits that apply to a user, that of cost first. */
export async function viewerLimits(platform: Platform, user: LimitedUser): Promise<ViewerLimit[]> {
  const cost = await costBudget(platform).look(user.userId);
  const others = await Promise.all(sources.map((source) => source(platform, user)));
  return [...(cost === null ? [] : [{ ...cost, subject: null }]), ...others.flat()];
}
