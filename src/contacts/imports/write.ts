/** Writes a batch of rows: set-based, in the caller's transaction, so that it is there or not. */
import { sql } from 'kysely';
import type { ContactImportMatch } from '../../../generated/kysely.ts';
import { anyText } from '../../platform/database/arrays.ts';
import { updateEach } from '../../platform/database/bulk-update.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantQueries, TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { importWords } from '../consent/imported.ts';
import { lockContacts } from '../locks.ts';
import { findOrCreateOrganizations } from '../organizations/organizations.ts';
import { type ContactPoint, emailKey, emailsOf, readPoints } from '../points/points.ts';
import { contactSearchText } from '../search-text.ts';
import { initialFigures } from '../warmness/figures.ts';
import { refreshFigures } from '../warmness/kept-figures.ts';
import { RowMatcher } from './matches.ts';
import {
  contactAfter,
  differs,
  type MatchedRow,
  matchRows,
  type RowOutcome,
  unknownId,
  WRITTEN,
  type WrittenContact,
} from './plan.ts';
import type { ImportRow, RowProblem } from './rows.ts';

/** How many rows of a batch had which outcome, and what is wrong with the others. */
export interface BatchOutcome {
  counts: Record<Exclude<RowOutcome, 'failed'>, number>;
  problems: RowProblem[];
}

/** What the batches of an import have in common. */
export interface BatchContext {
  onMatch: ContactImportMatch;
  /** Who owns new contacts of rows without an owner. */
  importerId: string;
}

const usersNamed = prepare((p: { names: string[] }) =>
  query
    .selectFrom('user')
    .select(['id', 'email', 'name'])
    .where((eb) =>
      eb.or([
        eb(sql<string>`lower("user"."email")`, '=', anyText(p.names)),
        eb(sql<string>`lower("user"."name")`, '=', anyText(p.names)),
      ]),
    )
    .where('role', '<>', 'CLIENT')
    .where('active', '=', true),
);

const UNKNOWN_OWNER = 'Expected the e-mail or the whole name of one of your users.';

/** The users whom rows name as owners, and what is wrong with the rows that name nobody. */
export async function findOwners(
  queries: TenantQueries,
  rows: readonly ImportRow[],
): Promise<{ ownerIds: Map<string, string>; problems: RowProblem[] }> {
  const names = [...new Set(rows.flatMap(({ owner }) => owner ?? []))];
  if (names.length === 0) return { ownerIds: new Map(), problems: [] };
  const users = await queries.runPrepared(usersNamed, { names });
  const named = Map.groupBy(users, ({ name }) => name.toLowerCase());
  const ownerIds = new Map([
    // A name that several have is nobody's.
    ...[...named].flatMap(([name, [user, another]]) =>
      user && !another ? [[name, user.id] as const] : [],
    ),
    ...users.map(({ id, email }) => [email.toLowerCase(), id] as const),
  ]);
  const problems = rows
    .filter(({ owner }) => owner !== null && !ownerIds.has(owner))
    .map(({ record: { line } }) => ({ line, field: 'OWNER' as const, message: UNKNOWN_OWNER }));
  return { ownerIds, problems };
}

/** Writes the rows that are right. */
export async function writeRows(
  tx: TenantTransaction,
  rows: readonly ImportRow[],
  { onMatch, importerId }: BatchContext,
): Promise<BatchOutcome> {
  const owners = await findOwners(tx, rows);
  const ownerless = new Set(owners.problems.map(({ line }) => line));
  const matcher = await RowMatcher.for(tx, rows);
  const { matched, problems } = matchRows(
    rows.filter(({ record }) => !ownerless.has(record.line)),
    matcher,
    onMatch,
  );
  const written = matched.filter(({ outcome }) => outcome !== 'skipped');
  const { contacts, organizations, organizationIds } = await lockAll(tx, written);
  const stored = new Map<string, WrittenContact>(contacts.map((contact) => [contact.id, contact]));
  const next = new Map<string, WrittenContact>(stored);
  const points = await readPoints(tx, [...stored.keys()]);
  const references = { ownerIds: owners.ownerIds, organizationIds, importerId };
  for (const one of written) {
    const before = next.get(one.contactId);
    const otherKeys = otherKeysOf(stored.get(one.contactId), points);
    const after = contactAfter(one, before, { ...references, otherKeys });
    if (before && !differs(before, after)) continue;
    if (!before && one.row.id !== null) {
      // It was deleted since it was looked up.
      problems.push(unknownId(one.row));
      one.outcome = 'failed';
      continue;
    }
    // One that was found by its e-mail, and deleted since, is added again.
    if (one.outcome === 'unchanged') one.outcome = before ? 'updated' : 'created';
    const organization = organizations.get(after.organizationId ?? '') ?? null;
    const emails = [after.email ?? [], othersOf(before, points)].flat();
    const searchText = contactSearchText(after.name, emails, organization);
    next.set(after.id, { ...after, searchText });
  }
  const rest = [...next.values()].filter((one) => one !== stored.get(one.id));
  await save(tx, rest, stored);
  const said = await importWords(
    tx,
    written.flatMap(({ contactId, row: { consent } }) =>
      consent && next.has(contactId) ? { contactId, ...consent } : [],
    ),
  );
  for (const one of written)
    if (one.outcome === 'unchanged' && said.has(one.contactId)) one.outcome = 'updated';
  return { counts: countsOf(matched), problems: [...owners.problems, ...problems] };
}

/** The e-mails of a contact besides the primary one, which an import may replace. */
function othersOf(
  contact: WrittenContact | undefined,
  points: ReadonlyMap<string, readonly ContactPoint[]>,
): string[] {
  const emails = emailsOf(points.get(contact?.id ?? '') ?? []);
  return emails.filter((email) => email !== contact?.email);
}

/** The keys of a stored contact's points besides the primary ones. */
function otherKeysOf(
  contact: WrittenContact | undefined,
  points: ReadonlyMap<string, readonly ContactPoint[]>,
): ReadonlySet<string> {
  const keys = new Set((points.get(contact?.id ?? '') ?? []).map(({ key }) => key));
  if (contact?.email) keys.delete(emailKey(contact.email));
  if (contact?.phoneE164) keys.delete(contact.phoneE164);
  return keys;
}

/** Locks organizations, the missing ones created, and contacts, in the order of all changes. */
async function lockAll(tx: TenantTransaction, rows: readonly MatchedRow[]) {
  const names = rows.flatMap(({ row }) => row.organization ?? []);
  const ids = rows.filter(({ isNew }) => !isNew).map(({ contactId }) => contactId);
  for (;;) {
    const organizationIds = await findOrCreateOrganizations(tx, names);
    const wanted = [...organizationIds.values()];
    const locked = await lockContacts(tx, ids, wanted);
    // Else one was deleted since it was found.
    if (wanted.every((id) => locked.organizations.has(id))) return { ...locked, organizationIds };
  }
}

async function save(
  tx: TenantTransaction,
  contacts: readonly WrittenContact[],
  stored: ReadonlyMap<string, WrittenContact>,
): Promise<void> {
  const changed = contacts.filter(({ id }) => stored.has(id)).map(writtenColumns);
  if (changed.length > 0) {
    await tx.run(
      updateEach('contact', changed, WRITTEN).set({ updatedAt: sql<Date>`statement_timestamp()` }),
    );
    await refreshFigures(
      tx,
      changed.map(({ id }) => id),
    );
  }
  const added = contacts.filter(({ id }) => !stored.has(id)).map(writtenColumns);
  if (added.length > 0)
    await tx.run(
      query
        .insertInto('contact')
        .values(added.map((contact) => ({ ...contact, ...initialFigures(contact) }))),
    );
}

/** Without the other columns of a row that was read. */
function writtenColumns(contact: WrittenContact): WrittenContact {
  return Object.fromEntries(WRITTEN.map((column) => [column, contact[column]])) as WrittenContact;
}

function countsOf(matched: readonly MatchedRow[]): BatchOutcome['counts'] {
  const counts = { created: 0, updated: 0, unchanged: 0, skipped: 0 };
  for (const { outcome } of matched) if (outcome !== 'failed') counts[outcome] += 1;
  return counts;
}
