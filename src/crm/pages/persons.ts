/**
 * A page of Pipedrive's persons. One is found by Pipedrive's id, else by its e-mail: of several
 * contacts that have it and belong to no other person there, the oldest.
 */
import { type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import {
  contactSearchText,
  initialFigures,
  lockContacts,
  refreshFigures,
  toE164,
} from '../../contacts/index.ts';
import { wantedTexts } from '../../platform/database/arrays.ts';
import { listsChanged } from '../../platform/database/list-versions.ts';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { type ColumnTypes, valuesTable } from '../../platform/database/values-table.ts';
import type { PipedrivePerson } from '../pipedrive/records.ts';
import {
  contactIds,
  nothingDone,
  organizationIds,
  type PageOutcome,
  prefer,
  type SyncSurroundings,
  withoutRepetitions,
} from './page.ts';

/** What a sync writes of a contact. */
type Written = Pick<
  Selectable<TenantTables['contact']>,
  | 'id'
  | 'name'
  | 'email'
  | 'phone'
  | 'phoneE164'
  | 'jobTitle'
  | 'ownerId'
  | 'organizationId'
  | 'pipedrivePersonId'
  | 'searchText'
>;

const WRITTEN_TYPES: ColumnTypes<Written> = {
  id: 'uuid',
  name: 'text',
  email: 'text',
  phone: 'text',
  phoneE164: 'text',
  jobTitle: 'text',
  ownerId: 'uuid',
  organizationId: 'uuid',
  pipedrivePersonId: 'text',
  searchText: 'text',
};
const WRITTEN = Object.keys(WRITTEN_TYPES) as (keyof Written)[];

/** Contacts that are no person of Pipedrive yet, the oldest first. */
const byEmail = prepare((p: { emails: string[] }) =>
  query
    .selectFrom(wantedTexts(p.emails))
    .innerJoin('contact', (join) => join.on(sql<boolean>`lower("contact"."email") = wanted.value`))
    .select(['contact.id', 'wanted.value as email'])
    .where('pipedrivePersonId', 'is', null)
    .orderBy('contact.createdAt')
    .orderBy('contact.id'),
);

/** Writes a page in the caller's transaction. */
export async function applyPersons(
  tx: TenantTransaction,
  page: readonly PipedrivePerson[],
  surroundings: SyncSurroundings,
): Promise<PageOutcome> {
  const outcome = nothingDone();
  const records = withoutRepetitions(page, outcome);
  const matches = await match(tx, records);
  const orgIds = await organizationIds(
    tx,
    records.map(({ orgId }) => orgId),
  );
  const { contacts, organizations } = await lockContacts(
    tx,
    [...matches.values()],
    [...orgIds.values()],
  );
  const stored = new Map(contacts.map((contact) => [contact.id, contact]));
  const changed: Written[] = [];
  const added: Written[] = [];
  for (const record of records) {
    const contact = stored.get(matches.get(record.id) ?? '');
    if (record.isDeleted) {
      if (contact) changed.push({ ...contact, pipedrivePersonId: null });
      outcome[contact ? 'updated' : 'unchanged'] += 1;
      continue;
    }
    const known = organizations.get(orgIds.get(record.orgId ?? '') ?? '');
    const next = merged(contact, { ...record, organizationId: known?.id ?? null }, surroundings);
    next.searchText = contactSearchText(
      next,
      next.organizationId === null ? null : organizations.get(next.organizationId),
    );
    if (!contact) added.push(next);
    else if (WRITTEN.some((column) => next[column] !== contact[column])) changed.push(next);
    outcome[contact ? (changed.at(-1) === next ? 'updated' : 'unchanged') : 'created'] += 1;
  }
  await write(tx, changed, added);
  return outcome;
}

/** Contacts by Pipedrive's ids of the persons that they are, or are found to be. */
async function match(
  tx: TenantTransaction,
  records: readonly PipedrivePerson[],
): Promise<Map<string, string>> {
  const matches = await contactIds(
    tx,
    records.map(({ id }) => id),
  );
  const unknown = records.filter(({ id, isDeleted }) => !isDeleted && !matches.has(id));
  const emails = [...new Set(unknown.flatMap(({ email }) => email ?? []))];
  const free = Map.groupBy(
    emails.length === 0 ? [] : await tx.runPrepared(byEmail, { emails }),
    ({ email }) => email,
  );
  for (const record of unknown) {
    const found = record.email === null ? undefined : free.get(record.email)?.shift();
    if (found) matches.set(record.id, found.id);
  }
  return matches;
}

type Given = PipedrivePerson & { organizationId: string | null };

/** The contact as it is to be; its search text is still the old one. */
function merged(
  stored: Written | undefined,
  given: Given,
  { ownerIds, connectedBy, country }: SyncSurroundings,
): Written {
  const owner = ownerIds.get(given.ownerId ?? '');
  const phone = prefer(given.phone, stored?.phone ?? null);
  const sameEmail = given.email === stored?.email?.toLowerCase();
  return {
    id: stored?.id ?? uuidv7(),
    name: given.name,
    email: sameEmail ? (stored?.email ?? null) : prefer(given.email, stored?.email ?? null),
    phone,
    phoneE164:
      phone === null || phone === stored?.phone
        ? (stored?.phoneE164 ?? null)
        : toE164(phone, country),
    jobTitle: prefer(given.jobTitle, stored?.jobTitle ?? null),
    // An owner whom nobody here is does not take a contact from whoever has it.
    ownerId: owner ?? stored?.ownerId ?? connectedBy,
    organizationId: prefer(given.organizationId, stored?.organizationId ?? null),
    pipedrivePersonId: given.id,
    searchText: '',
  };
}

async function write(tx: TenantTransaction, changed: Written[], added: Written[]): Promise<void> {
  if (changed.length > 0) {
    const columns = WRITTEN.filter((column) => column !== 'id');
    await tx.run(
      query
        .updateTable('contact')
        .from(valuesTable(changed, WRITTEN_TYPES))
        .set({
          ...Object.fromEntries(columns.map((column) => [column, sql.ref(`v.${column}`)])),
          updatedAt: sql<Date>`statement_timestamp()`,
        } as object)
        .whereRef('contact.id', '=', 'v.id'),
    );
    await refreshFigures(
      tx,
      changed.map(({ id }) => id),
    );
  }
  if (added.length > 0)
    await tx.run(
      query
        .insertInto('contact')
        .values(added.map((contact) => ({ ...contact, ...initialFigures(contact) }))),
    );
  if (changed.length + added.length > 0) listsChanged(tx, 'CONTACT', 'ORGANIZATION');
}
