/** The rows of packages and their content, and the columns that are read from each table. */
import { columnsOf, type RowOf } from '../platform/database/columns.ts';

/** A package with its stored figures: hours, percent, and dates as calendar days. */
export type WorkPackageRow = RowOf<'work_package'>;
/** A phase with its stored figures. */
export type PhaseRow = RowOf<'work_package_phase'>;
/** An item; `progressCompleted` is in percent and always fits `status`. */
export type ItemRow = RowOf<'work_package_item'>;
/** Links an artifact to an item. The artifact may be deleted already: no foreign key covers it. */
export type CollateralRow = RowOf<'collateral'>;

/** What a statement selects to read a WorkPackageRow. */
export const PACKAGE_COLUMNS = columnsOf('work_package');
/** What a statement selects to read a PhaseRow. */
export const PHASE_COLUMNS = columnsOf('work_package_phase');
/** What a statement selects to read an ItemRow. */
export const ITEM_COLUMNS = columnsOf('work_package_item');
/** What a statement selects to read a CollateralRow. */
export const COLLATERAL_COLUMNS = columnsOf('collateral');

/** A column that lists may leave out if nobody selects it. */
export type PackageColumn = (typeof PACKAGE_COLUMNS)[number];
