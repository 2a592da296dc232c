/** What is around every page: whose data this is, where one can go, and whether live data comes. */
import { Suspense, useSyncExternalStore } from 'react';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import type { Role } from '../generated/graphql.ts';
import { SearchBox } from '../search/search-box.tsx';
import { TenantSwitch } from './choose-tenant.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { Mark } from './mark.tsx';
import { useSession } from './session.tsx';
import { Loading } from './states.tsx';
import { ROLE_LABEL } from './tenants.ts';
import { useViewer } from './viewer.ts';

/** Where one can go, by role; the server decides what is seen there. */
const PAGES: readonly { to: string; label: string; roles: readonly Role[] }[] = [
  { to: '/', label: 'Today', roles: ['OWNER', 'MEMBER'] },
  { to: '/', label: 'Start', roles: ['CLIENT'] },
  { to: '/packages', label: 'Packages', roles: ['OWNER', 'MEMBER', 'CLIENT'] },
  { to: '/clients', label: 'Clients', roles: ['OWNER', 'MEMBER'] },
  { to: '/clients', label: 'Questionnaires', roles: ['CLIENT'] },
  { to: '/contacts', label: 'Contacts', roles: ['OWNER', 'MEMBER'] },
  { to: '/campaigns', label: 'Campaigns', roles: ['OWNER', 'MEMBER'] },
  { to: '/workflows', label: 'Workflows', roles: ['OWNER', 'MEMBER'] },
  { to: '/crm', label: 'CRM', roles: ['OWNER', 'MEMBER'] },
  { to: '/settings', label: 'Settings', roles: ['OWNER'] },
];

export function Layout() {
  const { pathname } = useLocation();
  const viewer = useViewer();
  const { signOut } = useSession();
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="app-header">
        <Link to="/" className="brand" aria-label="Sheaf">
          <Mark /> <span>Sheaf</span>
        </Link>
        <SearchBox />
        <ConnectionHint />
        <Who />
        <button type="button" className="quiet" onClick={signOut}>
          Sign out
        </button>
        <nav className="links" aria-label="Pages">
          {PAGES.filter(({ roles }) => viewer && roles.includes(viewer.role)).map((page) => (
            <NavLink key={page.to} to={page.to} end={page.to === '/'}>
              {page.label}
            </NavLink>
          ))}
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <ErrorBoundary place={pathname}>
          <Suspense fallback={<PageLoading />}>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
    </>
  );
}

/** Who is signed in, and for which agency; who has several can switch. */
function Who() {
  const viewer = useViewer();
  const { switchTenant } = useSession();
  const tenants = viewer?.memberships.map(({ tenant, role }) => ({ ...tenant, role })) ?? [];
  const isOfSeveral = viewer !== undefined && tenants.length > 1;
  return (
    <>
      <p className="who">
        <span>{viewer?.user.name}</span>
        <span className="muted">{isOfSeveral ? ROLE_LABEL[viewer.role] : viewer?.tenant.name}</span>
      </p>
      {isOfSeveral && (
        <TenantSwitch current={viewer.tenant} tenants={tenants} onSwitch={switchTenant} />
      )}
    </>
  );
}

function PageLoading() {
  return (
    <div className="page">
      <Loading label="Loading the page" rowHeight="6rem" />
    </div>
  );
}

function ConnectionHint() {
  const { connection } = useSession();
  const state = useSyncExternalStore(connection.subscribe, connection.get);
  return (
    <p className="connection" role="status" data-state={state}>
      {state === 'reconnecting' && (
        <>
          <span className="spinner" aria-hidden="true" /> <span>Reconnecting…</span>
        </>
      )}
    </p>
  );
}
