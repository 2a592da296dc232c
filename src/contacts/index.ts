/**
 * Contacts: people, the organizations they work for, what was done with them (activities), and how
 * warm the relationship is. This file lists what other domains may call.
 */

export { insertActivity } from './activities.ts';
export { forgetConsent, hasOptedOut, hasOptedOutOfMany, storeWords } from './consent/consent.ts';
export { type ContactChange, setResponseRates, updateContact } from './contacts.ts';
export { type ContactMerge, type MovedObjects, onContactMerge } from './duplicates/merge.ts';
export { namesAgree, saysWho } from './duplicates/names-agree.ts';
export { ERASED_DEAL } from './erasure/own-steps.ts';
export {
  type ErasedPerson,
  holdOffErasures,
  onContactErasure,
  type StepResult,
} from './erasure/steps.ts';
export { distinctWords, withoutPerson, withoutWords } from './erasure/words.ts';
export { findExport } from './exports/exports.ts';
export { contactFile } from './exports/file.ts';
export { problemsFile } from './imports/problems-file.ts';
export {
  defineCampaignOutcome,
  MESSAGE_STATUSES,
  type MessageStatus,
} from './lists/campaign-outcome.ts';
export {
  ContactFilter,
  matchingContacts,
  parseContactFilter,
} from './lists/contact-filter.ts';
export { lockContacts } from './locks.ts';
export { onOrganizationMerge } from './organizations/merge.ts';
export { normalizeOrganizationName } from './organizations/name.ts';
export { nameColumns } from './organizations/organizations.ts';
export { onPersonFile } from './person-file/parts.ts';
export { personFile } from './person-file/person-file.ts';
export { AddressProblem, readEmails } from './points/emails.ts';
export {
  type ContactPoint,
  distinctPoints,
  emailKey,
  emailPoint,
  emailsOf,
  numbersOf,
  phonePoint,
  primaryColumns,
  primaryOf,
  readPoints,
  storePoints,
} from './points/points.ts';
export { contactSearchText, withOrganizationText } from './search-text.ts';
export { receiveUpload, uploadState, WrongPositionError } from './uploads/receive.ts';
export { initialFigures } from './warmness/figures.ts';
export { refreshFigures } from './warmness/kept-figures.ts';
export { recomputeAllWarmness, recomputeDueWarmness } from './warmness/recompute.ts';
