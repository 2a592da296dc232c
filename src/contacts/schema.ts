/** Contacts, their activities, and organizations, in the API. */
import './activity-schema.ts';
import './analytics-schema.ts';
import './consent/schema.ts';
import './contact-mutations.ts';
import './deal-schema.ts';
import './duplicates/schema.ts';
import './erasure/schema.ts';
import './exports/schema.ts';
import './imports/preview-schema.ts';
import './lists/contact-list-schema.ts';
import './organizations/mutations.ts';
import './person-file/schema.ts';
import './points/schema.ts';
import './uploads/schema.ts';

export { Contact } from './contact-schema.ts';
export { Organization } from './organizations/schema.ts';
export { SearchResults, textHits } from './search-schema.ts';
