/** What the domain publishes to the other processes and to its subscribers. */
import { topic } from '../platform/pubsub/topic.ts';

/** A package, anything in it or one of its artifacts changed; the id is the package's. */
export const WORK_PACKAGE_CHANGED = topic('work-package');
