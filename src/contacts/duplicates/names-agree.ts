/**
 * Whether two names may be those of one person. People share mailboxes: an e-mail alone does not
 * make Maria (info@hotel) the Peter whom the CRM has with the same address.
 */

import { searchWords } from '../../platform/text.ts';
import { MIN_SIMILARITY } from '../organizations/matches.ts';

/**
 * The words in which the names differ are at least this similar: a surname in common, however
 * long, does not make one person of two.
 */
const MIN_REST = 0.25;

/** A name that is an address or a number says nothing about who it is. */
export function saysWho(name: string): boolean {
  return /\p{L}/u.test(name) && !name.includes('@');
}

/**
 * Names agree if one has all words of the other, in any order; or if they are as similar as names
 * of organizations must be, and what they don't have in common is similar too.
 */
export function namesAgree(one: string, other: string): boolean {
  const [ours, theirs] = [searchWords(one, 50), searchWords(other, 50)];
  const [ourRest, theirRest] = [without(ours, theirs), without(theirs, ours)];
  if (ours.length === 0 || theirs.length === 0) return one.trim() === other.trim();
  if (ourRest.length === 0 || theirRest.length === 0) return true;
  return similarity(ours, theirs) >= MIN_SIMILARITY && similarity(ourRest, theirRest) >= MIN_REST;
}

function without(words: readonly string[], others: readonly string[]): string[] {
  return words.filter((word) => !others.includes(word));
}

/** As PostgreSQL's pg_trgm has it: the share of the trigrams that both have. */
function similarity(one: readonly string[], other: readonly string[]): number {
  const [ours, theirs] = [trigrams(one), trigrams(other)];
  const shared = [...ours].filter((trigram) => theirs.has(trigram)).length;
  return shared / (ours.size + theirs.size - shared);
}

function trigrams(words: readonly string[]): Set<string> {
  return new Set(
    words.flatMap((word) => {
      const letters = [...`  ${word} `];
      return letters.slice(2).map((_, index) => letters.slice(index, index + 3).join(''));
    }),
  );
}
