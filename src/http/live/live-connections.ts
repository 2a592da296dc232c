/**
 * The WebSockets and streams on which a user is signed in. Their number in a process is limited and
 * shared fairly among tenants: while there is room, one tenant may take all of it; when there is
 * none, a tenant that has fewer than the one with the most takes a place from it.
 */
import type { Config } from '../../platform/config.ts';
import type { Viewer } from '../../schema-builder/context.ts';

/** Why a connection is refused: its user has too many, or the process has. */
export type Refusal = 'too many for this user' | 'too many in this process';

/** A WebSocket or stream, its user, and how to end it. */
export interface LiveConnection {
  viewer: Viewer;
  /**
   * Ends the connection, because another tenant takes its place. It no longer counts from then on.
   */
  close: () => void;
}

/** Counts the live connections of a process, by user and tenant, and enforces both maxima. */
export class LiveConnections {
  readonly #max: number;
  readonly #maxPerUser: number;
  readonly #byTenant = new Map<string, Set<LiveConnection>>();
  readonly #byUser = new Map<string, number>();
  #size = 0;

  constructor({ LIVE_CONNECTIONS, LIVE_CONNECTIONS_PER_USER }: Config) {
    this.#max = LIVE_CONNECTIONS;
    this.#maxPerUser = LIVE_CONNECTIONS_PER_USER;
  }

  /** Counts a connection until `leave` and returns null; or returns why it is refused. */
  enter(connection: LiveConnection): Refusal | null {
    const { tenantId, userId } = connection.viewer;
    const ofUser = this.#byUser.get(userId) ?? 0;
    if (ofUser >= this.#maxPerUser) return 'too many for this user';
    if (this.#size >= this.#max && !this.#makeRoom(tenantId)) return 'too many in this process';
    const ofTenant = this.#byTenant.get(tenantId) ?? new Set();
    this.#byTenant.set(tenantId, ofTenant.add(connection));
    this.#byUser.set(userId, ofUser + 1);
    this.#size += 1;
    return null;
  }

  /** Frees the place of a connection; repeated calls change nothing. */
  leave(connection: LiveConnection): void {
    const { tenantId, userId } = connection.viewer;
    const ofTenant = this.#byTenant.get(tenantId);
    if (!ofTenant?.delete(connection)) return;
    if (ofTenant.size === 0) this.#byTenant.delete(tenantId);
    const ofUser = (this.#byUser.get(userId) ?? 1) - 1;
    if (ofUser > 0) this.#byUser.set(userId, ofUser);
    else this.#byUser.delete(userId);
    this.#size -= 1;
  }

  /**
   * Closes the oldest connection of the tenant with the most, unless `tenantId` has as many or one
   * fewer.
   */
  #makeRoom(tenantId: string): boolean {
    const most = [...this.#byTenant.values()].reduce((one, other) =>
      other.size > one.size ? other : one,
    );
    const own = this.#byTenant.get(tenantId)?.size ?? 0;
    const [oldest] = most;
    if (oldest === undefined || most.size <= own + 1) return false;
    this.leave(oldest);
    oldest.close();
    return true;
  }
}
