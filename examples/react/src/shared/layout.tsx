/** What is around every page: whose data this is, where one can go, and whether live data comes. */
import { Suspense, useSyncExternalStore } from 'react';
import { Link, NavLink, Outlet } from 'react-router';
import { useQuery } from 'urql';
import { graphql } from '../generated/index.ts';
import { useSession } from './session.tsx';
import { Loading } from './states.tsx';

const VIEWER = graphql(`
  query Viewer {
    viewer {
      role
      user {
        id
        name
      }
      tenant {
        id
        name
      }
    }
  }
`);

const PAGES = [
  { to: '/', label: 'Clients', forClients: true },
  { to: '/contacts', label: 'Contacts', forClients: false },
  { to: '/crm', label: 'CRM', forClients: false },
  { to: '/campaigns', label: 'Campaigns', forClients: false },
  { to: '/workflows', label: 'Workflows', forClients: false },
];

/** The signed-in user; undefined until it is known. */
export function useViewer() {
  const [{ data }] = useQuery({ query: VIEWER });
  return data?.viewer;
}

export function Layout() {
  const viewer = useViewer();
  const { signOut } = useSession();
  const isAgency = viewer !== undefined && viewer.role !== 'CLIENT';
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="app-header">
        <Link to="/" className="brand" aria-label="Sheaf">
          <Mark /> <span>Sheaf</span>
        </Link>
        <nav className="links" aria-label="Pages">
          {PAGES.filter((page) => page.forClients || isAgency).map((page) => (
            <NavLink key={page.to} to={page.to}>
              {page.label}
            </NavLink>
          ))}
        </nav>
        <ConnectionHint />
        <p className="who">
          <span>{viewer?.user.name}</span>
          <span className="muted">{viewer?.tenant.name}</span>
        </p>
        <button type="button" className="quiet" onClick={signOut}>
          Sign out
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<PageLoading />}>
          <Outlet />
        </Suspense>
      </main>
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

/** A sheaf of wheat. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <path d="M16 28V6M16 20C11 16 8 12 7 7M16 20c5-4 8-8 9-13M16 20c-2 4-4 6-6 8M16 20c2 4 4 6 6 8M12 20h8" />
    </svg>
  );
}
