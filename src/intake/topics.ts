/** What the domain publishes to the other processes and to its subscribers. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import type { Platform } from '../platform/platform.ts';

/** A tenant's blocks, paths or templates changed; the id is the tenant's. */
export const CATALOG_CHANGED = 'intake-catalog';
/** A packet changed. */
export const PACKET_CHANGED = 'packet';
/** A packet of a client changed, or was created; the id is the client's. */
export const PACKET_PROGRESS = 'packet-progress';

/** Publishes, after the commit, that the tenant's blocks, paths or templates changed. */
export function publishCatalogChanged(platform: Platform, tx: TenantTransaction): void {
  const { tenantId } = tx;
  tx.afterCommit(() => platform.pubsub.publish({ topic: CATALOG_CHANGED, tenantId, id: tenantId }));
}

/** Publishes at once that a packet changed: call it after the commit. */
export function publishPacketNow(
  platform: Platform,
  packet: { tenantId: string; id: string; clientId: string },
): void {
  const { tenantId, id, clientId } = packet;
  platform.pubsub.publish({ topic: PACKET_CHANGED, tenantId, id });
  platform.pubsub.publish({ topic: PACKET_PROGRESS, tenantId, id: clientId });
}

/** Publishes, after the commit, that packets changed. */
export function publishPacketsChanged(
  platform: Platform,
  tx: TenantTransaction,
  packets: readonly { id: string; clientId: string }[],
): void {
  const { tenantId } = tx;
  tx.afterCommit(() => {
    for (const { id } of packets) platform.pubsub.publish({ topic: PACKET_CHANGED, tenantId, id });
    for (const id of new Set(packets.map((packet) => packet.clientId)))
      platform.pubsub.publish({ topic: PACKET_PROGRESS, tenantId, id });
  });
}
