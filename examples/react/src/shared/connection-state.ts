/**
 * Whether live data comes: `idle` while nothing is subscribed, `reconnecting` from a loss until a
 * socket is open again.
 */
export type Connection = 'idle' | 'open' | 'reconnecting';

export interface ConnectionState {
  get: () => Connection;
  set: (state: Connection) => void;
  subscribe: (listener: () => void) => () => void;
}

/** A value for `useSyncExternalStore`. */
export function createConnectionState(): ConnectionState {
  let current: Connection = 'idle';
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set: (state) => {
      current = state;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
