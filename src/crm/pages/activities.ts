/**
 * A page of Pipedrive's activities. Here an activity belongs to a contact: those about no person
 * are passed over.
 */
import { type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { lockContacts, refreshFigures } from '../../contacts/index.ts';
import { anyOf, wantedTexts } from '../../platform/database/arrays.ts';
import { listsChanged } from '../../platform/database/list-versions.ts';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { type ColumnTypes, valuesTable } from '../../platform/database/values-table.ts';
import { toIso } from '../../platform/time.ts';
import type { PipedriveActivity } from '../pipedrive/records.ts';
import {
  contactIds,
  nothingDone,
  type PageOutcome,
  type SyncSurroundings,
  withoutRepetitions,
} from './page.ts';

/** `occurredAt` in ISO 8601 with milliseconds. */
type Activity = Pick<
  Selectable<TenantTables['activity']>,
  'id' | 'contactId' | 'userId' | 'type' | 'subject' | 'note' | 'occurredAt' | 'pipedriveActivityId'
>;

const ACTIVITY_TYPES: ColumnTypes<Activity> = {
  id: 'uuid',
  contactId: 'uuid',
  userId: 'uuid',
  type: 'text',
  subject: 'text',
  note: 'text',
  occurredAt: 'timestamptz',
  pipedriveActivityId: 'text',
};
const COLUMNS = Object.keys(ACTIVITY_TYPES) as (keyof Activity)[];

const byActivityId = prepare((p: { activityIds: string[] }) =>
  query
    .selectFrom(wantedTexts(p.activityIds))
    .innerJoin('activity', 'pipedriveActivityId', 'wanted.value')
    .select(COLUMNS.map((column) => `activity.${column}` as const))
    .$castTo<Activity>(),
);

interface Plan {
  stored: Map<string, Activity>;
  contactOf: (record: PipedriveActivity) => string | null;
  surroundings: SyncSurroundings;
  changed: Activity[];
  added: Activity[];
  gone: Activity[];
  outcome: PageOutcome;
}

/** Writes a page in the caller's transaction. */
export async function applyActivities(
  tx: TenantTransaction,
  page: readonly PipedriveActivity[],
  surroundings: SyncSurroundings,
): Promise<PageOutcome> {
  const outcome = nothingDone();
  const records = withoutRepetitions(page, outcome);
  const rows = await tx.runPrepared(byActivityId, { activityIds: records.map(({ id }) => id) });
  const persons = await contactIds(
    tx,
    records.map(({ personId }) => personId),
  );
  const { contacts } = await lockContacts(tx, [
    ...persons.values(),
    ...rows.map(({ contactId }) => contactId),
  ]);
  const present = new Set(contacts.map(({ id }) => id));
  const stored = rows
    .filter(({ contactId }) => present.has(contactId))
    .map((row) => ({ ...row, occurredAt: toIso(row.occurredAt) }));
  const contactOf = ({ personId }: PipedriveActivity) => {
    const id = persons.get(personId ?? '');
    return id !== undefined && present.has(id) ? id : null;
  };
  const storedById = new Map(stored.map((row) => [row.pipedriveActivityId ?? '', row]));
  const plan: Plan = {
    stored: storedById,
    contactOf,
    surroundings,
    changed: [],
    added: [],
    gone: [],
    outcome,
  };
  for (const record of records) planRecord(plan, record);
  await write(tx, plan);
  const before = [...plan.changed, ...plan.gone].flatMap(
    (activity) => plan.stored.get(activity.pipedriveActivityId ?? '')?.contactId ?? [],
  );
  await refreshFigures(tx, [
    ...new Set([...before, ...[...plan.changed, ...plan.added].map(({ contactId }) => contactId)]),
  ]);
  return outcome;
}

function planRecord(plan: Plan, record: PipedriveActivity): void {
  const { outcome } = plan;
  const stored = plan.stored.get(record.id);
  if (record.isDeleted || record.personId === null) {
    if (stored) plan.gone.push(stored);
    outcome[stored ? 'updated' : 'unchanged'] += 1;
    return;
  }
  // A person that was deleted there is still the contact that the activity has here.
  const contactId = plan.contactOf(record) ?? stored?.contactId ?? null;
  if (contactId === null) {
    outcome.failures.push({
      externalId: record.id,
      message: `The person ${record.personId} of this activity is not here.`,
    });
    return;
  }
  const next: Activity = {
    id: stored?.id ?? uuidv7(),
    contactId,
    userId: plan.surroundings.ownerIds.get(record.ownerId ?? '') ?? null,
    type: record.type,
    subject: record.subject,
    note: record.note,
    occurredAt: new Date(record.occurredAt).toISOString(),
    pipedriveActivityId: record.id,
  };
  const differs = stored === undefined || COLUMNS.some((column) => next[column] !== stored[column]);
  if (differs) (stored ? plan.changed : plan.added).push(next);
  outcome[stored ? (differs ? 'updated' : 'unchanged') : 'created'] += 1;
}

async function write(tx: TenantTransaction, { changed, added, gone }: Plan): Promise<void> {
  if (gone.length > 0)
    await tx.run(query.deleteFrom('activity').where('id', '=', anyOf(gone.map(({ id }) => id))));
  if (added.length > 0) await tx.run(query.insertInto('activity').values(added));
  if (changed.length + added.length + gone.length > 0) listsChanged(tx, 'CONTACT');
  if (changed.length === 0) return;
  const columns = COLUMNS.filter((column) => column !== 'id' && column !== 'type');
  await tx.run(
    query
      .updateTable('activity')
      .from(valuesTable(changed, ACTIVITY_TYPES))
      .set({
        ...Object.fromEntries(columns.map((column) => [column, sql.ref(`v.${column}`)])),
        type: sql`v.type::"ActivityType"`,
      } as object)
      .whereRef('activity.id', '=', 'v.id'),
  );
}
