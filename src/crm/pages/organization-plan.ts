/**
 * What a page of organizations does, planned record by record without touching the database; what is
 * planned for one record counts for those after it.
 */
import type { Selectable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { normalizeOrganizationName } from '../../contacts/index.ts';
import type { TenantTables } from '../../platform/database/tenant-scope.ts';
import type { PipedriveOrganization } from '../pipedrive/records.ts';
import { merged } from './merged.ts';
import { emptyOutcome, isRepeated, type PageOutcome } from './page.ts';
import type { Said } from './said.ts';

/** The columns of an organization that a sync compares and writes. */
export type SyncedOrganization = Pick<
  Selectable<TenantTables['organization']>,
  'id' | 'name' | 'normalizedName' | 'address' | 'city' | 'country' | 'website' | 'pipedriveOrgId'
>;
const DETAILS = ['address', 'city', 'country', 'website'] as const;

/** What a page of organizations changes, worked out before anything is written. */
export interface OrganizationPlan {
  outcome: PageOutcome;
  /** Organizations as they will be, by their ids in Pipedrive and by normalized name. */
  byOrgId: Map<string, SyncedOrganization>;
  byName: Map<string, SyncedOrganization>;
  /** Ids in Pipedrive that are aliases of organizations here. */
  aliases: ReadonlySet<string>;
  /** What Pipedrive said before, by its ids. */
  said: ReadonlyMap<string, Said<'organizations'>>;
  /** New and changed organizations by id, and the ids of those with another name than before. */
  added: Map<string, SyncedOrganization>;
  changed: Map<string, SyncedOrganization>;
  renamed: Set<string>;
  /** The ids of organizations that were deleted in Pipedrive, and aliases that were. */
  unlinked: string[];
  removedAliases: string[];
  newAliases: { pipedriveOrgId: string; organizationId: string }[];
}

/** Plans the records of a page; `stored` are the organizations that they may mean, locked. */
export function planOrganizations(
  records: readonly PipedriveOrganization[],
  stored: readonly SyncedOrganization[],
  { aliases, said }: Pick<OrganizationPlan, 'aliases' | 'said'>,
): OrganizationPlan {
  const linked = stored.flatMap((row) =>
    row.pipedriveOrgId === null ? [] : [[row.pipedriveOrgId, row] as const],
  );
  const plan: OrganizationPlan = {
    outcome: emptyOutcome(),
    byOrgId: new Map(linked),
    byName: new Map(stored.map((row) => [row.normalizedName, row])),
    aliases,
    said,
    added: new Map(),
    changed: new Map(),
    renamed: new Set(),
    unlinked: [],
    removedAliases: [],
    newAliases: [],
  };
  for (const record of records) (record.isDeleted ? planDeletion : planRecord)(plan, record);
  return plan;
}

function planDeletion(plan: OrganizationPlan, { id }: PipedriveOrganization): void {
  const linked = plan.byOrgId.get(id);
  if (linked) plan.unlinked.push(linked.id);
  else if (plan.aliases.has(id)) plan.removedAliases.push(id);
  plan.outcome[linked || plan.aliases.has(id) ? 'updated' : 'unchanged'] += 1;
}

function planRecord(plan: OrganizationPlan, record: PipedriveOrganization): void {
  const normalizedName = normalizeOrganizationName(record.name);
  const linked = plan.byOrgId.get(record.id);
  const named = plan.byName.get(normalizedName);
  if (linked) planChange(plan, linked, record);
  // Merged into another organization here, which takes its name from its own record.
  else if (plan.aliases.has(record.id)) plan.outcome.unchanged += 1;
  else if (normalizedName === '')
    plan.outcome.failures.push({
      externalId: record.id,
      message: 'This organization has a name that is only punctuation.',
    });
  else if (named && named.pipedriveOrgId === null) planChange(plan, named, record);
  else if (named) {
    plan.newAliases.push({ pipedriveOrgId: record.id, organizationId: named.id });
    plan.outcome.updated += 1;
  }
  // Deleted here.
  else if (isRepeated(record, plan.said.get(record.id))) plan.outcome.unchanged += 1;
  else {
    const added: SyncedOrganization = {
      ...record,
      id: uuidv7(),
      normalizedName,
      pipedriveOrgId: record.id,
    };
    plan.added.set(added.id, added);
    plan.byName.set(normalizedName, added);
    plan.outcome.created += 1;
  }
}

function planChange(
  plan: OrganizationPlan,
  stored: SyncedOrganization,
  record: PipedriveOrganization,
): void {
  const next: SyncedOrganization = { ...stored, pipedriveOrgId: record.id };
  // What was said of an organization says nothing about one that was not linked to it.
  const isLinked = stored.pipedriveOrgId === record.id;
  const before = isLinked ? (plan.said.get(record.id)?.record ?? null) : null;
  for (const detail of DETAILS)
    next[detail] = merged(stored[detail], record[detail], before && { value: before[detail] });
  const normalizedName = normalizeOrganizationName(record.name);
  const holder = plan.byName.get(normalizedName);
  // Normalised names are unique here: if another organization has the new name, the old one stays.
  const isFree = normalizedName !== '' && (holder === undefined || holder.id === stored.id);
  const isCorrected = before?.name === record.name;
  if (isFree && !isCorrected && record.name !== stored.name) {
    Object.assign(next, { name: record.name, normalizedName });
    plan.byName.set(normalizedName, next);
    plan.renamed.add(stored.id);
  }
  const differs =
    next.name !== stored.name ||
    next.pipedriveOrgId !== stored.pipedriveOrgId ||
    DETAILS.some((detail) => next[detail] !== stored[detail]);
  if (differs) {
    plan.changed.set(next.id, next);
    plan.byOrgId.set(record.id, next);
    plan.byName.set(next.normalizedName, next);
  }
  plan.outcome[differs ? 'updated' : 'unchanged'] += 1;
}
