/**
 * What becomes of a contact when its person is read again: a three-way merge, field by field,
 * against what the CRM said last. What changed there is taken, what changed only here stays. What
 * changed on both sides takes the CRM's value. What was removed there is removed here if it came
 * from there.
 */
import type { Selectable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import {
  type ContactPoint,
  distinctPoints,
  emailPoint,
  phonePoint,
  primaryColumns,
  primaryOf,
} from '../../contacts/index.ts';
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
  /** The e-mails and phones of the contact, the primary ones first. */
  points: readonly ContactPoint[];
}

/** The contact as it will be, but for its search text, with its e-mails and phones. */
export function mergedContact(
  given: GivenPerson,
  { connectedBy, country }: SyncContext,
): { contact: WrittenContact; points: ContactPoint[] } {
  const { record, links, said, stored } = given;
  // What was said of a person says nothing about a contact that was not linked to it.
  const before = stored?.pipedrivePersonId === record.id ? (said?.record ?? null) : null;
  const name = merged(stored?.name ?? null, record.name, before && { value: before.name });
  const points = (['EMAIL', 'PHONE'] as const).flatMap((kind) =>
    mergedPoints(
      given.points.filter((point) => point.kind === kind),
      {
        theirs: pointsOf(record, country)[kind],
        before: before && pointsOf(before, country)[kind],
      },
    ),
  );
  const contact = {
    id: stored?.id ?? uuidv7(),
    name: name ?? record.name,
    ...primaryColumns(points),
    jobTitle: merged(
      stored?.jobTitle ?? null,
      record.jobTitle,
      before && { value: before.jobTitle },
    ),
    ownerId: mergedOwner(given, before, connectedBy) ?? connectedBy,
    organizationId: mergedOrganization(stored, { record, links }, before && said),
    pipedrivePersonId: record.id,
    searchText: '',
  };
  return { contact, points };
}

/** What a person has, the primary ones first; of one kept before there were lists, the first ones. */
function pointsOf(
  { email, phone, emails, phones }: PipedrivePerson,
  country: string,
): Record<ContactPoint['kind'], ContactPoint[]> {
  const single = (value: string | null) => (value === null ? [] : [{ value, label: null }]);
  return {
    EMAIL: (emails ?? single(email)).map(({ value, label }) =>
      emailPoint(value, { label, source: 'PIPEDRIVE' }),
    ),
    PHONE: (phones ?? single(phone)).map(({ value, label }) =>
      phonePoint(value, country, { label, source: 'PIPEDRIVE' }),
    ),
  };
}

interface SaidPoints {
  theirs: readonly ContactPoint[];
  before: readonly ContactPoint[] | null;
}

/**
 * The points of one kind: what was added there is added, what was removed there is removed, what
 * was removed here stays so. One that both have keeps its spelling of here.
 */
function mergedPoints(
  ours: readonly ContactPoint[],
  { theirs, before }: SaidPoints,
): ContactPoint[] {
  const said = new Map(theirs.map((point) => [point.key, point]));
  const known = new Set(before?.map(({ key }) => key));
  const kept = ours
    .filter(({ key }) => said.has(key) || !known.has(key))
    .map((point) => {
      const same = said.get(point.key);
      if (!same) return { ...point, source: 'USER' as const };
      return { ...point, label: same.label ?? point.label, source: same.source };
    });
  const added = theirs.filter(({ key }) => !known.has(key));
  const all = distinctPoints([...kept, ...added]);
  const primary = merged(
    ours[0]?.key ?? null,
    primaryOf(theirs)?.key ?? null,
    before && { value: primaryOf(before)?.key ?? null },
  );
  return all.sort((one, other) => Number(other.key === primary) - Number(one.key === primary));
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
