/** The types of lists of this domain: whoever changes what they show calls `listsChanged`. */
import { listType } from '../platform/database/list-versions.ts';

/** Lists of contacts and of their activities. */
export const CONTACT_LISTS = listType('CONTACT');
/** Lists of organizations; those of contacts show organizations too. */
export const ORGANIZATION_LISTS = listType('ORGANIZATION');
