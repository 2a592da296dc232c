/** What other domains may call. */
export { ANONYMOUS, authenticate, type Credentials, type Session } from './authentication.ts';
export { USER_CHANGED } from './events.ts';
export { readTenant } from './tenants.ts';
export { unauthenticated } from './tokens.ts';
