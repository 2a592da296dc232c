/** Everything that this domain adds to the API. */
import './definitions/schema.ts';
import './definitions/mutations.ts';
import './execution/schema.ts';
import './execution/mutations.ts';
import './execution/subscriptions.ts';
import './figures/schema.ts';
import './maintenance/schema.ts';
import './maintenance/mutations.ts';
