/** Contacts, their activities, and organizations in the API. */
import './list-schema.ts';
import './contact-mutations.ts';

export { Contact, Organization } from './contact-schema.ts';
