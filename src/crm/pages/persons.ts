/**
 * A page of Pipedrive's persons. A person's contact is found by the id in Pipedrive, else by its
 * e-mail: the oldest contact that has it, whose name agrees, and that is linked to no other person;
 * or the oldest that has no name yet but its address. What it then holds is in person-merge.ts.
 */
import { sql } from 'kysely';
import {
  contactSearchText,
  initialFigures,
  lockContacts,
  refreshFigures,
} from '../../contacts/index.ts';
import { wantedTexts } from '../../platform/database/arrays.ts';
import { updateEach } from '../../platform/database/bulk-update.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { PipedrivePerson } from '../pipedrive/records.ts';
import { namesAgree, saysWho } from './names-agree.ts';
import {
  contactIds,
  isRepeated,
  noChanges,
  organizationIds,
  type PageContext,
  type PageOutcome,
  planRow,
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
    .innerJoin('contact', (join) => join.on(sql<boolean>`lower("contact"."email") = wanted.value`))
    .select(['contact.id', 'contact.name', 'wanted.value as email'])
    .where('pipedrivePersonId', 'is', null)
    .orderBy('contact.createdAt')
    .orderBy('contact.id'),
);

/** Writes a page in the caller's transaction. */
export async function applyPersons(
  tx: TenantTransaction,
  page: readonly PipedrivePerson[],
  context: PageContext<'persons'>,
): Promise<PageOutcome> {
  const changes = noChanges<WrittenContact>();
  const records = withoutRepetitions(page, changes.outcome);
  const matches = await matchContacts(tx, records);
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
  for (const record of records) {
    const contact = stored.get(matches.get(record.id) ?? '');
    if (record.isDeleted) {
      planUnlinking(changes, contact);
      continue;
    }
    const named = organizations.get(orgIds.get(record.orgId ?? '') ?? '');
    const links = {
      ...UNLINKED,
      organizationId: named?.id ?? null,
      userId: context.ownerIds.get(record.ownerId ?? '') ?? null,
    };
    changes.outcome.links.set(record.id, links);
    const said = context.said.get(record.id);
    if (!contact && isRepeated(record, said)) {
      changes.outcome.unchanged += 1;
      continue;
    }
    const next = mergedContact({ record, links, said, stored: contact }, context);
    next.searchText = contactSearchText(
      next,
      next.organizationId === null ? null : organizations.get(next.organizationId),
    );
    planRow(changes, next, contact);
  }
  await write(tx, changes);
  return changes.outcome;
}

/** A person that was deleted in Pipedrive leaves its contact here, without the link. */
function planUnlinking(
  changes: RowChanges<WrittenContact>,
  contact: WrittenContact | undefined,
): void {
  if (contact) changes.changed.push({ ...contact, pipedrivePersonId: null });
  changes.outcome[contact ? 'updated' : 'unchanged'] += 1;
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
  const emails = [...new Set(unknown.flatMap(({ email }) => email ?? []))];
  const free = Map.groupBy(
    emails.length === 0 ? [] : await tx.runPrepared(byEmail, { emails }),
    ({ email }) => email,
  );
  const taken = new Set<string>();
  for (const record of unknown) {
    const sharing = (free.get(record.email ?? '') ?? [])
      .slice(0, MAX_SHARING)
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

async function write(
  tx: TenantTransaction,
  { changed, added }: RowChanges<WrittenContact>,
): Promise<void> {
  if (changed.length > 0) {
    await tx.run(
      updateEach('contact', changed, WRITTEN).set({ updatedAt: sql<Date>`statement_timestamp()` }),
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
