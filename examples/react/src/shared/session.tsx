/**
 * Who is signed in: a token in sessionStorage, which ends with the tab. In development a link such as /#token=… signs in too.
 * A real app gets its token from its identity provider here; nothing else in this app would change.
 */
import { createContext, type ReactNode, use, useState } from 'react';
import { Provider } from 'urql';
import { type ApiClient, createApiClient } from './api-client.ts';
import { type ConnectionState, createConnectionState } from './connection-state.ts';
import { SignInPage } from './sign-in-page.tsx';

const STORAGE_KEY = 'sheaf.token';

/** One API client, and so one cache and one WebSocket, for each token. */
interface Session {
  api: ApiClient;
  connection: ConnectionState;
  signOut: () => void;
}

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider around it.');
  return session;
}

/** Shows its children to who is signed in, and the sign-in page to others. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [refused, setRefused] = useState(false);
  const [session, setSession] = useState(() => {
    const token = storedToken();
    return token === null ? null : openSession(token, end);
  });

  function end(wasRefused: boolean) {
    sessionStorage.removeItem(STORAGE_KEY);
    setRefused(wasRefused);
    setSession(null);
  }
  const signIn = (token: string) => {
    sessionStorage.setItem(STORAGE_KEY, token);
    setRefused(false);
    setSession(openSession(token, end));
  };

  if (!session) return <SignInPage refused={refused} onSignIn={signIn} />;
  return (
    <SessionContext value={session}>
      <Provider value={session.api.client}>{children}</Provider>
    </SessionContext>
  );
}

function openSession(token: string, onEnd: (wasRefused: boolean) => void): Session {
  const connection = createConnectionState();
  const end = (wasRefused: boolean) => {
    api.dispose();
    onEnd(wasRefused);
  };
  const api = createApiClient({ getToken: () => storedToken() ?? token, connection, onUnauthenticated: () => end(true) });
  return { api, connection, signOut: () => end(false) };
}

function storedToken(): string | null {
  const inHash = import.meta.env.DEV ? /^#\??token=(.+)$/.exec(window.location.hash)?.[1] : undefined;
  if (inHash) {
    sessionStorage.setItem(STORAGE_KEY, decodeURIComponent(inHash));
    // Out of the address bar, and so out of bookmarks and screenshots.
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
  }
  return sessionStorage.getItem(STORAGE_KEY);
}
