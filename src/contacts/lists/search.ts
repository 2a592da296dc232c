/**
 * Searching contacts: a contact matches if each typed word is the beginning of a word in its name,
 * e-mails or organization. A typed word that begins none of the tenant's words counts as misspelled
 * and is replaced by the nearest of them. (Comparing the similarity of whole texts instead took
 * 65 ms at 100,000 contacts.) Words without spaces between them are found inside of runs
 * (search-runs.ts). A phone number that somebody has finds those who have it (search-phones.ts);
 * one that nobody has is words like all others.
 */
import { type RawBuilder, sql } from 'kysely';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { searchWords } from '../../platform/text.ts';
import { hasPhone, knownPhones, phonesIn, type TypedPhone } from './search-phones.ts';
import { holdsRun, isRun } from './search-runs.ts';
import { corrections } from './spelling.ts';

/** The same as in the trigger on contact that stores the words. */
const STORED_WORD_LENGTH = 64;
const MAX_WORDS = 32;
const MAX_CANDIDATES = 100;
/** At most this many words of a search are corrected; each takes 5 ms at 100,000 contacts. */
const MAX_MISSPELT = 8;

/** A search text, split into words and corrected. */
export interface ContactSearch {
  /**
   * The words that are found by their beginnings, with their corrections, as a tsquery of the
   * configuration `simple`; null if there are none.
   */
  tsquery: string | null;
  /**
   * For texts other than those of contacts: all words and runs by their beginnings, as typed too.
   * Null if there is a phone number, which only contacts have.
   */
  tsqueryOfAll: string | null;
  /** Each word, runs included, as typed or its best correction; without phone numbers. */
  words: string[];
  phones: TypedPhone[];
}

/** The greatest character: the words that begin with `word` are in [word, word + LAST_CHARACTER). */
const LAST_CHARACTER = '\u{10ffff}';

/**
 * The typed words that begin none of the tenant's words, each with the words most similar to it; a
 * row without one for a word that nothing is similar to.
 */
const misspelledWords = prepare((p: { typed: string[]; maxWords: number; maxSimilar: number }) =>
  query
    .with('misspelled', (cte) =>
      cte
        .selectFrom(
          sql<{
            typed: string;
            place: number;
          }>`unnest(${p.typed}::text[]) with ordinality`.as<'given'>(sql`given(typed, place)`),
        )
        .select('given.typed')
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('search_word')
                .select('search_word.word')
                .where(sql<boolean>`${sql.ref('search_word.word')} >= given.typed collate "C"`)
                .where(
                  sql<boolean>`${sql.ref('search_word.word')}
                    < (given.typed || ${sql.lit(LAST_CHARACTER)}) collate "C"`,
                ),
            ),
          ),
        )
        .orderBy('given.place')
        .limit(p.maxWords),
    )
    .selectFrom('misspelled')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('search_word')
          .select('search_word.word')
          .where(sql<boolean>`${sql.ref('search_word.word')} % ${sql.ref('misspelled.typed')}`)
          .orderBy(
            sql`similarity(${sql.ref('search_word.word')}, ${sql.ref('misspelled.typed')})`,
            'desc',
          )
          .orderBy('search_word.word')
          .limit(p.maxSimilar)
          .as('similar'),
      (join) => join.onTrue(),
    )
    .select(['misspelled.typed', 'similar.word']),
);

/**
 * Splits a search text into words and corrects the misspelled ones; null if it holds no word. One
 * statement, and one more if it holds a phone number that somebody has.
 */
export async function readSearch(
  database: TenantQueries,
  text: string,
): Promise<ContactSearch | null> {
  const [search = null] = await readSearches(database, [text]);
  return search;
}

/** Does the same for several search texts, in the order given, with the statements of one. */
export async function readSearches(
  database: TenantQueries,
  texts: readonly string[],
): Promise<(ContactSearch | null)[]> {
  const searches = await readPhones(database, texts);
  const typed = [
    ...new Set(
      searches.flatMap(({ words, isCorrected }) =>
        isCorrected ? words.filter((word) => !isRun(word)) : [],
      ),
    ),
  ];
  const similar =
    typed.length === 0
      ? []
      : await database.runPrepared(misspelledWords, {
          typed,
          maxWords: MAX_MISSPELT * texts.length,
          maxSimilar: MAX_CANDIDATES,
        });
  const candidates = Map.groupBy(similar, (row) => row.typed);
  const readingsOf = (word: string) =>
    corrections(word, candidates.get(word)?.flatMap((row) => row.word ?? []) ?? []);
  return searches.map(({ words, phones, isCorrected }) =>
    searchFor(
      words.map((word) => ({ word, readings: isCorrected ? readingsOf(word) : [word] })),
      phones,
    ),
  );
}

/**
 * Splits a search text into words and leaves them as they are, phone numbers too; null if it holds
 * no word.
 */
export function searchAsTyped(text: string): ContactSearch | null {
  return searchFor(
    wordsOf(text).map((word) => ({ word, readings: [word] })),
    [],
  );
}

interface ReadText {
  words: string[];
  phones: TypedPhone[];
  isCorrected: boolean;
}

/**
 * The words and phone numbers of texts. A number that nobody has is words, and its text is left as
 * it is typed: correcting it would take a second statement.
 */
async function readPhones(database: TenantQueries, texts: readonly string[]): Promise<ReadText[]> {
  const parts = texts.map(phonesIn);
  const known = await knownPhones(
    database,
    parts.flatMap(({ phones }) => phones),
  );
  return parts.map(({ phones, rest }, index) => {
    if (phones.length === 0)
      return { words: wordsOf(texts[index] ?? ''), phones, isCorrected: true };
    const unknown = phones.filter(({ digits }) => !known.has(digits)).map(({ text }) => text);
    return {
      words: wordsOf([rest, ...unknown].join(' ')),
      phones: phones.filter(({ digits }) => known.has(digits)),
      isCorrected: unknown.length === 0,
    };
  });
}

function wordsOf(text: string): string[] {
  return [
    ...new Set(
      searchWords(text, MAX_WORDS).map((word) => [...word].slice(0, STORED_WORD_LENGTH).join('')),
    ),
  ];
}

/** A word as typed, and its possible readings, the best one first. */
interface ReadWord {
  word: string;
  readings: readonly string[];
}

function searchFor(read: readonly ReadWord[], phones: TypedPhone[]): ContactSearch | null {
  if (read.length + phones.length === 0) return null;
  const readings = read.filter(({ word }) => !isRun(word)).map((one) => one.readings);
  return {
    tsquery: beginnings(readings),
    tsqueryOfAll:
      phones.length > 0
        ? null
        : beginnings(read.map((one) => [...new Set([...one.readings, one.word])])),
    words: read.map((one) => one.readings[0] ?? one.word),
    phones,
  };
}

/** The tsquery of texts that have a word which begins with one of the readings of each. */
function beginnings(read: readonly (readonly string[])[]): string | null {
  const tsquery = read
    .map((readings) => `(${readings.map((word) => `'${word}':*`).join(' | ')})`)
    .join(' & ');
  return tsquery || null;
}

/** The condition that a contact matches; null (a text without a word) matches nothing. */
export function isFound(search: ContactSearch | null): RawBuilder<boolean> {
  if (search === null) return sql<boolean>`false`;
  const { tsquery, words, phones } = search;
  const text = sql.ref('contact.searchText');
  return allOf([
    ...(tsquery === null ? [] : [sql`to_tsvector('simple', ${text}) @@ ${tsquery}::tsquery`]),
    ...words.filter(isRun).map((word) => holdsRun(text, word)),
    ...phones.map(hasPhone),
  ]);
}

function allOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<boolean> {
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`;
}

/** The condition that the name of a contact holds all words, each as the best reading of it. */
function isInName(words: readonly string[]): RawBuilder<boolean> {
  const name = sql`split_part(${sql.ref('contact.searchText')}, '|', 1)`;
  const tsquery = words
    .filter((word) => !isRun(word))
    .map((word) => `'${word}':*`)
    .join(' & ');
  return allOf([
    ...(tsquery === '' ? [] : [sql`to_tsvector('simple', ${name}) @@ ${tsquery}::tsquery`]),
    ...words.filter(isRun).map((word) => holdsRun(name, word)),
  ]);
}

/** The same as in the index on the beginnings of search texts. */
const INDEXED_BEGINNING = 100;

/**
 * Conditions that divide the matching contacts into tiers, the best first: the name begins with the
 * words; the name holds all words; all others. Each tier has its own index, so a page that the
 * first tier fills costs the same even if every contact matches, as two letters of a common e-mail
 * domain do.
 */
export function tiersOf(search: ContactSearch): readonly RawBuilder<boolean>[] {
  // Few have a number, and a name says nothing about how good a match it is.
  if (search.phones.length > 0) return [isFound(search)];
  const text = sql.ref('contact.searchText');
  const begin = search.words.join(' ');
  const inName = isInName(search.words);
  const indexed = sql`left(${text}, ${sql.lit(INDEXED_BEGINNING)}) collate "C"`;
  const begins = sql`(${text} like ${`${begin}%`}::text)`;
  const from = begin.slice(0, INDEXED_BEGINNING);
  const range = sql`${indexed} >= ${from}::text and ${indexed} < ${`${from}${LAST_CHARACTER}`}::text`;
  return [
    from === begin ? sql<boolean>`(${range})` : sql<boolean>`(${range} and ${begins})`,
    sql<boolean>`(${inName} and not ${begins})`,
    sql<boolean>`(${isFound(search)} and not ${inName})`,
  ];
}
