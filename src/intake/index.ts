/** What other layers may call. */
export { packetState, requestPacket } from './packets/creation.ts';
export { seedStarterSet } from './starter-set/rows.ts';
export { PACKET_TYPES } from './vocabulary.ts';
export { warmIntake } from './warm-up.ts';
