/** The packets of one client, which are all at hand: a page of them, and how far they are. */
import type { PacketStatus } from '../../../generated/kysely.ts';
import { type Page, type PageRequest, toPage } from '../../platform/database/keyset.ts';
import { toIso } from '../../platform/time.ts';
import type { PacketRow } from './rows.ts';

/** A page of packets that are all at hand, newest first. */
export function pageOfPackets(packets: readonly PacketRow[], page: PageRequest): Page<PacketRow> {
  const keyOf = (packet: PacketRow) => `${toIso(packet.createdAt)} ${packet.id}`;
  const after = page.after?.join(' ') ?? null;
  const older = packets.toReversed().filter((packet) => after === null || keyOf(packet) < after);
  return toPage(older.slice(0, page.limit), page);
}

/** How far the packets of a client are. */
export interface PacketSummary {
  total: number;
  pending: number;
  generating: number;
  completed: number;
  failed: number;
  cancelled: number;
  progress: number;
  done: boolean;
}

const SETTLED: ReadonlySet<PacketStatus> = new Set(['COMPLETED', 'FAILED']);

/** Cancelled packets count for nothing; completed and failed ones are all the way. */
export function summarize(
  packets: readonly Pick<PacketRow, 'status' | 'progress'>[],
): PacketSummary {
  const count = (status: PacketStatus) =>
    packets.filter((packet) => packet.status === status).length;
  const [pending, generating, cancelled] = [
    count('PENDING'),
    count('GENERATING'),
    count('CANCELLED'),
  ];
  const counted = packets.filter((packet) => packet.status !== 'CANCELLED');
  const sum = counted.reduce(
    (total, packet) => total + (SETTLED.has(packet.status) ? 100 : packet.progress),
    0,
  );
  return {
    total: packets.length,
    pending,
    generating,
    completed: count('COMPLETED'),
    failed: count('FAILED'),
    cancelled,
    progress: counted.length === 0 ? 0 : Math.floor(sum / counted.length),
    done: packets.length > 0 && pending + generating === 0,
  };
}
