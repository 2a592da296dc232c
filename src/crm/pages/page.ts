/** What the sync of one page of records comes to, and what all kinds of records have in common. */
import { wantedTexts } from '../../platform/database/arrays.ts';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { RecordFailure } from '../pipedrive/records.ts';

/** created + updated + unchanged + failures are all records of the page. */
export interface PageOutcome {
  created: number;
  updated: number;
  unchanged: number;
  failures: RecordFailure[];
}

/** What a page needs to know beside its records. */
export interface SyncSurroundings {
  /** Users of the tenant by Pipedrive's ids: those with the same e-mail. */
  ownerIds: ReadonlyMap<string, string>;
  /** Who connected, and owns what nobody here owns in Pipedrive. */
  connectedBy: string;
  /** Of the tenant: phones without a country code are read as of there. */
  country: string;
}

export function nothingDone(): PageOutcome {
  return { created: 0, updated: 0, unchanged: 0, failures: [] };
}

/** Each record once, as it stands last; a list may repeat one. The others count as unchanged. */
export function withoutRepetitions<Record extends { id: string }>(
  records: readonly Record[],
  outcome: PageOutcome,
): Record[] {
  const last = new Map(records.map((record) => [record.id, record]));
  outcome.unchanged += records.length - last.size;
  return [...last.values()];
}

/** A null of the CRM takes nothing away: what was typed in here stays. */
export function prefer<T>(given: T | null, stored: T | null): T | null {
  return given ?? stored;
}

/** Organizations by Pipedrive's ids: `orgIds`. */
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
const byPersonId = prepare((p: { personIds: string[] }) =>
  query
    .selectFrom(wantedTexts(p.personIds))
    .innerJoin('contact', 'pipedrivePersonId', 'wanted.value')
    .select(['contact.id', 'pipedrivePersonId']),
);

/** The ids of organizations by Pipedrive's, aliases included. */
export async function organizationIds(
  tx: TenantTransaction,
  orgIds: readonly (string | null)[],
): Promise<Map<string, string>> {
  const wanted = present(orgIds);
  if (wanted.length === 0) return new Map();
  const rows = [
    ...(await tx.runPrepared(byAlias, { orgIds: wanted })),
    ...(await tx.runPrepared(byOrgId, { orgIds: wanted })),
  ];
  return new Map(rows.map(({ id, pipedriveOrgId }) => [pipedriveOrgId ?? '', id]));
}

/** The ids of contacts by Pipedrive's. */
export async function contactIds(
  tx: TenantTransaction,
  personIds: readonly (string | null)[],
): Promise<Map<string, string>> {
  const wanted = present(personIds);
  const rows = wanted.length === 0 ? [] : await tx.runPrepared(byPersonId, { personIds: wanted });
  return new Map(rows.map(({ id, pipedrivePersonId }) => [pipedrivePersonId ?? '', id]));
}

function present(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))];
}
