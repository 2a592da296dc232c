/** Contacts, their activities, and organizations, in the API. */
import './contact-mutations.ts';

export { Contact, Organization } from './contact-schema.ts';
export { ContactFilter } from './lists/list-schema.ts';
