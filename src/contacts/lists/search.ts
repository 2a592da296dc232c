/**
 * Searching contacts: each word as typed begins a word of the contact's name, e-mail or
 * organization. A word that begins none of the tenant's words is taken for a typing error and
 * replaced by the nearest ones, which are then searched by prefix: similarity of whole documents
 * took 65 ms at 100,000 contacts.
 */
import { type RawBuilder, sql } from 'kysely';
import { prepare, type TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { searchWords } from '../../platform/text.ts';

/** In step with the words that the trigger on contact keeps. */
const STORED_WORD_LENGTH = 64;
const MAX_WORDS = 32;
const MAX_CANDIDATES = 100;
const MAX_CORRECTIONS = 8;
/**
 * Words of one search that are corrected: to find what is similar to one takes 5 ms at 100,000
 * contacts.
 */
const MAX_MISSPELT = 8;

/** A search as PostgreSQL is asked it. */
export interface ContactSearch {
  /** A tsquery of the configuration `simple`. */
  tsquery: string;
  /** The best reading of each word. */
  words: string[];
}

/**
 * What comes after the greatest character, so that [word, word + LAST) are the words that begin
 * with it.
 */
const LAST = '\u{10ffff}';

const prefixesAndCandidates = prepare((p: { words: string[] }) =>
  query
    .selectFrom(sql<{ typed: string }>`unnest(${p.words}::text[])`.as<'given'>(sql`given(typed)`))
    .select((eb) => [
      'given.typed',
      eb
        .exists(
          eb
            .selectFrom('search_word')
            .select('search_word.word')
            .where(sql<boolean>`${sql.ref('search_word.word')} >= given.typed collate "C"`)
            .where(
              sql<boolean>`${sql.ref('search_word.word')} < (given.typed || ${sql.lit(LAST)}) collate "C"`,
            ),
        )
        .as('begins'),
    ]),
);

const similarWords = prepare((p: { typed: string[]; limit: number }) =>
  query
    .selectFrom(sql<{ typed: string }>`unnest(${p.typed}::text[])`.as<'given'>(sql`given(typed)`))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('search_word')
          .select('search_word.word')
          .where(sql<boolean>`${sql.ref('search_word.word')} % given.typed`)
          .orderBy(sql`similarity(${sql.ref('search_word.word')}, given.typed)`, 'desc')
          .orderBy('search_word.word')
          .limit(p.limit)
          .as('similar'),
      (join) => join.onTrue(),
    )
    .select(['given.typed', 'similar.word']),
);

/**
 * Reads a search text, correcting misspelt words; null where there is no word in it. Two statements
 * at most.
 */
export async function readSearch(
  database: TenantQueries,
  text: string,
): Promise<ContactSearch | null> {
  const [search = null] = await readSearches(database, [text]);
  return search;
}

/** Reads several search texts with the statements of one. */
export async function readSearches(
  database: TenantQueries,
  texts: readonly string[],
): Promise<(ContactSearch | null)[]> {
  const searches = texts.map(wordsOf);
  const typed = [...new Set(searches.flat())];
  if (typed.length === 0) return searches.map(() => null);
  const known = new Set(
    (await database.runPrepared(prefixesAndCandidates, { words: typed })).flatMap((word) =>
      word.begins ? [word.typed] : [],
    ),
  );
  const misspelt = [
    ...new Set(
      searches.flatMap((words) => words.filter((word) => !known.has(word)).slice(0, MAX_MISSPELT)),
    ),
  ];
  const similar =
    misspelt.length === 0
      ? []
      : await database.runPrepared(similarWords, { typed: misspelt, limit: MAX_CANDIDATES });
  const candidates = Map.groupBy(similar, (row) => row.typed);
  const reading = (word: string) =>
    corrections(word, candidates.get(word)?.map((row) => row.word) ?? []);
  return searches.map((words) => (words.length === 0 ? null : searchFor(words.map(reading))));
}

function wordsOf(text: string): string[] {
  return [
    ...new Set(
      searchWords(text, MAX_WORDS).map((word) => [...word].slice(0, STORED_WORD_LENGTH).join('')),
    ),
  ];
}

/** Of the readings of each word, the best one first. */
function searchFor(readings: readonly (readonly string[])[]): ContactSearch {
  const tsquery = readings
    .map((alternatives) => `(${alternatives.map((word) => `'${word}':*`).join(' | ')})`)
    .join(' & ');
  return { tsquery, words: readings.map(([best]) => best ?? '') };
}

/** The words that a misspelt one is nearest to; the word itself where none is near. */
export function corrections(typed: string, known: readonly string[]): string[] {
  const allowed = typed.length <= 4 ? 1 : 2;
  const near = known
    .map((word) => ({ word, edits: editDistance(typed, word) }))
    .filter(({ edits }) => edits <= allowed);
  const fewest = Math.min(...near.map(({ edits }) => edits));
  const nearest = near.filter(({ edits }) => edits === fewest).map(({ word }) => word);
  return nearest.length === 0 ? [typed] : nearest.slice(0, MAX_CORRECTIONS);
}

/**
 * Letters added, left out, replaced, or swapped with their neighbour (optimal string alignment).
 */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        edits = Math.min(edits, (before[column - 2] ?? 0) + 1);
      current.push(edits);
    }
    before = above;
    above = current;
  }
  return above[b.length] ?? 0;
}

/** Whether a contact is found; text without a word in it finds nothing. */
export function isFound(search: ContactSearch | null): RawBuilder<boolean> {
  if (search === null) return sql<boolean>`false`;
  return sql<boolean>`to_tsvector('simple', ${sql.ref('contact.searchText')}) @@ ${search.tsquery}::tsquery`;
}

/** In step with the index on the beginnings of search texts. */
const INDEXED_BEGINNING = 100;

/**
 * The contacts that are found, the best ones first: those whose name begins with the words, those
 * with all words in their name, all others. Each is answered by an index of its own, so that a page
 * that the best ones fill costs the same where the words are in every contact: two letters of a
 * domain are.
 */
export function tiersOf(search: ContactSearch): readonly RawBuilder<boolean>[] {
  const text = sql.ref('contact.searchText');
  const begin = search.words.join(' ');
  const inName = sql`to_tsvector('simple', split_part(${text}, '|', 1)) @@ ${search.words.map((word) => `'${word}':*`).join(' & ')}::tsquery`;
  const indexed = sql`left(${text}, ${sql.lit(INDEXED_BEGINNING)}) collate "C"`;
  const begins = sql`(${text} like ${`${begin}%`}::text)`;
  const from = begin.slice(0, INDEXED_BEGINNING);
  return [
    sql<boolean>`(${indexed} >= ${from}::text and ${indexed} < ${`${from}${LAST}`}::text${from === begin ? sql`` : sql` and ${begins}`})`,
    sql<boolean>`(${inName} and not ${begins})`,
    sql<boolean>`(${isFound(search)} and not ${inName})`,
  ];
}
