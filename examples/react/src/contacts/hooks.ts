import { useEffect, useSyncExternalStore } from 'react';
import { useClient } from 'urql';
import {
  type ContactFilter,
  type ContactListState,
  contactListOf,
  isSame,
} from './contact-list.ts';

export interface ContactList extends ContactListState {
  /** The contacts shown are those of another filter, until the answer to this one comes. */
  isStale: boolean;
  /** Reads the next page; call it as often as you like. */
  more: () => void;
  /** Reads again what failed. */
  retry: () => void;
}

/**
 * Contacts by a filter, in the order in which to call them unless sorted otherwise, or best first
 * where something is searched; pages of 100.
 *
 * @example
 * const { contacts, hasMore, more } = useContactList({ search, organizationId: null });
 */
export function useContactList({
  search,
  organizationId,
  sort = 'call',
}: ContactFilter): ContactList {
  const list = contactListOf(useClient());
  const state = useSyncExternalStore(list.subscribe, list.getState);
  useEffect(
    () => list.show({ search, organizationId, sort }),
    [list, search, organizationId, sort],
  );
  return {
    ...state,
    isStale: state.filter !== null && !isSame(state.filter, { search, organizationId, sort }),
    more: list.more,
    retry: list.retry,
  };
}
