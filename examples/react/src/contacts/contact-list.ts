/**
 * A list of contacts in the order of the server, read page by page as the user scrolls. The hook in
 * hooks.ts builds on it; it does not depend on React itself.
 *
 * One request is under way at a time. Another filter cancels it, so an answer to an older filter
 * never replaces a newer one; until its own first page comes the contacts of the last filter stay,
 * so that the list doesn't flicker while one types.
 */
import type { Client, CombinedError, OperationResult } from '@urql/core';
import type { ContactListQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { CONTACT_SORT, type ContactSort } from './orders.ts';

const CONTACT_LIST = graphql(`
  query ContactList(
    $after: String
    $search: String
    $organizationId: ID
    $orderBy: [ContactOrder!]
  ) {
    contacts(
      first: 100
      after: $after
      filter: { search: $search, organizationId: $organizationId }
      orderBy: $orderBy
    ) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        name
        email
        phone
        jobTitle
        leadStatus
        addedToCampaign
        lastContactedAt
        organization {
          id
          name
        }
        owner {
          id
          name
        }
        warmness {
          score
          base
          activity
          relationship
          engagement
        }
        recentActivities(limit: 5) {
          id
          type
          subject
          occurredAt
        }
      }
    }
  }
`);

type Page = ContactListQuery['contacts'];
export type ListedContact = Page['nodes'][number];

export interface ContactFilter {
  /** Empty for everybody. */
  search: string;
  organizationId: string | null;
  /** The order in which to call them, or best first, unless given. */
  sort?: ContactSort;
}

export interface ContactListState {
  /** Each once, in order, as far as they are read. */
  contacts: readonly ListedContact[];
  /** How many there are in all; null until the first page has come. */
  totalCount: number | null;
  /** What the contacts were found by; another filter may be on its way. */
  filter: ContactFilter | null;
  hasMore: boolean;
  isLoading: boolean;
  error: CombinedError | null;
}

export interface ContactListStore {
  getState: () => ContactListState;
  subscribe: (onChange: () => void) => () => void;
  /** Reads the first page of a filter, and forgets what was asked before. */
  show: (filter: ContactFilter) => void;
  /** Reads the next page, unless something is being read or has failed. */
  more: () => void;
  /** Reads again what failed. */
  retry: () => void;
}

const stores = new WeakMap<Client, ContactListStore>();

/**
 * The one list of a client. It keeps what it has read, so a page that is opened again shows
 * something at once.
 */
export function contactListOf(client: Client): ContactListStore {
  const store = stores.get(client) ?? createContactList(client);
  stores.set(client, store);
  return store;
}

export function createContactList(client: Client): ContactListStore {
  let state: ContactListState = {
    contacts: [],
    totalCount: null,
    filter: null,
    hasMore: false,
    isLoading: false,
    error: null,
  };
  let wanted: ContactFilter = { search: '', organizationId: null };
  let endCursor: string | null = null;
  /** The cursor of what was asked for last. */
  let asked: string | null = null;
  let cancel: () => void = () => undefined;
  const listeners = new Set<() => void>();

  const set = (change: Partial<ContactListState>) => {
    state = { ...state, ...change };
    for (const onChange of [...listeners]) onChange();
  };
  const receive = (page: Page, after: string | null) => {
    endCursor = page.pageInfo.endCursor ?? null;
    set({
      contacts: after === null ? page.nodes : append(state.contacts, page.nodes),
      totalCount: page.totalCount,
      filter: wanted,
      hasMore: page.pageInfo.hasNextPage,
      isLoading: false,
    });
  };
  const read = (after: string | null) => {
    cancel();
    asked = after;
    cancel = readPage(client, { ...wanted, after }, ({ data, error }) => {
      if (data) receive(data.contacts, after);
      else if (error) set({ error, isLoading: false });
    });
    if (!state.isLoading || state.error) set({ isLoading: true, error: null });
  };

  return {
    getState: () => state,
    subscribe: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    show: (filter) => {
      wanted = filter;
      read(null);
    },
    more: () => {
      if (state.hasMore && !state.isLoading && !state.error) read(endCursor);
    },
    retry: () => read(asked),
  };
}

/** Asks for a page; the returned function cancels, after which `onResult` is not called. */
function readPage(
  client: Client,
  { after, search, organizationId, sort = 'call' }: ContactFilter & { after: string | null },
  onResult: (result: Pick<OperationResult<ContactListQuery>, 'data' | 'error'>) => void,
): () => void {
  const request = client.query(
    CONTACT_LIST,
    { after, search: search || null, organizationId, orderBy: CONTACT_SORT[sort].orderBy },
    { requestPolicy: 'network-only' },
  );
  let isCancelled = false;
  const { unsubscribe } = request.subscribe((result) => {
    if (!isCancelled) onResult(result);
  });
  return () => {
    isCancelled = true;
    unsubscribe();
  };
}

/** A contact that moved down between two pages, because it was called meanwhile, comes twice. */
function append(
  contacts: readonly ListedContact[],
  next: readonly ListedContact[],
): ListedContact[] {
  const known = new Set(contacts.map(({ id }) => id));
  return [...contacts, ...next.filter(({ id }) => !known.has(id))];
}

export function isSame(one: ContactFilter | null, other: ContactFilter): boolean {
  return (
    one !== null &&
    one.search === other.search &&
    one.organizationId === other.organizationId &&
    one.sort === other.sort
  );
}
