/**
 * What becomes of a contact when its person is read again: a three-way merge, field by field,
 * against what the CRM said last. What changed there is taken, what changed only here stays. What
 * changed on both sides takes the CRM's value. What was removed there is removed here if it came
 * from there.
 */
import type { Selectable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { toE164 } from '../../contacts/index.ts';
import type { TenantTables } from '../../platform/database/tenant-scope.ts';
import type { PipedrivePerson } from '../pipedrive/records.ts';
import { merged } from './merged.ts';
import type { SyncContext } from './page.ts';
import type { Links, Said } from './said.ts';

/** The columns of a contact that a sync writes. */
export const WRITTEN = [
  'id',
  'name',
  'email',
  'phone',
  'phoneE164',
  'jobTitle',
  'ownerId',
  'organizationId',
  'pipedrivePersonId',
  'searchText',
] as const;
/** A contact as a sync compares and writes it. */
export type WrittenContact = Pick<Selectable<TenantTables['contact']>, (typeof WRITTEN)[number]>;

/** A person with what its references are here, what was said of it before, and its contact. */
export interface GivenPerson {
  record: PipedrivePerson;
  links: Links;
  said: Said<'persons'> | undefined;
  stored: WrittenContact | undefined;
}

/** The contact as it will be, but for its search text. */
export function mergedContact(
  given: GivenPerson,
  { connectedBy, country }: SyncContext,
): WrittenContact {
  const { record, links, said, stored } = given;
  // What was said of a person says nothing about a contact that was not linked to it.
  const before = stored?.pipedrivePersonId === record.id ? (said?.record ?? null) : null;
  const detail = (field: 'phone' | 'jobTitle') =>
    merged(stored?.[field] ?? null, record[field], before && { value: before[field] });
  const name = merged(stored?.name ?? null, record.name, before && { value: before.name });
  const phone = detail('phone');
  return {
    id: stored?.id ?? uuidv7(),
    name: name ?? record.name,
    email: mergedEmail(stored?.email ?? null, record.email, before),
    phone,
    phoneE164:
      phone === null ? null : phone === stored?.phone ? stored.phoneE164 : toE164(phone, country),
    jobTitle: detail('jobTitle'),
    ownerId: mergedOwner(given, before, connectedBy) ?? connectedBy,
    organizationId: mergedOrganization(stored, { record, links }, before && said),
    pipedrivePersonId: record.id,
    searchText: '',
  };
}

/** An e-mail that differs only in its letter case stays as it is here. */
function mergedEmail(
  ours: string | null,
  theirs: string | null,
  before: PipedrivePerson | null,
): string | null {
  const lower = ours?.toLowerCase() ?? null;
  const next = merged(lower, theirs, before && { value: before.email });
  return next === lower ? ours : next;
}

/** An owner in the CRM who is not a user here does not replace the owner that the contact has. */
function mergedOwner(
  { stored, links, said }: GivenPerson,
  before: PipedrivePerson | null,
  connectedBy: string,
): string | null {
  const ours = stored?.ownerId ?? null;
  const theirs = links.userId;
  if (theirs === null) return ours;
  // Owned by whoever connected the CRM, until the owner became a user here.
  if (before && said?.userId === null && ours === connectedBy) return theirs;
  return merged(ours, theirs, before && { value: said?.userId ?? theirs });
}

function mergedOrganization(
  stored: WrittenContact | undefined,
  { record, links }: Pick<GivenPerson, 'record' | 'links'>,
  said: Said<'persons'> | null | undefined,
): string | null {
  const ours = stored?.organizationId ?? null;
  const theirs = links.organizationId;
  if (!said?.record) return theirs ?? ours;
  if (said.record.orgId === record.orgId) {
    // Only what is known of it here has changed.
    if (theirs === null || ours !== said.organizationId) return ours;
    return theirs;
  }
  return merged(ours, theirs, { value: said.organizationId });
}
