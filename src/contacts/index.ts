/** What other domains may call. */
export { normalizeOrganizationName } from './organization-name.ts';
