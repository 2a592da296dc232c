/** What other layers may call. */
export { packetState, requestPacket } from './packet-request.ts';
export { PACKET_TYPES } from './rows.ts';
export { seedStarterSet } from './starter-rows.ts';
export { warmIntake } from './warm-up.ts';
