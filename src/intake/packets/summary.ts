/** Pages and the summary of one client's packets, computed from all of them. */
import type { PacketStatus } from '../../../generated/kysely.ts';
import { type Page, type PageRequest, toPage } from '../../platform/database/keyset.ts';
import { toIso } from '../../platform/time.ts';
import type { PacketRow } from './rows.ts';

/** A page of the given packets, newest first; they must be given oldest first. */
export function pageOfPackets(packets: readonly PacketRow[], page: PageRequest): Page<PacketRow> {
  const keyOf = (packet: PacketRow) => `${toIso(packet.createdAt)} ${packet.id}`;
  const after = page.after?.join(' ') ?? null;
  const before = page.before?.join(' ') ?? null;
  const between = packets.filter((packet) => {
    const key = keyOf(packet);
    return (after === null || key < after) && (before === null || key > before);
  });
  const fromStart = page.backward ? between : between.toReversed();
  return toPage(fromStart.slice(0, page.limit), page);
}

/** How many of a client's packets are in each state, and their progress together. */
export interface PacketSummary {
  total: number;
  pending: number;
  generating: number;
  completed: number;
  failed: number;
  cancelled: number;
  /**
   * The mean progress of the packets that are not cancelled, 0 to 100, rounded down; a failed one
   * counts as 100. 0 without packets.
   */
  progress: number;
  /** Whether there are packets and none is PENDING or GENERATING. */
  done: boolean;
}

/** Summarizes the packets of one client. */
export function summarize(
  packets: readonly Pick<PacketRow, 'status' | 'progress'>[],
): PacketSummary {
  const count = (status: PacketStatus) =>
    packets.filter((packet) => packet.status === status).length;
  const pending = count('PENDING');
  const generating = count('GENERATING');
  return {
    total: packets.length,
    pending,
    generating,
    completed: count('COMPLETED'),
    failed: count('FAILED'),
    cancelled: count('CANCELLED'),
    progress: meanProgress(packets.filter((packet) => packet.status !== 'CANCELLED')),
    done: packets.length > 0 && pending + generating === 0,
  };
}

function meanProgress(packets: readonly Pick<PacketRow, 'status' | 'progress'>[]): number {
  if (packets.length === 0) return 0;
  const sum = packets.reduce(
    (total, { status, progress }) =>
      total + (status === 'COMPLETED' || status === 'FAILED' ? 100 : progress),
    0,
  );
  return Math.floor(sum / packets.length);
}
