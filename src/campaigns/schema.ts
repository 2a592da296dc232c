/** All of the domain's schema. */
import './whatsapp/schema.ts';
import './campaign-schema.ts';
import './campaign-mutations.ts';
import './figures/recount-mutations.ts';
import './subscriptions.ts';
