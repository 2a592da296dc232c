/** All of the domain's schema. */
import './whatsapp/schema.ts';
import './campaign-schema.ts';
import './message-schema.ts';
import './reply-schema.ts';
import './reply-added-schema.ts';
import './audience-schema.ts';
import './campaign-mutations.ts';
import './templates/schema.ts';
import './contact-merge.ts';
import './erasure.ts';
import './person-file.ts';
import './retry-schema.ts';
import './figures/schema.ts';
import './figures/analytics-schema.ts';
import './figures/mutations.ts';
import './figures/subscriptions.ts';
