/** The live topic of erasures. */
import { topic } from '../../platform/pubsub/topic.ts';

/** An erasure has a new version; the id is the erasure's. */
export const ERASURE_CHANGED = topic('contact-erasure');
