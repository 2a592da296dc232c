/**
 * A page of Pipedrive's activities. Here an activity always belongs to a contact, so those without
 * a person are left out.
 */
import type { Selectable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { lockContacts, refreshFigures } from '../../contacts/index.ts';
import { anyOf, wantedTexts } from '../../platform/database/arrays.ts';
import { updateEach } from '../../platform/database/bulk-update.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { toIso } from '../../platform/time.ts';
import type { PipedriveActivity, RecordFailure } from '../pipedrive/records.ts';
import {
  affectedContacts,
  contactIds,
  isRepeated,
  noChanges,
  type PageContext,
  type PageOutcome,
  planRemoval,
  planRow,
  type RowChanges,
  withoutRepetitions,
} from './page.ts';
import { UNLINKED } from './said.ts';

/** An activity as a sync writes it; `occurredAt` in ISO 8601 with milliseconds. */
type Activity = Pick<
  Selectable<TenantTables['activity']>,
  'id' | 'contactId' | 'userId' | 'type' | 'subject' | 'note' | 'occurredAt' | 'pipedriveActivityId'
>;

const COLUMNS = [
  'id',
  'contactId',
  'userId',
  'type',
  'subject',
  'note',
  'occurredAt',
  'pipedriveActivityId',
] as const satisfies (keyof Activity)[];

const byActivityId = prepare((p: { activityIds: string[] }) =>
  query
    .selectFrom(wantedTexts(p.activityIds))
    .innerJoin('activity', 'pipedriveActivityId', 'wanted.value')
    .select(COLUMNS.map((column) => `activity.${column}` as const))
    .$castTo<Activity>(),
);

/** Writes a page in the caller's transaction. */
export async function applyActivities(
  tx: TenantTransaction,
  page: readonly PipedriveActivity[],
  { ownerIds, said }: PageContext<'activities'>,
): Promise<PageOutcome> {
  const changes = noChanges<Activity>();
  const records = withoutRepetitions(page, changes.outcome);
  const { stored, contacts } = await lockStored(tx, records);
  for (const record of records) {
    const activity = stored.get(record.id);
    if (record.isDeleted || record.personId === null) {
      planRemoval(changes, activity);
      continue;
    }
    const userId = ownerIds.get(record.ownerId ?? '') ?? null;
    const named = contacts.get(record.personId) ?? null;
    changes.outcome.links.set(record.id, { ...UNLINKED, contactId: named, userId });
    const before = said.get(record.id);
    // If the person was deleted in Pipedrive, the activity stays with the contact it has here.
    const isSamePerson = !before?.record || before.record.personId === record.personId;
    const contactId = named ?? (isSamePerson ? activity?.contactId : undefined);
    const isDeletedHere = !activity && before?.contactId != null && isRepeated(record, before);
    if (isDeletedHere) changes.outcome.unchanged += 1;
    else if (contactId === undefined) {
      changes.outcome.failures.push(withoutContact(record));
      // It belongs to somebody else now, who is not here.
      if (activity) {
        changes.removed.push(activity);
        changes.before.push(activity);
      }
    } else {
      const given = { record, before: before?.record ?? null, links: { contactId, userId } };
      planRow(changes, mergedActivity(given, activity), activity);
    }
  }
  await write(tx, changes);
  await refreshFigures(tx, affectedContacts(changes));
  return changes.outcome;
}

/** Stored activities by their ids in Pipedrive, and contacts by those of the persons, locked. */
async function lockStored(tx: TenantTransaction, records: readonly PipedriveActivity[]) {
  const rows = await tx.runPrepared(byActivityId, { activityIds: records.map(({ id }) => id) });
  const persons = await contactIds(
    tx,
    records.map(({ personId }) => personId),
  );
  const { contacts } = await lockContacts(tx, [
    ...persons.values(),
    ...rows.map(({ contactId }) => contactId),
  ]);
  const existing = new Set(contacts.map(({ id }) => id));
  const stored = rows
    .filter(({ contactId }) => existing.has(contactId))
    .map((row) => ({ ...row, occurredAt: toIso(row.occurredAt) }));
  return {
    stored: new Map(stored.map((row) => [row.pipedriveActivityId ?? '', row])),
    contacts: new Map([...persons].filter(([, contactId]) => existing.has(contactId))),
  };
}

function withoutContact({ id, personId }: PipedriveActivity): RecordFailure {
  return {
    externalId: id,
    message: `There is no contact for the person ${personId} of this activity.`,
  };
}

/** A record with what was said before, and what it refers to here. */
interface GivenActivity {
  record: PipedriveActivity;
  before: PipedriveActivity | null;
  links: Pick<Activity, 'contactId' | 'userId'>;
}

/** What did not change in Pipedrive stays as it was corrected here. */
function mergedActivity(
  { record, before, links }: GivenActivity,
  stored: Activity | undefined,
): Activity {
  const isKept = (field: 'type' | 'subject' | 'note' | 'occurredAt') =>
    stored !== undefined && before !== null && before[field] === record[field];
  const value = <Field extends 'type' | 'subject' | 'note'>(field: Field) =>
    stored && isKept(field) ? stored[field] : record[field];
  return {
    id: stored?.id ?? uuidv7(),
    ...links,
    type: value('type'),
    subject: value('subject'),
    note: value('note'),
    occurredAt:
      stored && isKept('occurredAt')
        ? stored.occurredAt
        : new Date(record.occurredAt).toISOString(),
    pipedriveActivityId: record.id,
  };
}

async function write(
  tx: TenantTransaction,
  { added, changed, removed }: RowChanges<Activity>,
): Promise<void> {
  if (removed.length > 0)
    await tx.run(query.deleteFrom('activity').where('id', '=', anyOf(removed.map(({ id }) => id))));
  if (added.length > 0) await tx.run(query.insertInto('activity').values(added));
  if (changed.length > 0) await tx.run(updateEach('activity', changed, COLUMNS));
}
