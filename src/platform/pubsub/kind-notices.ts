/** Notifies every process which kinds of data a tenant's transactions have changed. */
import type { Database } from '../database/database.ts';
import { ALL_KINDS, type Kind } from '../database/kinds.ts';
import type { Change, PubSub } from './pubsub.ts';
import { topic } from './topic.ts';

/** The id of a notice is the kind. */
export const KIND_RAISED = topic('kind');
/** The commits of so many milliseconds share their notices. */
const GATHER_MS = 10;

/** Publishes what the commits of a database raise, until the process ends. */
export function announceKinds(database: Database, pubsub: PubSub): void {
  const raised = new Map<string, Set<Kind>>();
  const publish = () => {
    for (const [tenantId, kinds] of raised)
      for (const id of kinds) KIND_RAISED.publish({ pubsub }, { tenantId, id });
    raised.clear();
  };
  database.onRaised((tenantId, kinds) => {
    if (raised.size === 0) setTimeout(publish, GATHER_MS).unref();
    const known = raised.get(tenantId) ?? new Set<Kind>();
    raised.set(tenantId, known);
    for (const kind of kinds) known.add(kind);
  });
}

/** The kind that a notice says has changed; undefined for a notice of something else. */
export function kindIn({ topic: name, id }: Change): Kind | undefined {
  return name === KIND_RAISED.name ? ALL_KINDS.find((kind) => kind === id) : undefined;
}
