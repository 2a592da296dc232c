/**
 * A list by cursors: the pages read so far, each a query of its own, so that each is kept and
 * refreshed by itself.
 */
import { Fragment, type ReactNode, useState } from 'react';
import type { CombinedError } from 'urql';
import { ErrorNotice, Loading } from './states.tsx';

export interface ListPageProps {
  /** The cursor that the page begins behind; null for the first. */
  after: string | null;
  /** Of the last page shown. */
  onMore: ((cursor: string) => void) | undefined;
}

/** All pages, in order, each drawn by the child; give it another `key` for another filter. */
export function ListPages({ children: page }: { children: (props: ListPageProps) => ReactNode }) {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  return cursors.map((after, index) => (
    <Fragment key={after}>
      {page({
        after,
        onMore:
          index === cursors.length - 1 ? (cursor) => setCursors([...cursors, cursor]) : undefined,
      })}
    </Fragment>
  ));
}

interface ListEndProps {
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor?: string | null | undefined };
  /** What is listed, in its singular and plural. */
  noun: readonly [one: string, many: string];
  onMore: ListPageProps['onMore'];
}

/** A button for more, or how many there are in all. */
export function ListEnd({
  totalCount,
  pageInfo: { hasNextPage, endCursor },
  noun: [one, many],
  onMore,
}: ListEndProps) {
  if (!onMore) return null;
  return (
    <li className="list-end muted">
      {hasNextPage && endCursor ? (
        <button type="button" onClick={() => onMore(endCursor)}>
          Show more
        </button>
      ) : (
        <span>
          {totalCount.toLocaleString()} {totalCount === 1 ? one : many}
        </span>
      )}
    </li>
  );
}

interface ListWaitProps {
  error: CombinedError | undefined;
  onRetry: () => void;
  label: string;
  isFirst: boolean;
}

/** In the place of a page that is not there yet. */
export function ListWait({ error, onRetry, label, isFirst }: ListWaitProps) {
  if (error) return <ListState content={<ErrorNotice error={error} onRetry={onRetry} />} />;
  return (
    <ListState content={<Loading label={label} rows={isFirst ? 6 : 2} rowHeight="2.75rem" />} />
  );
}

/** Something in the place of rows. */
export function ListState({ content }: { content: ReactNode }) {
  return <li className="list-state">{content}</li>;
}
