/** The live topics of contacts. */
import { topic } from '../platform/pubsub/topic.ts';

/** An import has a new version; the id is the import's. */
export const CONTACT_IMPORT_CHANGED = topic('contact-import');
