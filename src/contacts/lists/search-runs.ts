/**
 * Searching in scripts that are written without spaces between words, where what is looked for
 * stands inside a run: 太郎 in 山田太郎. Runs are indexed by their characters and pairs of
 * neighbours (the SQL function searchPieces). Such words are not corrected: a character is too much
 * of them.
 */
import { type RawBuilder, sql } from 'kysely';

/** The same ranges as in searchPieces.sql: Thai, Lao, Burmese, Khmer, Chinese, Japanese, Korean. */
const RANGES =
  '\\u0e00-\\u0eff\\u1000-\\u11ff\\u1780-\\u17ff\\u3005-\\u3007\\u3031-\\u318f\\u31f0-\\u31ff\\u3400-\\u9fff\\ua960-\\ua97f\\uac00-\\ud7ff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}';
const RUN = new RegExp(`[${RANGES}]+`, 'gu');

/** Whether a word is at least in part in such a script. */
export function isRun(word: string): boolean {
  return word.search(RUN) !== -1;
}

/** The fewest pieces that a text with this word has: pairs, or a character that stands alone. */
function piecesOf(word: string): string[] {
  return (word.match(RUN) ?? []).flatMap((run) => {
    const characters = [...run];
    return characters.length === 1
      ? characters
      : characters.slice(1).map((character, index) => `${characters[index]}${character}`);
  });
}

/**
 * The condition that `part`, the search text of a contact or a part of it, holds a word anywhere.
 * Words are letters and digits only, so nothing in them needs escaping.
 */
export function holdsRun(part: RawBuilder<unknown>, word: string): RawBuilder<boolean> {
  const text = sql.ref('contact.searchText');
  return sql<boolean>`("searchPieces"(${text}) @> ${piecesOf(word)}::text[] and ${part} like ${`%${word}%`}::text)`;
}
