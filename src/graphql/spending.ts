/** What operations cost their users: the budget of API_COST_PER_MINUTE, and how it is reported. */
import { RequestError } from '../platform/errors.ts';
import { costBudget, type Spending } from '../platform/rate-limits/cost-budget.ts';
import type { Context } from '../schema-builder/context.ts';

/** Checking a new document takes about 10 ms for 9,000 characters, as much as 900 objects. */
const CHARACTERS_PER_POINT = 10;

/**
 * `extensions.cost`: what an operation cost, what is left of the budget, and when it is full again
 * (ISO 8601); null without a limit.
 */
export interface CostReport extends Readonly<Record<string, string | number | null>> {
  requested: number;
  remaining: number | null;
  resetAt: string | null;
}

/** The cost of checking a new document. */
export function checkingCost(source: string): number {
  return Math.ceil(source.length / CHARACTERS_PER_POINT);
}

/** Spends from the viewer's budget; throws RATE_LIMITED if it is used up. */
export async function spend({ platform, viewer }: Context, cost: number): Promise<Spending> {
  const spending = await costBudget(platform).spend(viewer.userId, cost);
  if (spending.allowed) return spending;
  const report = reportOf(spending);
  throw new RequestError(
    'RATE_LIMITED',
    `This costs ${report.requested}, but only ${report.remaining} of your budget is left until ${report.resetAt}.`,
    {
      details: { cost: report, resetAt: report.resetAt, remaining: report.remaining },
    },
  );
}

/** What is reported about a spending to clients that asked for it. */
export function reportOf({ requested, remaining, resetAt }: Spending): CostReport {
  return {
    requested,
    remaining,
    resetAt: resetAt === null ? null : new Date(resetAt).toISOString(),
  };
}

/** The report in a RATE_LIMITED error of the budget; undefined for any other error. */
export function reportIn(error: unknown): CostReport | undefined {
  return error instanceof RequestError && error.code === 'RATE_LIMITED'
    ? (error.details['cost'] as CostReport | undefined)
    : undefined;
}
