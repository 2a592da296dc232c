/** What A sends without end. */
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import type { Load } from '../load/load.ts';
import { mutationText } from '../mutations.ts';
import type { Tenant } from './contest.ts';

export interface Flood {
  what: string;
  load: (a: Tenant) => Pick<Load, 'bodies' | 'connections'>;
}

const UPDATE = mutationText({ field: 'updateWorkPackage', select: 'workPackage { version }' });
const SEARCH = `query ($search: String!) {
  contacts(first: 20, filter: { search: $search }) { edges { node { id name } } }
}`;
const MATCHES = `query ($name: String!) {
  organizationMatches(name: $name) { organization { id name } }
}`;

/** 200 bodies, made of their numbers. */
function bodies(of: (number: number) => { query: string; variables?: object }): string[] {
  return Array.from({ length: 200 }, (_, number) => JSON.stringify(of(number)));
}

/**
 * Words that no word of the demo data begins with, so that the server looks for the nearest ones;
 * different words each time, so that no cache has them.
 */
function misspelt(number: number, words: number): string {
  return Array.from(
    { length: words },
    (_, word) => `${['Brgn', 'Mirrow', 'Hofmeyr', 'Lumn'][word % 4]}${(number * 7 + word) % 97}`,
  )
    .join(' ')
    .slice(0, 250);
}

/** One query with 19 searches. */
function manySearches(number: number): string {
  const aliases = Array.from({ length: 19 }, (_, alias) => {
    const search = misspelt(number * 19 + alias, 32);
    return `a${alias}: contacts(filter: { search: "${search}" }) { totalCount }`;
  });
  return `{ ${aliases.join(' ')} }`;
}

export const FLOODS: readonly Flood[] = [
  {
    what: '60 changes of one package',
    load: ({ packageId }) => ({
      connections: 60,
      bodies: bodies((n) => {
        const input = { id: encodeGlobalId('WorkPackage', packageId), title: `Title ${n}` };
        return { query: UPDATE, variables: { input } };
      }),
    }),
  },
  {
    what: '60 searches of misspelt words',
    load: () => ({
      connections: 60,
      bodies: bodies((n) => ({ query: SEARCH, variables: { search: misspelt(n, 8) } })),
    }),
  },
  {
    what: '60 matches of organizations',
    load: () => ({
      connections: 60,
      bodies: bodies((n) => {
        const name = `Northern ${misspelt(n, 2)} Trading`;
        return { query: MATCHES, variables: { name } };
      }),
    }),
  },
  {
    what: '4 requests of 19 searches each',
    load: () => ({ connections: 4, bodies: bodies((n) => ({ query: manySearches(n) })) }),
  },
];
