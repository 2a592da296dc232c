import type { ContactOrder } from '../generated/graphql.ts';

/** In which order contacts are listed; the server's own is that in which to call them. */
export const CONTACT_SORTS = ['call', 'name', 'warmest', 'quiet', 'newest'] as const;
export type ContactSort = (typeof CONTACT_SORTS)[number];

interface Sort {
  label: string;
  /** What the order means. */
  meaning: string;
  orderBy: ContactOrder[];
}

export const CONTACT_SORT: Record<ContactSort, Sort> = {
  call: {
    label: 'Whom to call next',
    meaning:
      'Those in a campaign come first, then the coldest; of equally cold ones those who have waited longest.',
    orderBy: [],
  },
  name: { label: 'Name', meaning: 'From A to Z.', orderBy: [{ field: 'NAME' }] },
  warmest: {
    label: 'Warmest first',
    meaning: 'Those whom you know best come first.',
    orderBy: [{ field: 'WARMNESS', direction: 'DESC' }],
  },
  quiet: {
    label: 'Longest without contact',
    meaning: 'Those who were never contacted come first, then those whose last contact is oldest.',
    orderBy: [{ field: 'LAST_CONTACTED' }],
  },
  newest: {
    label: 'Newest first',
    meaning: 'Those who were added last come first.',
    orderBy: [{ field: 'CREATED_AT', direction: 'DESC' }],
  },
};

/** The one in an address; the server's own where there is none, or no such one. */
export function contactSortOf(text: string | null): ContactSort {
  return CONTACT_SORTS.find((sort) => sort === text) ?? 'call';
}
