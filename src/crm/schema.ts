/** The CRM that a tenant's contacts come from, in the API. */
import './conflict-schema.ts';
import './crm-schema.ts';
import './erasure.ts';
import './merges.ts';
import './person-file.ts';
import './source-schema.ts';
import './subscriptions.ts';
