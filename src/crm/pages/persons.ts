/**
 * A page of Pipedrive's persons. A person's contact is found by the id in Pipedrive, which may be an
 * alias that a merge left, else by one of its e-mails: the oldest contact that has it, whose name agrees, and that is linked to no other person;
 * or the oldest that has no name yet but its address. What it then holds is in person-merge.ts.
 */
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import {
  type ContactPoint,
  contactSearchText,
  emailKey,
  emailsOf,
  initialFigures,
  lockContacts,
  namesAgree,
  readPoints,
  refreshFigures,
  saysWho,
  storePoints,
} from '../../contacts/index.ts';
import { anyText, wantedTexts } from '../../platform/database/arrays.ts';
import { updateEach } from '../../platform/database/bulk-update.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { PipedrivePerson } from '../pipedrive/records.ts';
import { type Conflict, conflictsOf, keepConflicts } from './conflicts.ts';
import {
  contactIds,
  isRepeated,
  noChanges,
  organizationIds,
  type PageContext,
  type PageOutcome,
  planRow,
  planUpdate,
  type RowChanges,
  withoutRepetitions,
} from './page.ts';
import { mergedContact, WRITTEN, type WrittenContact } from './person-merge.ts';
import { UNLINKED } from './said.ts';

/** Of contacts that share an e-mail, so many are compared by their names. */
const MAX_SHARING = 20;

/** Contacts that are not linked to a person yet, the oldest first. */
const byEmail = prepare((p: { emails: string[] }) =>
  query
    .selectFrom(wantedTexts(p.emails))
    .innerJoin('contact_point', (join) =>
      join.onRef('contact_point.key', '=', 'wanted.value').on('contact_point.kind', '=', 'EMAIL'),
    )
    .innerJoin('contact', 'contact.id', 'contact_point.contactId')
    .select(['contact.id', 'contact.name', 'wanted.value as email'])
    .where('pipedrivePersonId', 'is', null)
    .orderBy('contact.createdAt')
    .orderBy('contact.id'),
);

/** Whether a person was merged into a contact that another person is followed by. */
function isAlias({ id }: PipedrivePerson, { pipedrivePersonId }: WrittenContact): boolean {
  return pipedrivePersonId !== null && pipedrivePersonId !== id;
}

/** Writes a page in the caller's transaction. */
export async function applyPersons(
  tx: TenantTransaction,
  page: readonly PipedrivePerson[],
  context: PageContext<'persons'>,
): Promise<PageOutcome> {
  const changes = noChanges<WrittenContact>();
  const conflicts: Conflict[] = [];
  const records = withoutRepetitions(page, changes.outcome);
  const matches = await matchContacts(tx, records);
  const orgs = records.map(({ orgId }) => orgId);
  const orgIds = await organizationIds(tx, orgs);
  const wanted = [...orgIds.values()];
  const { contacts, organizations } = await lockContacts(tx, [...matches.values()], wanted);
  const stored = new Map<string, WrittenContact>(contacts.map((contact) => [contact.id, contact]));
  const points = await readPoints(tx, [...stored.keys()]);
  const changedPoints = new Map<string, ContactPoint[]>();
  // Deleted ones first: their contacts may have another person, by an alias.
  const goneAliases = planUnlinking(changes, {
    records: records.filter(({ isDeleted }) => isDeleted),
    matches,
    stored,
  });
  for (const record of records.filter(({ isDeleted }) => !isDeleted)) {
    const contact = stored.get(matches.get(record.id) ?? '');
    const named = organizations.get(orgIds.get(record.orgId ?? '') ?? '');
    const links = {
      ...UNLINKED,
      organizationId: named?.id ?? null,
      userId: context.ownerIds.get(record.ownerId ?? '') ?? null,
    };
    changes.outcome.links.set(record.id, links);
    const said = context.said.get(record.id);
    if (contact ? isAlias(record, contact) : isRepeated(record, said)) {
      changes.outcome.unchanged += 1;
      continue;
    }
    const known = points.get(contact?.id ?? '') ?? [];
    const given = { record, links, said, stored: contact, points: known };
    const { contact: next, points: own } = mergedContact(given, context);
    conflicts.push(...conflictsOf(given, next));
    const organization = organizations.get(next.organizationId ?? '');
    next.searchText = contactSearchText(next.name, emailsOf(own), organization);
    const hasOtherPoints = !isDeepStrictEqual(own, known);
    if (hasOtherPoints) changedPoints.set(next.id, own);
    if (hasOtherPoints && contact) planUpdate(changes, next, contact);
    else planRow(changes, next, contact);
    stored.set(next.id, next);
    points.set(next.id, own);
  }
  await write(tx, changes);
  await storePoints(tx, changedPoints);
  await keepConflicts(tx, conflicts);
  await removeAliases(tx, [
    ...goneAliases,
    // A contact that lost its person is followed by an alias from now on.
    ...changes.changed.flatMap(({ pipedrivePersonId }) => pipedrivePersonId ?? []),
  ]);
  return changes.outcome;
}

interface DeletedPersons {
  records: readonly PipedrivePerson[];
  matches: ReadonlyMap<string, string>;
  stored: Map<string, WrittenContact>;
}

/**
 * Persons that were deleted in Pipedrive leave their contacts here, without the link. Returns those
 * that were aliases.
 */
function planUnlinking(
  changes: RowChanges<WrittenContact>,
  { records, matches, stored }: DeletedPersons,
): string[] {
  const aliases: string[] = [];
  for (const record of records) {
    const contact = stored.get(matches.get(record.id) ?? '');
    changes.outcome[contact ? 'updated' : 'unchanged'] += 1;
    if (!contact) continue;
    if (isAlias(record, contact)) {
      aliases.push(record.id);
      continue;
    }
    const unlinked = { ...contact, pipedrivePersonId: null };
    changes.changed.push(unlinked);
    stored.set(unlinked.id, unlinked);
  }
  return aliases;
}

/** The ids of the contacts that persons are linked to, or match by e-mail; by ids in Pipedrive. */
async function matchContacts(
  tx: TenantTransaction,
  records: readonly PipedrivePerson[],
): Promise<Map<string, string>> {
  const matches = await contactIds(
    tx,
    records.map(({ id }) => id),
  );
  const unknown = records.filter(({ id, isDeleted }) => !isDeleted && !matches.has(id));
  const emails = [...new Set(unknown.flatMap(addressesOf))];
  const free = Map.groupBy(
    emails.length === 0 ? [] : await tx.runPrepared(byEmail, { emails }),
    ({ email }) => email,
  );
  const taken = new Set<string>();
  for (const record of unknown) {
    const sharing = addressesOf(record)
      .flatMap((email) => (free.get(email) ?? []).slice(0, MAX_SHARING))
      .filter(({ id }) => !taken.has(id));
    const found =
      sharing.find(({ name }) => namesAgree(name, record.name)) ??
      sharing.find(({ name }) => !saysWho(name));
    if (!found) continue;
    taken.add(found.id);
    matches.set(record.id, found.id);
  }
  return matches;
}

function addressesOf({ email, emails }: PipedrivePerson): string[] {
  return emails?.map(({ value }) => emailKey(value)) ?? (email === null ? [] : [emailKey(email)]);
}

async function removeAliases(tx: TenantTransaction, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return;
  await tx.run(
    query.deleteFrom('contact_alias').where('pipedrivePersonId', '=', anyText(personIds)),
  );
}

async function write(
  tx: TenantTransaction,
  { changed: all, added }: RowChanges<WrittenContact>,
): Promise<void> {
  // A contact that lost one person and got another changes once.
  const changed = [...new Map(all.map((contact) => [contact.id, contact])).values()];
  if (changed.length > 0) {
    await tx.run(
      updateEach('contact', changed, WRITTEN).set({
        updatedAt: sql<Date>`statement_timestamp()`,
        updatedById: null,
      }),
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
}
