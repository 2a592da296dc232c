/**
 * Merging contacts that are one person: everything of the sources moves to the target, whose gaps
 * they fill. Later domains move what is theirs by a hook.
 */
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { anyOf } from '../../platform/database/arrays.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import { idOf } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { USER_CHANGED } from '../../tenancy/index.ts';
import { mergeConsent } from '../consent/consent.ts';
import { contactsById } from '../contacts.ts';
import { refuseErased } from '../erasure/erasure.ts';
import { type LockedOrganization, lockContacts } from '../locks.ts';
import {
  emailsOf,
  joinedPoints,
  primaryColumns,
  readPoints,
  storePoints,
} from '../points/points.ts';
import type { ContactRow } from '../rows.ts';
import { contactSearchText } from '../search-text.ts';
import { refreshFigures } from '../warmness/kept-figures.ts';

/** Contacts that are merged at once. */
const MAX_SOURCES = 20;

/** The details of a contact that a merge chooses between. */
export const MERGED_DETAILS = [
  'NAME',
  'EMAIL',
  'PHONE',
  'JOB_TITLE',
  'ORGANIZATION',
  'LEAD_STATUS',
  'OWNER',
] as const;
type MergedDetail = (typeof MERGED_DETAILS)[number];

type Stored = Selectable<TenantTables['contact']>;
/** The columns that a detail consists of; the first says whether a contact has it. */
const COLUMNS = {
  NAME: ['name'],
  EMAIL: ['email'],
  PHONE: ['phone', 'phoneE164'],
  JOB_TITLE: ['jobTitle'],
  ORGANIZATION: ['organizationId'],
  LEAD_STATUS: ['leadStatus'],
  OWNER: ['ownerId'],
} as const satisfies Record<MergedDetail, readonly (keyof Stored)[]>;

/** Which contact's detail the merged one gets. */
export const MergeChoice = z
  .object({
    detail: z.enum(MERGED_DETAILS).describe('The detail to choose.'),
    contactId: idOf('Contact').describe('The contact whose detail is kept, one of those merged.'),
  })
  .describe('Which detail a merged contact keeps, where the contacts differ.');

/** The input of `mergeContacts`. */
export const MergeContacts = z
  .object({
    sourceIds: z
      .array(idOf('Contact'))
      .min(1, 'Expected at least one contact.')
      .max(MAX_SOURCES, `Expected at most ${MAX_SOURCES} contacts.`)
      .describe('The contacts that are emptied and removed.'),
    targetId: idOf('Contact').describe('The contact that stays.'),
    choices: z
      .array(MergeChoice)
      .max(MERGED_DETAILS.length, 'Expected each detail once.')
      .nullish()
      .describe(
        'Details to take from a certain contact. Without a choice the target keeps what it has, and what it lacks comes from the first source that has it.',
      ),
    dryRun: z
      .boolean()
      .default(false)
      .describe('True: nothing is changed; the payload says what would be.'),
  })
  .describe('Contacts that are in fact one person.');

/** The ids of the contacts of a merge, which are locked, and the numbers that they have. */
export interface ContactMerge {
  sourceIds: readonly string[];
  targetId: string;
}

/** How many objects of a sort moved; the sort in plain words, such as 'work packages'. */
export interface MovedObjects {
  what: string;
  count: number;
}

type MergeHook = (
  platform: Platform,
  tx: TenantTransaction,
  merge: ContactMerge,
) => Promise<readonly MovedObjects[]>;
const hooks: MergeHook[] = [];

/**
 * Registers a later domain's part of a merge: `move` moves its rows from the sources to the target,
 * in the transaction of the merge. Call it once, when the domain is loaded.
 */
export function onContactMerge(move: MergeHook): void {
  hooks.push(move);
}

/** What a merge did, or would do. */
export interface MergedContacts {
  contact: ContactRow | undefined;
  moved: MovedObjects[];
}

/** Rolls a dry run back. */
class DryRunEnd extends Error {
  readonly merged: MergedContacts;

  constructor(merged: MergedContacts) {
    super('A dry run ends without a change.');
    this.merged = merged;
  }
}

/**
 * Moves everything of the sources to the target and removes the sources, in one transaction. Links
 * to Pipedrive stay known: the target has one, the others become its aliases. Throws INVALID for a
 * target among the sources and for choices that are not clear, NOT_FOUND for an unknown contact.
 */
export async function mergeContacts(
  platform: Platform,
  viewer: Viewer,
  { dryRun, ...input }: z.output<typeof MergeContacts>,
): Promise<MergedContacts> {
  checkInput(input);
  try {
    return await platform.database
      .forTenant(viewer)
      .change(['contact', input.targetId], async (tx) => {
        const merged = await merge(platform, tx, { ...input, userId: viewer.userId });
        if (dryRun) throw new DryRunEnd(merged);
        return merged;
      });
  } catch (error) {
    if (error instanceof DryRunEnd) return error.merged;
    throw error;
  }
}

type Input = Omit<z.output<typeof MergeContacts>, 'dryRun'>;

function checkInput({ sourceIds, targetId, choices }: Input): void {
  const index = sourceIds.indexOf(targetId);
  if (index !== -1)
    throw userError('INVALID', ['sourceIds', index], 'Expected a contact other than the target.');
  const chosen = new Set<string>();
  for (const [position, { detail, contactId }] of (choices ?? []).entries()) {
    if (chosen.has(detail))
      throw userError('INVALID', ['choices', position, 'detail'], 'Expected each detail once.');
    chosen.add(detail);
    if (![...sourceIds, targetId].includes(contactId))
      throw userError(
        'INVALID',
        ['choices', position, 'contactId'],
        'Expected one of the contacts that are merged.',
      );
  }
}

async function merge(
  platform: Platform,
  tx: TenantTransaction,
  { sourceIds: given, targetId, choices, userId: updatedById }: Input & { userId: string },
): Promise<MergedContacts> {
  const sourceIds = [...new Set(given)];
  const { contacts, organizations } = await lockContacts(tx, [...sourceIds, targetId]);
  const byId = new Map(contacts.map((contact) => [contact.id, contact]));
  const missing = given.findIndex((id) => !byId.has(id));
  if (missing !== -1) throw notFound(['sourceIds', missing]);
  const target = byId.get(targetId);
  if (!target) throw notFound(['targetId']);
  await refuseErased(tx, [...byId.keys()]);
  // Nothing new may refer to a source from here on.
  await tx.run(
    query
      .selectFrom('contact')
      .select('id')
      .where('id', '=', anyOf(sourceIds))
      .orderBy('id')
      .forUpdate(),
  );
  const sources = sourceIds.flatMap((id) => byId.get(id) ?? []);
  const parts = { sourceIds, targetId };
  const moved = await moveOwn(platform, tx, parts);
  await mergeConsent(tx, parts);
  for (const move of hooks) moved.push(...(await move(platform, tx, parts)));
  const details = mergedDetails([target, ...sources], choices ?? []);
  const known = await readPoints(tx, [targetId, ...sourceIds]);
  const points = joinedPoints(
    [targetId, ...sourceIds].flatMap((id) => known.get(id) ?? []),
    details,
  );
  const next = { ...details, ...primaryColumns(points) };
  await tx.run(query.deleteFrom('contact').where('id', '=', anyOf(sourceIds)));
  await keepLinks(tx, next, sources);
  await tx.run(
    query
      .updateTable('contact')
      .set({
        ...next,
        searchText: contactSearchText(
          next.name,
          emailsOf(points),
          organizationOf(next, organizations),
        ),
        updatedAt: sql<Date>`statement_timestamp()`,
        updatedById,
      })
      .where('id', '=', targetId),
  );
  await storePoints(tx, new Map([[targetId, points]]));
  await refreshFigures(tx, [targetId]);
  const [contact] = await tx.runPrepared(contactsById, { ids: [targetId], portalContactId: null });
  return { contact, moved: moved.filter(({ count }) => count > 0) };
}

function organizationOf(
  { organizationId }: Pick<Stored, 'organizationId'>,
  organizations: ReadonlyMap<string, LockedOrganization>,
): LockedOrganization | null {
  return (organizationId !== null && organizations.get(organizationId)) || null;
}

/** The details of the first contact, with those of the others where it has none or they are chosen. */
function mergedDetails(
  contacts: readonly Stored[],
  choices: readonly z.output<typeof MergeChoice>[],
) {
  const [target] = contacts as [Stored, ...Stored[]];
  const from = (detail: MergedDetail): Stored => {
    const chosen = choices.find((choice) => choice.detail === detail);
    if (chosen) return contacts.find(({ id }) => id === chosen.contactId) ?? target;
    return contacts.find((contact) => contact[COLUMNS[detail][0]] !== null) ?? target;
  };
  const details = Object.fromEntries(
    MERGED_DETAILS.flatMap((detail) =>
      COLUMNS[detail].map((column) => [column, from(detail)[column]]),
    ),
  ) as Pick<Stored, (typeof COLUMNS)[MergedDetail][number]>;
  return {
    ...details,
    pipedrivePersonId:
      contacts.find(({ pipedrivePersonId }) => pipedrivePersonId !== null)?.pipedrivePersonId ??
      null,
    addedToCampaign: contacts.some(({ addedToCampaign }) => addedToCampaign),
    id: target.id,
  };
}

/** The links of the sources that are not the target's become its aliases. */
async function keepLinks(
  tx: TenantTransaction,
  { id: contactId, pipedrivePersonId: kept }: Pick<Stored, 'id' | 'pipedrivePersonId'>,
  sources: readonly Stored[],
): Promise<void> {
  const aliases = sources.flatMap(({ pipedrivePersonId }) =>
    pipedrivePersonId === null || pipedrivePersonId === kept
      ? []
      : { pipedrivePersonId, contactId },
  );
  if (aliases.length === 0) return;
  await tx.run(
    query
      .insertInto('contact_alias')
      .values(aliases)
      .onConflict((conflict) =>
        conflict.columns(['tenantId', 'pipedrivePersonId']).doUpdateSet({ contactId }),
      ),
  );
}

async function moveOwn(
  platform: Platform,
  tx: TenantTransaction,
  { sourceIds, targetId }: ContactMerge,
): Promise<MovedObjects[]> {
  const move = (table: 'activity' | 'deal' | 'contact_alias' | 'user') =>
    query.updateTable(table).set({ contactId: targetId }).where('contactId', '=', anyOf(sourceIds));
  const activities = await tx.run(move('activity').returning('id'));
  const deals = await tx.run(move('deal').returning('id'));
  await tx.run(move('contact_alias'));
  const users = (await tx.run(move('user').returning('id'))).map(({ id }) => id);
  USER_CHANGED.publishAfterCommit(platform, tx, users);
  return [
    { what: 'activities', count: activities.length },
    { what: 'deals', count: deals.length },
    { what: 'portal users', count: users.length },
  ];
}
