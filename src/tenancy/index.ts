/** What other domains may call. */
export * from './across-tenants.ts';
export { ANONYMOUS, authenticate, type Credentials, type Session } from './authentication.ts';
export { readTenant } from './tenants.ts';
export { unauthenticated } from './tokens.ts';
export { USER_CHANGED } from './topics.ts';
