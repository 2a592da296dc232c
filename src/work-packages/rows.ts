/** The rows of packages and what is in them, with the columns that are read of each table. */
import { columnsOf, type RowOf } from '../platform/database/columns.ts';

export type WorkPackageRow = RowOf<'work_package'>;
export type PhaseRow = RowOf<'work_package_phase'>;
export type ItemRow = RowOf<'work_package_item'>;
export type CollateralRow = RowOf<'collateral'>;

export const PACKAGE_COLUMNS = columnsOf('work_package');
export const PHASE_COLUMNS = columnsOf('work_package_phase');
export const ITEM_COLUMNS = columnsOf('work_package_item');
export const COLLATERAL_COLUMNS = columnsOf('collateral');

export type PackageColumn = (typeof PACKAGE_COLUMNS)[number];
