/** Everything that this domain adds to the API. */
import './workflow-schema.ts';
import './workflow-mutations.ts';
import './maintenance/schema.ts';
import './maintenance/mutations.ts';
import './subscriptions.ts';
