/** What A sends without end. */
import type { Load } from '../load.ts';
import { globalId, type Tenant } from './tenants.ts';

export interface Flood {
  what: string;
  load: (a: Tenant) => Promise<Pick<Load, 'headers' | 'bodies' | 'connections'>>;
}

const UPDATE =
  'mutation ($input: UpdateWorkPackageInput!) { updateWorkPackage(input: $input) { workPackage { version } userErrors { message } } }';
const SEARCH =
  'query ($search: String!) { contacts(first: 20, filter: { search: $search }) { edges { node { id name } } } }';
const MATCHES =
  'query ($name: String!) { organizationMatches(name: $name) { organization { id name } } }';

const body = (query: string, variables?: object) => JSON.stringify({ query, variables });

/**
 * Words that begin none of the demo data's: the nearest ones are looked for. Different ones each
 * time, so that no cache has them.
 */
function misspelt(number: number, words: number): string {
  return Array.from(
    { length: words },
    (_, word) => `${['Brgn', 'Mirrow', 'Hofmeyr', 'Lumn'][word % 4]}${(number * 7 + word) % 97}`,
  )
    .join(' ')
    .slice(0, 250);
}

const numbers = Array.from({ length: 200 }, (_, number) => number);

export const FLOODS: readonly Flood[] = [
  {
    what: '60 changes of one package',
    load: async ({ headers, packageId }) => ({
      headers,
      connections: 60,
      bodies: numbers.map((n) =>
        body(UPDATE, { input: { id: globalId('WorkPackage', packageId), title: `Title ${n}` } }),
      ),
    }),
  },
  {
    what: '60 searches of misspelt words',
    load: async ({ headers }) => ({
      headers,
      connections: 60,
      bodies: numbers.map((n) => body(SEARCH, { search: misspelt(n, 8) })),
    }),
  },
  {
    what: '60 matches of organizations',
    load: async ({ headers }) => ({
      headers,
      connections: 60,
      bodies: numbers.map((n) => body(MATCHES, { name: `Northern ${misspelt(n, 2)} Trading` })),
    }),
  },
  {
    what: '4 requests of 19 searches each',
    load: async ({ headers }) => ({
      headers,
      connections: 4,
      bodies: numbers.map((n) => {
        const aliases = Array.from(
          { length: 19 },
          (_, alias) =>
            `a${alias}: contacts(filter: { search: "${misspelt(n * 19 + alias, 32)}" }) { totalCount }`,
        );
        return body(`{ ${aliases.join(' ')} }`);
      }),
    }),
  },
];
