/** Counts a tenant's packets by status, for watching the queue. */
import { sql } from 'kysely';
import type { PacketStatus } from '../../../generated/kysely.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';

/** How many packets of a tenant are in each state; cancelled ones are not counted. */
export interface PacketQueue {
  pending: number;
  processing: number;
  completed: number;
  failed: number;
  /** Seconds since the packet that has waited longest was queued; null when none waits. */
  oldestPendingSeconds: number | null;
}

const count = (status: PacketStatus) =>
  sql<number>`count(*) filter (where ${sql.ref('packet.status')} = ${sql.lit(status)})`;

/** The counts come from the index alone; only the rows of waiting packets are read. */
const packetQueue = prepare(() => {
  const waited = sql`statement_timestamp() - min(${sql.ref('waiting.queuedAt')})`;
  const longest = query
    .selectFrom('packet as waiting')
    .select(sql`extract(epoch from ${waited})::float8`.as('seconds'))
    .where('waiting.status', '=', 'PENDING');
  return query
    .selectFrom('packet')
    .select([
      count('PENDING').as('pending'),
      count('GENERATING').as('processing'),
      count('COMPLETED').as('completed'),
      count('FAILED').as('failed'),
      sql<number | null>`(${longest})`.as('oldestPendingSeconds'),
    ]);
});

/** The queue of the viewer's tenant; one statement. */
export async function readQueue(platform: Platform, viewer: Viewer): Promise<PacketQueue> {
  const [queue] = await platform.database.forTenant(viewer).runPrepared(packetQueue, {});
  if (!queue) throw new Error('A count always returns a row.');
  return queue;
}
