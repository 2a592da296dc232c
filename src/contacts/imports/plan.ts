/**
 * What the rows of a batch do to contacts, worked out row by row without touching the database; what
 * a row does counts for those after it.
 */
import type { Selectable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { ContactImportMatch } from '../../../generated/kysely.ts';
import type { TenantTables } from '../../platform/database/tenant-scope.ts';
import { normalizeOrganizationName } from '../organizations/name.ts';
import { emailKey } from '../points/points.ts';
import type { RowMatcher } from './matches.ts';
import type { ImportRow, RowProblem } from './rows.ts';

/** The columns of a contact that an import writes. */
export const WRITTEN = [
  'id',
  'name',
  'email',
  'phone',
  'phoneE164',
  'jobTitle',
  'leadStatus',
  'ownerId',
  'organizationId',
  'searchText',
] as const;
/** A contact as an import compares and writes it. */
export type WrittenContact = Pick<Selectable<TenantTables['contact']>, (typeof WRITTEN)[number]>;

/** What becomes of a row. */
export type RowOutcome = 'created' | 'updated' | 'unchanged' | 'skipped' | 'failed';

/** A row with the contact that it is about. */
export interface MatchedRow {
  row: ImportRow;
  contactId: string;
  /** New: no contact with this id is stored yet. */
  isNew: boolean;
  outcome: RowOutcome;
}

/** Finds the contact of each row, or makes an id for a new one. */
export function matchRows(
  rows: readonly ImportRow[],
  matcher: RowMatcher,
  onMatch: ContactImportMatch,
): { matched: MatchedRow[]; problems: RowProblem[] } {
  const added = new Set<string>();
  const matched: MatchedRow[] = [];
  const problems: RowProblem[] = [];
  for (const given of rows) {
    const row = onMatch === 'CREATE' ? { ...given, id: null } : given;
    if (row.id !== null && !matcher.has(row.id)) {
      problems.push(unknownId(row));
      continue;
    }
    const found = onMatch === 'CREATE' ? null : matcher.find(row);
    const name = row.name ?? row.email ?? row.phone;
    if (found === null && name === null) {
      problems.push({ line: row.record.line, field: 'NAME', message: NO_NAME });
      continue;
    }
    const contactId = found ?? uuidv7();
    if (found === null && name !== null) {
      added.add(contactId);
      matcher.add({ id: contactId, name, email: row.email, phoneE164: row.phoneE164 });
    }
    const outcome = outcomeOf(found, onMatch);
    matched.push({ row, contactId, isNew: added.has(contactId), outcome });
  }
  return { matched, problems };
}

function outcomeOf(found: string | null, onMatch: ContactImportMatch): RowOutcome {
  if (found === null) return 'created';
  return onMatch === 'SKIP' ? 'skipped' : 'unchanged';
}

/** What is wrong with a row whose id no contact has. */
export function unknownId({ record: { line } }: ImportRow): RowProblem {
  return { line, field: 'ID', message: 'There is no contact with this id.' };
}

const NO_NAME = 'Expected a name, an e-mail address or a phone number.';

/** What rows refer to. */
export interface References {
  /** By the e-mail or name in lower case. */
  ownerIds: ReadonlyMap<string, string>;
  /** By normalized name. */
  organizationIds: ReadonlyMap<string, string>;
  /** Who owns new contacts without another owner. */
  importerId: string;
}

/** What the contact of a row refers to, and has besides what an import writes. */
interface Known extends References {
  /** The keys of its e-mails and phones that are not the primary ones. */
  otherKeys: ReadonlySet<string>;
}

/**
 * What a row makes of a contact: what it says nothing of stays, and an e-mail or phone that the
 * contact has already does not become the primary one.
 */
export function contactAfter(
  { row, contactId }: MatchedRow,
  stored: WrittenContact | undefined,
  { ownerIds, organizationIds, importerId, otherKeys }: Known,
): WrittenContact {
  const keepsPhone =
    row.phone === null ||
    (row.phoneE164 !== null &&
      (row.phoneE164 === stored?.phoneE164 || otherKeys.has(row.phoneE164)));
  const key = row.email === null ? null : emailKey(row.email);
  const keepsEmail =
    key === null || otherKeys.has(key) || (stored?.email != null && key === emailKey(stored.email));
  const organization =
    row.organization === null
      ? undefined
      : organizationIds.get(normalizeOrganizationName(row.organization));
  return {
    id: contactId,
    name: row.name ?? stored?.name ?? row.email ?? row.phone ?? '',
    email: keepsEmail ? (stored?.email ?? null) : row.email,
    phone: keepsPhone ? (stored?.phone ?? null) : row.phone,
    phoneE164: keepsPhone ? (stored?.phoneE164 ?? null) : row.phoneE164,
    jobTitle: row.jobTitle ?? stored?.jobTitle ?? null,
    leadStatus: row.leadStatus ?? stored?.leadStatus ?? null,
    ownerId: ownerIds.get(row.owner ?? '') ?? stored?.ownerId ?? importerId,
    organizationId: organization ?? stored?.organizationId ?? null,
    searchText: '',
  };
}

/** Whether two states of a contact differ in what an import writes, apart from what follows. */
export function differs(one: WrittenContact, other: WrittenContact): boolean {
  return WRITTEN.some((column) => column !== 'searchText' && one[column] !== other[column]);
}
