/** Mutations of packets. */
import { inputOf } from '../../schema-builder/inputs.ts';
import { mutation, payloadOf } from '../../schema-builder/mutations.ts';
import { cancelPacket, PacketId, retryPacket } from './changes.ts';
import { Packet } from './schema.ts';

inputOf('PacketIdInput', PacketId);
const PacketPayload = payloadOf('PacketPayload', { packet: Packet });

mutation('retryPacket', {
  description:
    'Puts a FAILED packet back into the queue, with all its attempts and without what an earlier one rendered; a packet in any other state is a CONFLICT.',
  input: PacketId,
  payload: PacketPayload,
  rule: retryPacket,
});

mutation('cancelPacket', {
  description:
    'Stops a packet that is PENDING, GENERATING or FAILED. It is left out of the progress of its client from then on. A COMPLETED or CANCELLED packet is a CONFLICT.',
  input: PacketId,
  payload: PacketPayload,
  rule: cancelPacket,
});
