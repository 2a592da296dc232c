/** Topics: the kinds of changes that domains publish to all processes and their subscribers. */
import type { TenantTransaction } from '../database/tenant-database.ts';
import type { PubSub } from './pubsub.ts';

/** What carries the notices: the platform. */
interface Carrier {
  readonly pubsub: PubSub;
}

/** One kind of change; the domain that declares it says what the ids of its notices are. */
export interface Topic {
  /** The `topic` of its notices. */
  readonly name: string;
  /** Publishes a change at once: call it after the commit. */
  publish(platform: Carrier, changed: { readonly tenantId: string; readonly id: string }): void;
  /** Publishes changes of the transaction's tenant, in this order, once it is committed. */
  publishAfterCommit(platform: Carrier, tx: TenantTransaction, ids: readonly string[]): void;
}

/** Declares a topic: `export const USER_CHANGED = topic('user')`. */
export function topic(name: string): Topic {
  const publish: Topic['publish'] = ({ pubsub }, { tenantId, id }) =>
    pubsub.publish({ topic: name, tenantId, id });
  return {
    name,
    publish,
    publishAfterCommit: (platform, tx, ids) =>
      tx.afterCommit(() => {
        for (const id of ids) publish(platform, { tenantId: tx.tenantId, id });
      }),
  };
}
