/** Mutations of packets. */
import { builder } from '../../schema-builder/builder.ts';
import { payload, payloadType } from '../../schema-builder/mutations.ts';
import { cancelPacket, retryPacket } from './changes.ts';
import { packetNode } from './node.ts';
import type { PacketRow } from './rows.ts';
import { Packet } from './schema.ts';

const PacketIdInput = builder.inputType('PacketIdInput', {
  fields: (t) => ({ id: t.id({ required: true }) }),
});

const PacketPayload = payloadType<{ packet: PacketRow }>('PacketPayload', (t) => ({
  packet: t.field({
    type: Packet,
    nullable: true,
    resolve: ({ packet }) => packet && packetNode(packet),
  }),
}));

builder.mutationFields((t) => ({
  retryPacket: t.field({
    type: PacketPayload,
    args: { input: t.arg({ type: PacketIdInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, retryPacket(context.platform, context.viewer, input)),
  }),
  cancelPacket: t.field({
    type: PacketPayload,
    args: { input: t.arg({ type: PacketIdInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, cancelPacket(context.platform, context.viewer, input)),
  }),
}));
