/** The CRM that a tenant's contacts come from, in the API. */
import './crm-schema.ts';
import './merges.ts';
import './source-schema.ts';
import './subscriptions.ts';
