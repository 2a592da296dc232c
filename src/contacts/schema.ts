/** Contacts, their activities, organizations, and the CRM they come from, in the API. */
import './list-schema.ts';
import './contact-mutations.ts';
import './crm-schema.ts';
import './subscriptions.ts';

export { Contact, Organization } from './contact-schema.ts';
