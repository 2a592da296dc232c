/** How text is split into words for search, which ignores case and accents. */
import removeAccents from 'remove-accents';

/**
 * The words of a text in lower case, without accents and invisible characters, ß as ss, at most
 * `limit`.
 * 'Ánn-Marie Łuk & Co.' → ['ann', 'marie', 'luk', 'co']
 */
export function searchWords(text: string, limit = 10_000): string[] {
  const folded = removeAccents(text.normalize('NFKC'))
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss');
  return (folded.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, limit);
}

/** What is stored in a `searchText` column: the words of all `parts`, one space between them. */
export function searchText(...parts: (string | null | undefined)[]): string {
  return searchWords(parts.filter((part) => part != null).join(' ')).join(' ');
}

/**
 * The tsquery (configuration `simple`) that finds every word of `text` as a prefix, or null
 * when there is no word in it. Words hold letters and digits only, so nothing needs escaping.
 */
export function prefixQuery(text: string): string | null {
  const words = searchWords(text, 32);
  return words.length === 0 ? null : words.map((word) => `'${word}':*`).join(' & ');
}
