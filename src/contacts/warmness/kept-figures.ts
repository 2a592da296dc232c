/**
 * Keeping the figures of contacts (figures.ts) right. Any change of their inputs locks the contacts
 * first (lockContacts) and calls `refreshFigures` in the same transaction.
 */
import { sql } from 'kysely';
import { listsChanged } from '../../platform/database/list-versions.ts';
import type { TenantQueries, TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { valuesTable } from '../../platform/database/values-table.ts';
import { readFigureInputs } from './figure-inputs.ts';
import { FIGURE_TYPES, FIGURES, type Figures, figuresOf } from './figures.ts';

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
  const columns = Object.keys(STORED_TYPES).filter((column) => column !== 'id');
  await tx.run(
    query
      .updateTable('contact')
      .from(valuesTable(changed.map(storedRow), STORED_TYPES))
      .set(Object.fromEntries(columns.map((column) => [column, sql.ref(`v.${column}`)])) as object)
      .whereRef('contact.id', '=', 'v.id'),
  );
  listsChanged(tx, 'CONTACT', 'ORGANIZATION');
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

const STORED_TYPES = { id: 'uuid', warmnessComputedAt: 'timestamptz', ...FIGURE_TYPES };

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
