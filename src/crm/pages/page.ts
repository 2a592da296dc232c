/**
 * What the pages of all kinds of records have in common. A page is a list of up to 500 records of
 * one kind; each kind has a file that plans what they change and writes it set-based, in the
 * caller's transaction. This is the head of the room `pages`; from outside it, use `SyncContext`,
 * `PageOutcome`, and the function `apply…` of each kind.
 */
import { isDeepStrictEqual } from 'node:util';
import { wantedTexts } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { keysOf } from '../../platform/records.ts';
import type { PipedriveKind, PipedriveRecords, RecordFailure } from '../pipedrive/records.ts';
import type { Links, Said } from './said.ts';

/** What became of a page's records: the three counts and the failures add up to all of them. */
export interface PageOutcome {
  created: number;
  updated: number;
  unchanged: number;
  failures: RecordFailure[];
  /** What the references of the records are here, by the records' ids in Pipedrive. */
  links: Map<string, Links>;
}

/** What pages need besides their records; the same for all pages of a sync. */
export interface SyncContext {
  /** The tenant's users by the ids of Pipedrive's users who have the same e-mail. */
  ownerIds: ReadonlyMap<string, string>;
  /**
   * The user who connected the CRM; owns new contacts whose owner in Pipedrive is not a user here.
   */
  connectedBy: string;
  /** The tenant's country, for phone numbers without a country code. */
  country: string;
}

/** What a page needs besides its records. */
export interface PageContext<Kind extends PipedriveKind> extends SyncContext {
  /** What was said of these records before, by their ids in Pipedrive. */
  said: ReadonlyMap<string, Said<Kind>>;
}

/**
 * Whether a record says what it said before: what has no row here then was deleted here, and stays
 * deleted until it changes there.
 */
export function isRepeated<Kind extends PipedriveKind>(
  record: PipedriveRecords[Kind],
  said: Said<Kind> | undefined,
): boolean {
  if (said?.record == null) return false;
  // A record that was kept by an earlier version lacks what is read of records since.
  const again: Partial<PipedriveRecords[Kind]> = record;
  return keysOf(said.record).every((key) => isDeepStrictEqual(said.record?.[key], again[key]));
}

/** The outcome of a page of which no record has been counted yet. */
export function emptyOutcome(): PageOutcome {
  return { created: 0, updated: 0, unchanged: 0, failures: [], links: new Map() };
}

/** What a page does to the rows of one table: planned record by record, written set-based. */
export interface RowChanges<Row> {
  outcome: PageOutcome;
  added: Row[];
  changed: Row[];
  removed: Row[];
  /** The changed and removed rows as they were stored. */
  before: Row[];
}

/** Changes of a page of which no record has been planned yet. */
export function noChanges<Row>(): RowChanges<Row> {
  return { outcome: emptyOutcome(), added: [], changed: [], removed: [], before: [] };
}

/** Plans the row of a record, and counts the record as created, updated or unchanged. */
export function planRow<Row extends object>(
  changes: RowChanges<Row>,
  next: Row,
  stored: Row | undefined,
): void {
  if (stored === undefined) {
    changes.added.push(next);
    changes.outcome.created += 1;
  } else if (keysOf(next).some((key) => next[key] !== stored[key]))
    planUpdate(changes, next, stored);
  else changes.outcome.unchanged += 1;
}

/** Plans a row that has changed, also if only in what belongs to it, and counts it as updated. */
export function planUpdate<Row extends object>(
  changes: RowChanges<Row>,
  next: Row,
  stored: Row,
): void {
  changes.changed.push(next);
  changes.before.push(stored);
  changes.outcome.updated += 1;
}

/** Plans the removal of a record's row, if it has one here. */
export function planRemoval<Row extends object>(
  changes: RowChanges<Row>,
  stored: Row | undefined,
): void {
  changes.outcome[stored ? 'updated' : 'unchanged'] += 1;
  if (stored === undefined) return;
  changes.removed.push(stored);
  changes.before.push(stored);
}

/** The ids of the contacts that the changed rows belong to, or belonged to before. */
export function affectedContacts(changes: RowChanges<{ contactId: string | null }>): string[] {
  const { added, changed, before } = changes;
  return [
    ...new Set([...added, ...changed, ...before].flatMap(({ contactId }) => contactId ?? [])),
  ];
}

/**
 * Each record once, in its last version: a list may repeat one that changed while it was read. The
 * repetitions count as unchanged.
 */
export function withoutRepetitions<Record extends { id: string }>(
  records: readonly Record[],
  outcome: PageOutcome,
): Record[] {
  const last = new Map(records.map((record) => [record.id, record]));
  outcome.unchanged += records.length - last.size;
  return [...last.values()];
}

/** Organizations by their ids in Pipedrive, without aliases. */
export const byOrgId = prepare((p: { orgIds: string[] }) =>
  query
    .selectFrom(wantedTexts(p.orgIds))
    .innerJoin('organization', 'pipedriveOrgId', 'wanted.value')
    .select(['organization.id', 'pipedriveOrgId']),
);
const byAlias = prepare((p: { orgIds: string[] }) =>
  query
    .selectFrom(wantedTexts(p.orgIds))
    .innerJoin('organization_alias', 'pipedriveOrgId', 'wanted.value')
    .select(['organizationId as id', 'pipedriveOrgId']),
);
const byPersonAlias = prepare((p: { personIds: string[] }) =>
  query
    .selectFrom(wantedTexts(p.personIds))
    .innerJoin('contact_alias', 'pipedrivePersonId', 'wanted.value')
    .select(['contactId as id', 'pipedrivePersonId']),
);
const byPersonId = prepare((p: { personIds: string[] }) =>
  query
    .selectFrom(wantedTexts(p.personIds))
    .innerJoin('contact', 'pipedrivePersonId', 'wanted.value')
    .select(['contact.id', 'pipedrivePersonId']),
);

/** The ids of organizations by their ids in Pipedrive, aliases included. */
export async function organizationIds(
  tx: TenantTransaction,
  orgIds: readonly (string | null)[],
): Promise<Map<string, string>> {
  const wanted = distinct(orgIds);
  if (wanted.length === 0) return new Map();
  const rows = [
    ...(await tx.runPrepared(byAlias, { orgIds: wanted })),
    ...(await tx.runPrepared(byOrgId, { orgIds: wanted })),
  ];
  return new Map(rows.map(({ id, pipedriveOrgId }) => [pipedriveOrgId ?? '', id]));
}

/** The ids of contacts by their ids in Pipedrive, aliases included. */
export async function contactIds(
  tx: TenantTransaction,
  personIds: readonly (string | null)[],
): Promise<Map<string, string>> {
  const wanted = distinct(personIds);
  if (wanted.length === 0) return new Map();
  const rows = [
    ...(await tx.runPrepared(byPersonAlias, { personIds: wanted })),
    ...(await tx.runPrepared(byPersonId, { personIds: wanted })),
  ];
  return new Map(rows.map(({ id, pipedrivePersonId }) => [pipedrivePersonId ?? '', id]));
}

function distinct(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))];
}
