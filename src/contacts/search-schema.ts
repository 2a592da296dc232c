/**
 * One search over everything: what a person types into a search box, wherever it may be found.
 * Later domains add their objects to SearchResults.
 */
import { badArgument, parseSearch, SEARCH_LENGTH } from '../platform/input.ts';
import { forClients } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { isClient } from '../schema-builder/context.ts';
import { maxLength } from '../schema-builder/maxima.ts';
import { FUZZY_SEARCH_WEIGHT, weighs } from '../schema-builder/weights.ts';
import { Contact } from './contact-schema.ts';
import { contactColumns } from './lists/contact-list-schema.ts';
import { type ContactSearch, searchAsTyped } from './lists/search.ts';
import { contactHits, organizationHits, type TextHits } from './lists/search-hits.ts';
import { searchLoader } from './loaders.ts';
import { Organization } from './organizations/schema.ts';

/** What is counted as the length of a list that has none: see graphql/cost.ts. */
const MAX_HITS = 10;
const DEFAULT_HITS = 5;
/** The paths at which a list that is no connection has its rows. */
const ROWS = [[]];

/** What is searched for, and how many of each kind are wanted. */
export interface Search {
  /** Null if the text has no word: nothing is found then. */
  search: ContactSearch | null;
  limit: number;
}

/** What a domain looks for in its texts; null if none of them can match. */
export function textHits({ search, limit }: Search): TextHits | null {
  const tsquery = search?.tsqueryOfAll ?? null;
  return search === null || tsquery === null
    ? null
    : { search: { tsquery, words: search.words }, limit };
}

/** The results of a search; each domain adds a field for its objects. */
export const SearchResults = builder.objectRef<Search>('SearchResults').implement({
  description:
    'What a search finds, the best of each kind first. Only what is selected is looked for, in one statement for each kind and one for typing errors.',
  fields: (t) => ({
    contacts: t.field({
      description:
        'Contacts by words of their name, e-mail or organization, those whose name begins with the text first. Empty for portal users.',
      type: [Contact],
      resolve: async ({ search, limit }, _args, { platform, viewer }, info) => {
        if (search === null || isClient(viewer)) return [];
        const columns = contactColumns(info, ROWS);
        const database = platform.database.forTenant(viewer);
        return (await contactHits(database, { search, limit, columns })).map(Contact.present);
      },
    }),
    organizations: t.field({
      description:
        'Organizations by words of their name, then those with the most contacts first. Empty for portal users.',
      type: [Organization],
      resolve: async (wanted, _args, { platform, viewer }) => {
        const hits = textHits(wanted);
        if (hits === null || isClient(viewer)) return [];
        const database = platform.database.forTenant(viewer);
        return (await organizationHits(database, hits)).map(Organization.present);
      },
    }),
  }),
});

builder.queryField('search', (t) =>
  t.field({
    extensions: { ...forClients.extensions, ...weighs(FUZZY_SEARCH_WEIGHT).extensions },
    description:
      'Looks for a text in everything that you may see: words that begin with its words, in any order, whatever their case and accents. Typing errors do not matter, except to portal users, who find what is written as they type it.',
    type: SearchResults,
    args: {
      text: t.arg.string({
        required: true,
        description: 'What to look for. An empty text finds nothing.',
        ...maxLength(SEARCH_LENGTH),
      }),
      first: t.arg.int({
        defaultValue: DEFAULT_HITS,
        description: `The maximum number of objects of each kind, 1 to ${MAX_HITS}.`,
      }),
    },
    resolve: async (_root, { text, first }, context) => {
      const limit = first ?? DEFAULT_HITS;
      if (limit < 1 || limit > MAX_HITS)
        throw badArgument('first', `Expected a number from 1 to ${MAX_HITS}.`);
      const typed = parseSearch('text', text);
      if (typed === null) return { search: null, limit };
      // Corrections come from words of all contacts, of which portal users are to learn nothing.
      const search = isClient(context.viewer)
        ? searchAsTyped(typed)
        : await searchLoader(context).load(typed);
      return { search, limit };
    },
  }),
);
