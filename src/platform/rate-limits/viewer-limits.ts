/**
 * The limits that apply to a user: each domain registers its own, so that they can be reported
 * together.
 */
import { markUnversioned } from '../database/statements.ts';
import type { Platform } from '../platform.ts';
import { costBudget } from './cost-budget.ts';

/** A limit as it stands for one user. */
export interface ViewerLimit {
  /** As in `system.rateLimits`. */
  name: string;
  /**
   * What is limited, where several limits share a name, such as the key of a workflow; else null.
   */
  subject: string | null;
  /** How much the user may spend in the window. */
  limit: number;
  remaining: number;
  /** When the whole limit is available again; null while none of it is used. */
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

/** All limits that apply to a user, the one on cost first. */
export async function viewerLimits(platform: Platform, user: LimitedUser): Promise<ViewerLimit[]> {
  markUnversioned();
  const cost = await costBudget(platform).look(user.userId);
  const others = await Promise.all(sources.map((source) => source(platform, user)));
  return [...(cost === null ? [] : [{ ...cost, subject: null }]), ...others.flat()];
}
