/** What the domain tells the other processes and its subscribers. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import type { Platform } from '../platform/platform.ts';

/** Blocks, paths or templates of a tenant changed; the id is the tenant's. */
export const CATALOG_CHANGED = 'intake-catalog';
/** A packet changed. */
export const PACKET_CHANGED = 'packet';
/** Something of all packets of a client changed; the id is the client's. */
export const PACKET_PROGRESS = 'packet-progress';

/**
 * Tells that what is known of a tenant's blocks, paths and templates is out of date, once the
 * transaction is committed.
 */
export function publishCatalogChanged(platform: Platform, tx: TenantTransaction): void {
  const { tenantId } = tx;
  tx.afterCommit(() => platform.pubsub.publish({ topic: CATALOG_CHANGED, tenantId, id: tenantId }));
}

/** Tells that a packet changed, right now: after the commit. */
export function publishPacket(
  platform: Platform,
  packet: { tenantId: string; id: string; clientId: string },
): void {
  const { tenantId, id, clientId } = packet;
  platform.pubsub.publish({ topic: PACKET_CHANGED, tenantId, id });
  platform.pubsub.publish({ topic: PACKET_PROGRESS, tenantId, id: clientId });
}

/** Tells that packets changed, once the transaction is committed. */
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
