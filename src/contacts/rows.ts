/** The rows of contacts, activities and organizations that the API reads, with their columns. */
import { columnsOf, type RowOf } from '../platform/database/columns.ts';

/** Columns of a contact that only the server needs. */
const HIDDEN = ['warmnessNextChangeAt', 'lastActivityAt'] as const;
type Hidden = (typeof HIDDEN)[number];

/** The columns of a contact, and a row of them. */
export const CONTACT_COLUMNS = columnsOf('contact', HIDDEN);
/** One of CONTACT_COLUMNS. */
export type ContactColumn = (typeof CONTACT_COLUMNS)[number];
/** A row of `contact` with CONTACT_COLUMNS. */
export type ContactRow = RowOf<'contact', Hidden>;

/** The columns of an activity, and a row of them. */
export const ACTIVITY_COLUMNS = columnsOf('activity', ['pipedriveActivityId']);
/** One of ACTIVITY_COLUMNS. */
export type ActivityColumn = (typeof ACTIVITY_COLUMNS)[number];
/** A row of `activity` with ACTIVITY_COLUMNS. */
export type ActivityRow = RowOf<'activity', 'pipedriveActivityId'>;

/** The columns of an organization, and a row of them. */
export const ORGANIZATION_COLUMNS = columnsOf('organization', ['bareName']);
/** One of ORGANIZATION_COLUMNS. */
export type OrganizationColumn = (typeof ORGANIZATION_COLUMNS)[number];
/** A row of `organization` with ORGANIZATION_COLUMNS. */
export type OrganizationRow = RowOf<'organization', 'bareName'>;
