import type { PacketStatus, PacketType } from '../generated/graphql.ts';
import type { LivePacket } from './packet-progress.ts';

export const PACKET_LABEL: Record<PacketType, string> = {
  WELCOME: 'Welcome',
  NUTRITION: 'Nutrition',
  WORKOUT: 'Workout',
  RECOVERY: 'Recovery',
  WELLNESS: 'Wellness',
  PERFORMANCE: 'Performance',
  YOUTH: 'Youth',
};

export const STATUS_LABEL: Record<PacketStatus, string> = {
  PENDING: 'Waiting',
  GENERATING: 'Generating',
  COMPLETED: 'Ready',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
};

/** A packet has its own title once it is written. */
export function packetTitle(packet: Pick<LivePacket, 'title' | 'type'>): string {
  return packet.title ?? `${PACKET_LABEL[packet.type]} packet`;
}
