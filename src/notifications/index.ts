/** What other domains may call. */
export { forgetPerson, type Message, notify } from './notifications.ts';
