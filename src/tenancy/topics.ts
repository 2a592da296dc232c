/** The notices of tenancy to all processes. */
import { topic } from '../platform/pubsub/topic.ts';

/**
 * A user is new, or has another role, name, identity or state: what is known of it, and of which
 * users a person has, is out of date everywhere. The id is the user's.
 */
export const USER_CHANGED = topic('user');
