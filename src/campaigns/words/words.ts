/**
 * The words by which people opt out of campaign messages, and in again: those that the tenant has
 * set, or the usual ones in the languages of its templates (usual-words.ts).
 */
import { type RawBuilder, sql } from 'kysely';
import { query } from '../../platform/database/tenant-scope.ts';
import { USUAL_WORDS, type Words } from './usual-words.ts';

/**
 * A word as it is compared: without accents, marks and capitals, so that "Désabonner!" is
 * "desabonner", and "STOP_PROMOTIONS" is "stop promotions".
 */
export function wordOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The words of a tenant: what it has set, or the usual ones for what it has not. */
export function wordsOf(set: Words, languages: readonly string[]): Words {
  const codes = new Set(['en', ...languages.map((code) => code.split(/[_-]/)[0]?.toLowerCase())]);
  const usual = [...codes].flatMap((code) => USUAL_WORDS[code ?? ''] ?? []);
  const chosen = (kind: keyof Words) =>
    set[kind].length > 0 ? set[kind] : [...new Set(usual.flatMap((words) => words[kind]))];
  return { stop: chosen('stop'), start: chosen('start') };
}

/** The languages of all templates of the tenant, as an array to select. */
export function templateLanguages(): RawBuilder<string[]> {
  const languages = query.selectFrom('campaign_template').select('language').distinct();
  return sql<string[]>`array(${languages})`;
}

/**
 * Whether something that was said opts out (true) or in (false), by words as `wordOf` makes them;
 * null if it does neither.
 */
export function optsOut({ stop, start }: Words, said: readonly string[]): boolean | null {
  const words = said.map(wordOf).filter((word) => word !== '');
  if (words.some((word) => stop.includes(word))) return true;
  return words.some((word) => start.includes(word)) ? false : null;
}
