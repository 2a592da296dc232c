/** What resolvers are given, and how they keep DataLoaders for the length of a request. */
import type { Role } from '../../generated/kysely.ts';
import type { Platform } from '../platform/platform.ts';

/** What a person is in one agency. */
export interface Membership {
  readonly tenantId: string;
  readonly role: Role;
}

/** The user that a request is made for. All that is read or changed for it belongs to its tenant. */
export interface Viewer {
  readonly tenantId: string;
  readonly userId: string;
  /** ANONYMOUS reaches nothing but introspection. */
  readonly role: Role | 'ANONYMOUS';
  /** The person that a CLIENT is; null for all others. */
  readonly contactId: string | null;
  /**
   * All agencies that the person who signed in works for, this one included; absent where nobody
   * signed in, as in jobs.
   */
  readonly memberships?: readonly Membership[];
}

/** What every resolver is given. */
export interface Context {
  readonly platform: Platform;
  readonly viewer: Viewer;
  /** Aborts when the client no longer waits for the result. */
  readonly signal: AbortSignal;
  /** What perRequest made for this request, by the function that makes it; begins empty. */
  readonly loaded: Map<unknown, object>;
}

/** Whether the viewer is a portal user, who sees only their own packages. */
export function isClient(viewer: Viewer): boolean {
  return viewer.role === 'CLIENT';
}

/**
 * Something made once per request, such as a DataLoader: `export const contactLoader =
 * perRequest((context) => new DataLoader(…))`, then `contactLoader(context).load(id)`.
 */
export function perRequest<T extends object>(
  make: (context: Context) => T,
): (context: Context) => T {
  return (context) => {
    let value = context.loaded.get(make) as T | undefined;
    if (value === undefined) {
      value = make(context);
      context.loaded.set(make, value);
    }
    return value;
  };
}

/** Forgets all that was loaded for a request: what a mutation changed is then read again. */
export function forgetLoaded(context: Context): void {
  context.loaded.clear();
}
