/** The notices of new notifications to all processes and their subscribers. */
import { topic } from '../platform/pubsub/topic.ts';

/** A user has a new notification; the id is the user's. */
export const NOTIFICATION_ADDED = topic('notification');
