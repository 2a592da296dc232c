/**
 * Keeping the figures of contacts (figures.ts) right. Any change of their inputs locks the contacts
 * first (lockContacts) and calls `refreshFigures` in the same transaction.
 */
import { updateEach } from '../../platform/database/bulk-update.ts';
import type { TenantQueries, TenantTransaction } from '../../platform/database/tenant-database.ts';
import { readFigureInputs } from './figure-inputs.ts';
import { FIGURES, type Figures, figuresOf } from './figures.ts';

/**
 * Computes the figures of contacts that the caller has locked, at `now` or at the database's own
 * time, and stores those that differ. Two statements at most.
 */
export async function refreshFigures(
  tx: TenantTransaction,
  ids: readonly string[],
  now?: Date,
): Promise<void> {
  const changed = await changedFigures(tx, ids, now);
  if (changed.length === 0) return;
  await tx.run(updateEach('contact', changed.map(storedRow), STORED));
}

/** The ids of the contacts whose stored figures are not what they should be at `now`; locks nothing. */
export async function findStale(
  database: TenantQueries,
  ids: readonly string[],
  now?: Date,
): Promise<string[]> {
  return (await changedFigures(database, ids, now)).map(({ id }) => id);
}

interface ComputedFigures {
  id: string;
  now: number;
  figures: Figures;
}

const STORED = ['warmnessComputedAt', ...FIGURES] as const;

function storedRow({ id, now, figures }: ComputedFigures) {
  const moment = (value: number | null) => (value === null ? null : new Date(value).toISOString());
  return {
    ...figures,
    id,
    warmnessComputedAt: moment(now),
    warmnessNextChangeAt: moment(figures.warmnessNextChangeAt),
    lastContactedAt: moment(figures.lastContactedAt),
    lastActivityAt: moment(figures.lastActivityAt),
  };
}

async function changedFigures(
  database: TenantQueries,
  ids: readonly string[],
  now: Date | undefined,
): Promise<ComputedFigures[]> {
  const inputs = await readFigureInputs(database, ids, now);
  return inputs
    .map((one) => ({ id: one.id, now: one.now, stored: one.stored, figures: figuresOf(one) }))
    .filter(({ stored, figures }) =>
      FIGURES.some((figure, index) => figures[figure] !== stored[index]),
    );
}
