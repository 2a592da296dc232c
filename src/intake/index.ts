/** What other layers may call. */
export { packetState, requestPacket } from './packet-request.ts';
export { seedStarterSet } from './starter-rows.ts';
export { PACKET_TYPES } from './starter-set/types.ts';
export { warmIntake } from './warm-up.ts';
