/** The domain of intake and packets in GraphQL. */
import './questionnaires/schema.ts';
import './clients/schema.ts';
import './clients/mutations.ts';
import './templates/schema.ts';
import './packets/subscriptions.ts';
