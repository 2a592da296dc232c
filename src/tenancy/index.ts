/** What other domains may call. */
export { ANONYMOUS, authenticate, type Credentials, type Session } from './authentication.ts';
export { readTenant } from './tenants.ts';
export { unauthenticated } from './tokens.ts';
export { USER_CHANGED } from './topics.ts';
