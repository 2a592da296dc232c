/** What other domains may call. */
export * from './across-tenants.ts';
export { ANONYMOUS, authenticate, type Credentials, type Session } from './authentication.ts';
export { type SignInFault, signInFaultOf, unauthenticated } from './sign-in-faults.ts';
export { readTenant } from './tenants.ts';
export { USER_CHANGED } from './topics.ts';
