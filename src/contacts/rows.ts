/** The rows of contacts, activities and organizations that the API reads, with their columns. */
import { columnsOf, type RowOf } from '../platform/database/columns.ts';

/** Columns of a contact that only the server needs. */
const HIDDEN = ['responseRate', 'warmnessNextChangeAt', 'lastActivityAt'] as const;
type Hidden = (typeof HIDDEN)[number];

/** The columns of a contact, and a row of them. */
export const CONTACT_COLUMNS = columnsOf('contact', HIDDEN);
export type ContactColumn = (typeof CONTACT_COLUMNS)[number];
export type ContactRow = RowOf<'contact', Hidden>;

/** The columns of an activity, and a row of them. */
export const ACTIVITY_COLUMNS = columnsOf('activity', ['pipedriveActivityId']);
export type ActivityColumn = (typeof ACTIVITY_COLUMNS)[number];
export type ActivityRow = RowOf<'activity', 'pipedriveActivityId'>;

/** The columns of an organization, and a row of them. */
export const ORGANIZATION_COLUMNS = columnsOf('organization', ['bareName']);
export type OrganizationColumn = (typeof ORGANIZATION_COLUMNS)[number];
export type OrganizationRow = RowOf<'organization', 'bareName'>;
