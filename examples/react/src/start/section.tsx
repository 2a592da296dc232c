import type { ReactNode } from 'react';
import { Link } from 'react-router';

interface SectionProps {
  id: string;
  title: string;
  /** How many there are in all; more than what is listed leads to the rest. */
  count: number;
  listed: number;
  /** Where all are; a section without one lists all there is to see. */
  allPath?: string;
  /** Said in the place of rows. */
  none: string;
  tone?: 'bad' | 'accent';
  children: ReactNode;
}

/** One kind of thing that may need somebody. It stays in its place when there is none. */
export function Section({
  id,
  title,
  count,
  listed,
  allPath,
  none,
  tone = 'bad',
  children,
}: SectionProps) {
  return (
    <section className="card start-section" aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>
          {title}{' '}
          <span className="badge" data-tone={count > 0 ? tone : 'muted'}>
            {count.toLocaleString()}
          </span>
        </h2>
        {allPath && count > listed && <Link to={allPath}>Show all</Link>}
      </div>
      {count === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <ul className="start-list" aria-labelledby={id}>
          {children}
        </ul>
      )}
    </section>
  );
}
