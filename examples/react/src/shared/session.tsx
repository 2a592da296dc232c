/**
 * Who is signed in, and for which agency. A real app gets its token from its identity provider
 * here; nothing else in this app would change.
 */
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { Provider } from 'urql';
import { type ApiClient, createApiClient } from './api-client.ts';
import { ChooseTenantPage } from './choose-tenant.tsx';
import { type ConnectionState, createConnectionState } from './connection-state.ts';
import {
  forgetCredentials,
  forgetTenant,
  storedTenant,
  storedToken,
  storeTenant,
  storeToken,
} from './credentials.ts';
import { useNotify } from './notices.tsx';
import { SignInPage } from './sign-in-page.tsx';
import type { TenantChoice } from './tenants.ts';
import { useViewer } from './viewer.ts';

/** One API client, and so one cache and one WebSocket, for each token and tenant. */
interface Session {
  api: ApiClient;
  connection: ConnectionState;
  /** Has all later requests name this tenant. */
  keepTenant: (tenantId: string) => void;
  /** Ends this session, and begins one in another tenant of the same person. */
  switchTenant: (tenantId: string) => void;
  signOut: () => void;
}

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider around it.');
  return session;
}

type State =
  | { is: 'signed out'; wasRefused: boolean }
  | { is: 'choosing'; tenants: readonly TenantChoice[] }
  | { is: 'signed in'; session: Session; key: number };

let lastKey = 0;

/**
 * Shows its children to who is signed in; to others the sign-in page, and the choice of an agency
 * where there are several.
 */
export function SessionProvider({ children }: { children: ReactNode }) {
  const notify = useNotify();
  const navigate = useNavigate();
  const [state, setState] = useState<State>(begin);

  function begin(): State {
    const token = storedToken();
    if (token === null) return { is: 'signed out', wasRefused: false };
    lastKey += 1;
    return {
      is: 'signed in',
      session: openSession(token, {
        onEnd: end,
        onTenantNeeded: choose,
        onTenantLost: loseTenant,
        onSwitch: switchTo,
      }),
      key: lastKey,
    };
  }
  function signIn(token: string) {
    storeToken(token);
    setState(begin());
  }
  function end(wasRefused: boolean) {
    forgetCredentials();
    setState({ is: 'signed out', wasRefused });
  }
  function choose(tenants: readonly TenantChoice[]) {
    setState({ is: 'choosing', tenants });
  }
  function enter(tenantId: string) {
    storeTenant(tenantId);
    setState(begin());
  }
  /**
   * The page that is open is of something in the tenant that is left, so another one begins at the
   * start.
   */
  function switchTo(tenantId: string) {
    enter(tenantId);
    void navigate('/');
  }
  function loseTenant() {
    forgetTenant();
    setState(begin());
    void navigate('/');
    notify('You no longer have access to this agency.', 'bad');
  }

  if (state.is === 'signed out') return <SignInPage refused={state.wasRefused} onSignIn={signIn} />;
  if (state.is === 'choosing')
    return (
      <ChooseTenantPage tenants={state.tenants} onChoose={enter} onSignOut={() => end(false)} />
    );
  // The key has nothing that components remember of one session show in the next.
  return (
    <SessionContext key={state.key} value={state.session}>
      <Provider value={state.session.api.client}>
        <TenantKeeper />
        {children}
      </Provider>
    </SessionContext>
  );
}

/**
 * Who has a single tenant need not name it, but has every request name it from the first answer on:
 * it would be refused without as soon as a second agency adds the person.
 */
function TenantKeeper() {
  const { keepTenant } = useSession();
  const tenantId = useViewer()?.tenant.id;
  useEffect(() => {
    if (tenantId !== undefined) keepTenant(tenantId);
  }, [tenantId, keepTenant]);
  return null;
}

interface SessionEvents {
  onEnd: (wasRefused: boolean) => void;
  onTenantNeeded: (tenants: readonly TenantChoice[]) => void;
  onTenantLost: () => void;
  onSwitch: (tenantId: string) => void;
}

/**
 * Tells of one event at most, with which the session is over: several requests may be refused for
 * the same reason.
 */
function openSession(
  token: string,
  { onEnd, onTenantNeeded, onTenantLost, onSwitch }: SessionEvents,
): Session {
  const connection = createConnectionState();
  let isOver = false;
  /**
   * Of this session, whatever the next one stores: what is still on its way stays in its tenant.
   */
  let tenant = storedTenant();
  const finish = (tell: () => void) => {
    if (isOver) return;
    isOver = true;
    api.dispose();
    tell();
  };
  const api = createApiClient({
    getToken: () => storedToken() ?? token,
    getTenant: () => tenant,
    connection,
    onUnauthenticated: () => finish(() => onEnd(true)),
    onTenantNeeded: (tenants) => finish(() => onTenantNeeded(tenants)),
    onTenantLost: () => finish(onTenantLost),
  });
  return {
    api,
    connection,
    keepTenant: (tenantId) => {
      if (isOver) return;
      tenant = tenantId;
      storeTenant(tenantId);
    },
    switchTenant: (tenantId) => finish(() => onSwitch(tenantId)),
    signOut: () => finish(() => onEnd(false)),
  };
}
