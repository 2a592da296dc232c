/** What the domain publishes to the other processes and to its subscribers. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import type { Platform } from '../platform/platform.ts';
import { topic } from '../platform/pubsub/topic.ts';

/** A tenant's blocks, paths or templates changed; the id is the tenant's. */
export const CATALOG_CHANGED = topic('intake-catalog');
/** A packet changed; the id is the packet's. */
export const PACKET_CHANGED = topic('packet');
/** A packet of a client changed, or was created; the id is the client's. */
export const PACKET_PROGRESS = topic('packet-progress');

/** Publishes at once that a packet changed: call it after the commit. */
export function publishPacketNow(
  platform: Platform,
  packet: { tenantId: string; id: string; clientId: string },
): void {
  PACKET_CHANGED.publish(platform, packet);
  PACKET_PROGRESS.publish(platform, { tenantId: packet.tenantId, id: packet.clientId });
}

/** Publishes, after the commit, that packets changed. */
export function publishPacketsChanged(
  platform: Platform,
  tx: TenantTransaction,
  packets: readonly { id: string; clientId: string }[],
): void {
  const ids = packets.map(({ id }) => id);
  const clientIds = new Set(packets.map(({ clientId }) => clientId));
  PACKET_CHANGED.publishAfterCommit(platform, tx, ids);
  PACKET_PROGRESS.publishAfterCommit(platform, tx, [...clientIds]);
}
