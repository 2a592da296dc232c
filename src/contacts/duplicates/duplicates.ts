/**
 * Contacts that may be one person, with what speaks for it: the same e-mail, the same phone, or a
 * similar name in one organization. What many share says nothing: the mailbox of a department, the
 * number of an exchange.
 *
 * The room: this file finds duplicates and lets them be dismissed, merge.ts makes them one contact,
 * names-agree.ts says whether two names may be one person's.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound } from '../../platform/errors.ts';
import { idOf } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { lockContacts } from '../locks.ts';
import { MIN_SIMILARITY } from '../organizations/matches.ts';
import { namesAgree } from './names-agree.ts';

/** What speaks for two contacts being one person, the most certain first. */
export const EVIDENCE = ['SAME_EMAIL', 'SAME_PHONE', 'SIMILAR_NAME'] as const;
type Evidence = (typeof EVIDENCE)[number];

/** An address or a number that more contacts have is nobody's own. */
const MAX_SHARING = 20;
/** Pairs of each kind of evidence that are looked at. */
const MAX_PAIRS = 5_000;
/** Contacts of larger organizations are not compared by their names. */
const MAX_COLLEAGUES = 2_000;
/** Names are compared that have a word with the same beginning. */
const BEGINNING = 3;
/** How many points a kind of evidence gives, and names that agree beside it. */
const POINTS: Record<Evidence, number> = { SAME_EMAIL: 4, SAME_PHONE: 4, SIMILAR_NAME: 2 };
const POINTS_OF_NAMES = 3;

/** Contacts that may be one person; the oldest first. */
export interface DuplicateGroup {
  contactIds: string[];
  /** In the order of EVIDENCE. */
  evidence: Evidence[];
}

/** Two contacts, the lesser id first. */
interface Pair {
  oneId: string;
  otherId: string;
  oneName: string;
  otherName: string;
  evidence: Evidence;
}

/** The contacts to compare; null: all. */
type Compared = readonly string[] | null;

function compared(ids: Compared) {
  return query
    .selectFrom('contact')
    .$if(ids !== null, (contacts) => contacts.where('contact.id', '=', anyOf(ids ?? [])));
}

/** A phone that is no number says nothing. */
const IS_KEY = sql<boolean>`"contact_point"."key" not like '?%'`;
/** The words of a contact's name, as they are searched for. */
const NAME_WORDS = sql<string>`split_part("contact"."searchText", ' |', 1)`;

/** The contacts that have an e-mail or a number in common with few others. */
function sharing(kind: 'EMAIL' | 'PHONE', ids: Compared) {
  const key = sql.ref<string | null>('contact_point.key');
  const keyed = compared(ids)
    .innerJoin('contact_point', 'contact_point.contactId', 'contact.id')
    .select(['contact.id', 'contact.name', NAME_WORDS.as('words'), key.as('key')])
    .select(sql<number>`count(*) over (partition by ${key})`.as('sharing'))
    .where('contact_point.kind', '=', kind)
    .where(IS_KEY);
  return query
    .selectFrom(keyed.as('keyed'))
    .select(['keyed.id', 'keyed.name', 'keyed.words', 'keyed.key'])
    .where('keyed.sharing', '>', 1)
    .where('keyed.sharing', '<=', MAX_SHARING);
}

/** The beginnings of the words of colleagues' names, each with their organization. */
function beginnings(ids: Compared) {
  const key = sql<
    string | null
  >`"contact"."organizationId" || left("word"."value", ${sql.lit(BEGINNING)})`;
  const keyed = compared(ids)
    .innerJoin('organization', 'organization.id', 'contact.organizationId')
    .innerJoinLateral(
      sql<{ value: string }>`string_to_table(${NAME_WORDS}, ' ')`.as<'word'>(sql`word(value)`),
      (join) => join.onTrue(),
    )
    .select(['contact.id', 'contact.name', NAME_WORDS.as('words'), key.as('key')])
    .where('organization.contactCount', '>', 1)
    .where('organization.contactCount', '<=', MAX_COLLEAGUES)
    .where(sql<boolean>`"word"."value" <> ''`);
  return query
    .selectFrom(keyed.as('keyed'))
    .select(['keyed.id', 'keyed.name', 'keyed.words', 'keyed.key']);
}

/**
 * Pairs with a common key that nobody has dismissed. They are materialized before anything else is
 * asked of them: the planner would rather compare all names with each other (over a minute instead
 * of 0.1 s for 3,500 contacts).
 */
function pairs(keyed: ReturnType<typeof sharing>) {
  return query
    .with(
      (cte) => cte('keyed').materialized(),
      () => keyed,
    )
    .with(
      (cte) => cte('pair').materialized(),
      (db) =>
        db
          .selectFrom('keyed as one')
          .innerJoin('keyed as other', (join) =>
            join.onRef('one.key', '=', 'other.key').onRef('one.id', '<', 'other.id'),
          )
          .select([
            'one.id as oneId',
            'other.id as otherId',
            'one.name as oneName',
            'other.name as otherName',
            'one.words as oneWords',
            'other.words as otherWords',
          ])
          .distinct(),
    )
    .selectFrom('pair')
    .leftJoin('duplicate_dismissal', (join) =>
      join
        .onRef('duplicate_dismissal.oneId', '=', 'pair.oneId')
        .onRef('duplicate_dismissal.otherId', '=', 'pair.otherId'),
    )
    .where('duplicate_dismissal.oneId', 'is', null)
    .select(['pair.oneId', 'pair.otherId', 'pair.oneName', 'pair.otherName'])
    .orderBy('pair.oneId')
    .orderBy('pair.otherId')
    .limit(MAX_PAIRS);
}

/** Of names with as much in common as one in the other, or as similar names have. */
const SIMILAR = sql<boolean>`(similarity("pair"."oneWords", "pair"."otherWords") >= ${sql.lit(MIN_SIMILARITY)}
  or word_similarity("pair"."oneWords", "pair"."otherWords") = 1
  or word_similarity("pair"."otherWords", "pair"."oneWords") = 1)`;

async function readPairs(database: TenantQueries, ids: Compared): Promise<Pair[]> {
  const [emails, phones, names] = await Promise.all([
    database.run(pairs(sharing('EMAIL', ids))),
    database.run(pairs(sharing('PHONE', ids))),
    database.run(pairs(beginnings(ids)).where(SIMILAR)),
  ]);
  const as = (evidence: Evidence) => (pair: Omit<Pair, 'evidence'>) => ({ ...pair, evidence });
  return [
    ...emails.map(as('SAME_EMAIL')),
    ...phones.map(as('SAME_PHONE')),
    ...names
      .map(as('SIMILAR_NAME'))
      .filter(({ oneName, otherName }) => namesAgree(oneName, otherName)),
  ];
}

/** The contact with those who may be the same: by an index for each kind of evidence. */
const candidates = prepare((p: { id: string }) => {
  const reached = query
    .selectFrom('contact_point')
    .innerJoin('contact_point as other', (join) =>
      join
        .onRef('other.kind', '=', 'contact_point.kind')
        .onRef('other.key', '=', 'contact_point.key'),
    )
    .where('contact_point.contactId', '=', p.id)
    .where(IS_KEY)
    .select('other.contactId as id')
    .limit(MAX_COLLEAGUES);
  const colleagues = query
    .selectFrom('contact as me')
    .innerJoin('contact as other', 'other.organizationId', 'me.organizationId')
    .where('me.id', '=', p.id)
    .select('other.id')
    .limit(MAX_COLLEAGUES);
  return query
    .selectFrom(reached.as('reached'))
    .select('reached.id')
    .union(query.selectFrom(colleagues.as('colleague')).select('colleague.id'));
});

/**
 * The `first` groups of contacts that may be one person, the best evidence first; with a
 * `contactId`, those of this contact.
 */
export async function duplicateContacts(
  platform: Platform,
  viewer: Viewer,
  { contactId, first }: { contactId: string | null; first: number },
): Promise<DuplicateGroup[]> {
  const database = platform.database.forTenant(viewer);
  const ids =
    contactId === null
      ? null
      : (await database.runPrepared(candidates, { id: contactId })).map(({ id }) => id);
  return groupsOf(await readPairs(database, ids))
    .filter((group) => contactId === null || group.contactIds.includes(contactId))
    .slice(0, first);
}

/** Contacts that are connected by pairs, the group with the most points first. */
function groupsOf(pairs: readonly Pair[]): DuplicateGroup[] {
  const leaders = new Map<string, string>();
  const leaderOf = (id: string): string => {
    const leader = leaders.get(id) ?? id;
    return leader === id ? id : leaderOf(leader);
  };
  for (const { oneId, otherId } of pairs) {
    const [one, other] = [leaderOf(oneId), leaderOf(otherId)].sort();
    // The least id leads, so that a chain of any order ends.
    if (one !== undefined && other !== undefined) leaders.set(other, one);
  }
  const groups = Map.groupBy(pairs, ({ oneId }) => leaderOf(oneId));
  return [...groups.values()]
    .map((members) => ({
      contactIds: [...new Set(members.flatMap(({ oneId, otherId }) => [oneId, otherId]))]
        .sort()
        .slice(0, MAX_SHARING),
      evidence: EVIDENCE.filter((kind) => members.some(({ evidence }) => evidence === kind)),
      points: pointsOf(members),
    }))
    .sort(
      (one, other) =>
        other.points - one.points ||
        (String(one.contactIds[0]) < String(other.contactIds[0]) ? -1 : 1),
    );
}

/** What speaks for the pair of a group for which the most does. */
function pointsOf(pairs: readonly Pair[]): number {
  const byPair = Map.groupBy(pairs, ({ oneId, otherId }) => `${oneId} ${otherId}`);
  return Math.max(
    ...[...byPair.values()].map((evidence) => {
      const [{ oneName, otherName }] = evidence as [Pair, ...Pair[]];
      const points = evidence.reduce((sum, { evidence: kind }) => sum + POINTS[kind], 0);
      return points + (namesAgree(oneName, otherName) ? POINTS_OF_NAMES : 0);
    }),
  );
}

/** The input of `dismissDuplicates`. */
export const DismissDuplicates = z
  .object({
    contactIds: z
      .array(idOf('Contact'))
      .min(2, 'Expected at least two contacts.')
      .max(MAX_SHARING, `Expected at most ${MAX_SHARING} contacts.`)
      .describe('Contacts of whom no two are one person.'),
  })
  .describe('Contacts that look like duplicates and are not.');

/** Keeps contacts from being offered as duplicates of each other. Throws NOT_FOUND. */
export async function dismissDuplicates(
  platform: Platform,
  viewer: Viewer,
  { contactIds }: z.output<typeof DismissDuplicates>,
) {
  const ids = [...new Set(contactIds)].sort();
  await platform.database.forTenant(viewer).transaction(async (tx) => {
    const { contacts } = await lockContacts(tx, ids);
    const known = new Set(contacts.map(({ id }) => id));
    const missing = contactIds.findIndex((id) => !known.has(id));
    if (missing !== -1) throw notFound(['contactIds', missing]);
    const rows = ids.flatMap((oneId, index) =>
      ids.slice(index + 1).map((otherId) => ({ oneId, otherId })),
    );
    if (rows.length === 0) return;
    await tx.run(
      query
        .insertInto('duplicate_dismissal')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing()),
    );
  });
  return { contactIds };
}
