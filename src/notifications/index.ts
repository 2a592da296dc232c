/** What other domains may call. */
export { type Message, notify } from './notifications.ts';
