/** Intake and packets in GraphQL. */
import './questionnaires/schema.ts';
import './questionnaires/mutations.ts';
import './templates/schema.ts';
import './packets/schema.ts';
import './packets/mutations.ts';
import './packets/subscriptions.ts';
import './clients/schema.ts';
import './clients/merge.ts';
import './clients/mutations.ts';
import './analytics-schema.ts';
