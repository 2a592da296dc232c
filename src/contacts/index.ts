/** What other domains may call. */

export { ACTIVITY_TYPES, insertActivity } from './activities.ts';
export { type ContactFilter, matchingContacts, parseContactFilter } from './contact-list.ts';
export { setResponseRates } from './contacts.ts';
export { type OrganizationMerge, onOrganizationMerge } from './organization-merge.ts';
export { recomputeAllWarmness, recomputeDueWarmness } from './recompute.ts';
