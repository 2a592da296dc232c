/** GENERATE_PACKET {clientId, packetType} → {packetId}: done once the packet is generated. */
import { z } from 'zod';
import { PACKET_TYPES, packetState, requestPacket } from '../../intake/index.ts';
import { encodeGlobalId } from '../../platform/global-id.ts';
import { idOf } from '../../platform/input.ts';
import { SECOND } from '../../platform/time.ts';
import { done, refused, stepType } from './step-type.ts';

/** How long to wait before the packet is checked again: rendering takes about as long. */
const CHECK_INTERVAL_MS = SECOND;

/**
 * Requests a packet, then pauses until it is COMPLETED; fails for good if it is not going to be.
 */
export const generatePacket = stepType({
  type: 'GENERATE_PACKET',
  input: z.strictObject({
    clientId: idOf('Client'),
    packetType: z.enum(PACKET_TYPES, `Expected one of ${PACKET_TYPES.join(', ')}.`),
  }),
  run: async ({ platform, tenantId, paused }, { clientId, packetType }) => {
    const packetId = paused?.['packetId'];
    if (typeof packetId !== 'string') {
      return {
        pauseUntil: soon(),
        remember: async (tx) => {
          const id = await requestPacket(platform, tx, { clientId, type: packetType });
          if (id === null) throw refused('input.clientId: Nothing with this id exists.');
          return { packetId: id };
        },
      };
    }
    const packet = await packetState(platform.database.forTenant({ tenantId }), packetId);
    if (packet === null) throw refused('The packet no longer exists.');
    if (packet.status === 'COMPLETED')
      return done({ packetId: encodeGlobalId('Packet', packetId) });
    if (packet.status === 'FAILED') throw refused(`The packet failed: ${packet.errorMessage}`);
    if (packet.status === 'CANCELLED') throw refused('The packet was cancelled.');
    return { pauseUntil: soon(), remember: async () => ({ packetId }) };
  },
});

function soon(): Date {
  return new Date(Date.now() + CHECK_INTERVAL_MS);
}
