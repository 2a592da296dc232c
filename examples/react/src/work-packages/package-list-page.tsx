import { useDeferredValue, useState } from 'react';
import { NavLink, useSearchParams } from 'react-router';
import type { TimelineStatus, WorkPackageFilter } from '../generated/graphql.ts';
import {
  ListEnd,
  type ListPageProps,
  ListPages,
  ListState,
  ListWait,
} from '../shared/list-pages.tsx';
import { Empty } from '../shared/states.tsx';
import { useKept } from '../shared/use-kept.ts';
import { useLiveQuery } from '../shared/use-live.ts';
import { PACKAGE_LIST } from './documents.ts';
import { TIMELINE_LABEL, TIMELINE_MEANING } from './labels.ts';
import { packagesPath } from './package-path.ts';
import { PackageRow } from './package-row.tsx';

const SHOWN: readonly TimelineStatus[] = ['OVERDUE', 'AT_RISK', 'ON_TRACK', 'NOT_STARTED'];

/** Which packages are shown is in the address; those with a deadline come in its order. */
export function PackageListPage() {
  const [params] = useSearchParams();
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.trim());
  const show = SHOWN.find((status) => status === params.get('show'));
  return (
    <div className="page">
      <title>Packages · Sheaf</title>
      <div className="page-head">
        <h1>Packages</h1>
        <search>
          <input
            type="search"
            aria-label="Search packages"
            placeholder="Search packages"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </search>
      </div>
      <nav className="tabs wide" aria-label="Which packages">
        <Tab label="All" isCurrent={show === undefined} />
        {SHOWN.map((status) => (
          <Tab
            key={status}
            show={status}
            label={TIMELINE_LABEL[status]}
            isCurrent={show === status}
          />
        ))}
      </nav>
      {show && TIMELINE_MEANING[show] && (
        <p className="muted">{TIMELINE_MEANING[show]} The earliest date comes first.</p>
      )}
      <ul className="card rows" aria-label="Packages">
        <ListPages key={`${show} ${wanted}`}>
          {(page) => <PackageRows {...page} show={show} search={wanted} />}
        </ListPages>
      </ul>
    </div>
  );
}

function Tab({
  show,
  label,
  isCurrent,
}: {
  show?: TimelineStatus;
  label: string;
  isCurrent: boolean;
}) {
  // Each has the path of all others, by which NavLink would take them for current.
  return (
    <NavLink to={packagesPath(show)} aria-current={isCurrent ? 'page' : 'false'} end>
      {label}
    </NavLink>
  );
}

interface WhichPackages {
  show: TimelineStatus | undefined;
  search: string;
}

function PackageRows({ show, search, after, onMore }: ListPageProps & WhichPackages) {
  const { data, error, retry } = useLiveQuery({
    query: PACKAGE_LIST,
    variables: {
      after,
      filter: filterOf({ show, search }),
      orderBy: show ? { field: 'EXPECTED_END_DATE' as const } : null,
    },
  });
  const page = useKept(`${show} ${search} ${after}`, { value: data?.workPackages, error });
  if (!page)
    return (
      <ListWait error={error} onRetry={retry} label="Loading packages" isFirst={after === null} />
    );
  const { nodes, pageInfo, totalCount } = page;
  if (totalCount === 0) return <ListState content={<NoPackages show={show} search={search} />} />;
  return (
    <>
      {nodes.map((workPackage) => (
        <PackageRow key={workPackage.id} workPackage={workPackage} />
      ))}
      <ListEnd
        totalCount={totalCount}
        pageInfo={pageInfo}
        noun={['package', 'packages']}
        onMore={onMore}
      />
    </>
  );
}

/** Only active packages are late or in time; all others are planned, done or put away. */
function filterOf({ show, search }: WhichPackages): WorkPackageFilter {
  return {
    search: search || null,
    ...(show && { status: ['ACTIVE' as const], timelineStatus: [show] }),
  };
}

function NoPackages({ show, search }: WhichPackages) {
  if (search) return <Empty title={`No package says “${search}”`} />;
  if (show) return <Empty title={`No package is ${TIMELINE_LABEL[show].toLowerCase()}`} />;
  return <Empty title="No packages yet" />;
}
