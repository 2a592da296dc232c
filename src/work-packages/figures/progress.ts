/**
 * Progress in percent: of an item by its status and number, of phases and packages as the weighted
 * mean of their items.
 */
import type { WorkItemStatus } from '../../../generated/kysely.ts';

/** Status and number always agree. */
export interface ItemProgress {
  status: WorkItemStatus;
  /** 0 exactly when NOT_STARTED, 100 exactly when COMPLETED, else 1..99. */
  progressCompleted: number;
}

/** An item with what it weighs in the mean of its phase and package. */
export interface WeighedItem extends ItemProgress {
  quantity: number;
  /** At most two decimals. */
  estimatedHoursEach: number;
}

/** The progress after a status, a number, or both are set; null if they contradict each other. */
export function withProgress(
  current: ItemProgress,
  change: Partial<ItemProgress>,
): ItemProgress | null {
  const { status, progressCompleted: number } = change;
  if (status !== undefined && number !== undefined)
    return agree(status, number) ? { status, progressCompleted: number } : null;
  if (status !== undefined)
    return { status, progressCompleted: numberFor(status, current.progressCompleted) };
  if (number !== undefined)
    return { status: statusFor(number, current.status), progressCompleted: number };
  return { status: current.status, progressCompleted: current.progressCompleted };
}

function agree(status: WorkItemStatus, number: number): boolean {
  if (status === 'NOT_STARTED') return number === 0;
  if (status === 'COMPLETED') return number === 100;
  return number > 0 && number < 100;
}

function numberFor(status: WorkItemStatus, current: number): number {
  if (status === 'NOT_STARTED') return 0;
  if (status === 'COMPLETED') return 100;
  if (current > 0 && current < 100) return current;
  return status === 'IN_REVIEW' ? 90 : 50;
}

function statusFor(number: number, current: WorkItemStatus): WorkItemStatus {
  if (number === 0) return 'NOT_STARTED';
  if (number === 100) return 'COMPLETED';
  return current === 'IN_REVIEW' ? 'IN_REVIEW' : 'IN_PROGRESS';
}

/** Hours in hundredths, so that sums are exact: 80 × 0.1 h is 8 h. */
export function hundredths(item: Pick<WeighedItem, 'quantity' | 'estimatedHoursEach'>): number {
  return item.quantity * Math.round(item.estimatedHoursEach * 100);
}

/**
 * 0..100: the mean of the items' numbers weighted by quantity × estimatedHoursEach, by quantity
 * where all of these are 0; rounded down, and at most 99 until every item is COMPLETED. Without
 * items: 0. The sums stay below 5 × 10^14 for 500 items, so they are exact.
 */
export function meanProgress(items: readonly WeighedItem[]): number {
  if (items.length === 0) return 0;
  if (items.every((item) => item.status === 'COMPLETED')) return 100;
  const byHours = items.some((item) => item.estimatedHoursEach > 0);
  let weights = 0;
  let done = 0;
  for (const item of items) {
    const weight = byHours ? hundredths(item) : item.quantity;
    weights += weight;
    done += weight * item.progressCompleted;
  }
  return Math.min(99, Math.floor(done / weights));
}
