/** The live topics of the CRM. */
import { topic } from '../platform/pubsub/topic.ts';

/** A sync has a new version; the id is the sync's. */
export const CRM_SYNC_CHANGED = topic('crm-sync');
