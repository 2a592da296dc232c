/** The domain of intake and packets in GraphQL. */
import './questionnaires/schema.ts';
import './client-schema.ts';
import './client-mutations.ts';
import './operations-schema.ts';
import './subscriptions.ts';
