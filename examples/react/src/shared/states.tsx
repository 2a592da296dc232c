/**
 * What a page shows while it has nothing to show: it is loading, it failed, it is empty, or it does
 * not exist.
 */
import type { CombinedError } from '@urql/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

/** Grey lines where content will be. They take its room, so that nothing moves when it comes. */
export function Loading({
  label,
  rows = 3,
  rowHeight,
}: {
  label: string;
  rows?: number;
  rowHeight: string;
}) {
  return (
    <div className="stack loading" role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <div key={row} className="skeleton" style={{ height: rowHeight }} />
      ))}
    </div>
  );
}

export function ErrorNotice({ error, onRetry }: { error: CombinedError; onRetry: () => void }) {
  return (
    <div className="notice bad" role="alert">
      <p>{describeError(error)}</p>
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

/**
 * An address that was typed or cut off names nothing, to a person; to the server its id is
 * malformed.
 */
export function isMalformedId(error: CombinedError): boolean {
  return error.graphQLErrors.some((one) => one.extensions['code'] === 'BAD_USER_INPUT');
}

/** The server's messages are for people; a network error's is for developers. */
export function describeError(error: CombinedError): string {
  if (error.networkError) return 'The server cannot be reached. Check your connection.';
  return error.graphQLErrors.map((one) => one.message).join(' ');
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function NotFound({ what }: { what: string }) {
  return (
    <Empty title={`There is no such ${what}`}>
      <p>
        It may have been removed, or belong to somebody else. <Link to="/">Back to the start</Link>
      </p>
    </Empty>
  );
}
