/** Templates in the API: those of campaigns, and those that WhatsApp has. */
import './campaign-schema.ts';
import './list-schema.ts';
import './preview-schema.ts';
