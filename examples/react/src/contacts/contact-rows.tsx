/** A list of any length, of which only the rows in sight are in the page. */
import {
  defaultRangeExtractor,
  type Range,
  useWindowVirtualizer,
  type VirtualItem,
} from '@tanstack/react-virtual';
import { type FocusEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { ErrorNotice } from '../shared/states.tsx';
import { ContactRow } from './contact-row.tsx';
import type { ContactList } from './hooks.ts';

/**
 * As in contacts.css; rows are measured, so this only decides where unseen ones are taken to be.
 */
const ROW_REM = { wide: 4.5, narrow: 6.5 };
const NARROW = '(width < 52rem)';
/** The next page is asked for this many rows before the last one that is read. */
const AHEAD = 40;
/** Grey rows after the last one that is read, while there are more. */
const GREY_ROWS = 5;

export function ContactRows({ list }: { list: ContactList }) {
  const { contacts, totalCount, hasMore, more, error, retry } = list;
  const count =
    contacts.length +
    (hasMore && !error ? Math.min(GREY_ROWS, Math.max(1, (totalCount ?? 0) - contacts.length)) : 0);
  const { frame, virtualizer, onFocus } = useRows(contacts, count);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const rows = virtualizer.getVirtualItems();

  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= contacts.length - AHEAD) more();
  }, [last, contacts.length, more]);

  const toggle = (id: string) =>
    setOpened((ids) =>
      ids.has(id) ? new Set([...ids].filter((one) => one !== id)) : new Set([...ids, id]),
    );
  const at = ({ start }: VirtualItem) => ({
    transform: `translateY(${start - virtualizer.options.scrollMargin}px)`,
  });
  return (
    <div className="card contact-rows" data-stale={list.isStale}>
      <div className="contact-line heads" aria-hidden="true">
        <span>Name</span>
        <span>Organization</span>
        <span>Warmness</span>
        <span>Last contacted</span>
      </div>
      <ul
        ref={frame}
        aria-label="Contacts"
        aria-busy={list.isLoading}
        style={{ height: virtualizer.getTotalSize() }}
        onFocus={onFocus}
      >
        {rows.map((row) => {
          const contact = contacts[row.index];
          return contact ? (
            <li
              key={row.key}
              ref={virtualizer.measureElement}
              data-index={row.index}
              style={at(row)}
              aria-setsize={totalCount ?? -1}
              aria-posinset={row.index + 1}
            >
              <ContactRow
                contact={contact}
                isOpen={opened.has(contact.id)}
                onToggle={() => toggle(contact.id)}
              />
            </li>
          ) : (
            <li key={row.key} className="grey-row" style={at(row)} aria-hidden="true">
              <div className="skeleton" />
            </li>
          );
        })}
      </ul>
      {error && <ErrorNotice error={error} onRetry={retry} />}
    </div>
  );
}

/**
 * The rows in sight, and the one that has the focus wherever it is: removed from the page it would
 * lose it.
 */
function useRows(contacts: ContactList['contacts'], count: number) {
  const frame = useRef<HTMLUListElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  const [focused, setFocused] = useState<number | null>(null);
  useLayoutEffect(() => setScrollMargin(frame.current?.offsetTop ?? 0));

  const virtualizer = useWindowVirtualizer({
    count,
    scrollMargin,
    estimateSize: useCallback(rowHeight, []),
    overscan: 8,
    getItemKey: useCallback(
      (index: number) => contacts[index]?.id ?? `grey-${index - contacts.length}`,
      [contacts],
    ),
    rangeExtractor: useCallback((range: Range) => withFocused(range, focused), [focused]),
  });
  const onFocus = (event: FocusEvent) => {
    const index = event.target.closest('li')?.dataset['index'];
    setFocused(index === undefined ? null : Number(index));
  };
  return { frame, virtualizer, onFocus };
}

function rowHeight(): number {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return rem * (window.matchMedia(NARROW).matches ? ROW_REM.narrow : ROW_REM.wide);
}

function withFocused(range: Range, focused: number | null): number[] {
  const indexes = defaultRangeExtractor(range);
  if (focused === null || focused >= range.count || indexes.includes(focused)) return indexes;
  return [...indexes, focused].sort((one, other) => one - other);
}
