/** `packetProgress` and `packetChanged`: the state as it is now, then after each change. */
import { RequestError } from '../../platform/errors.ts';
import { encodeGlobalId } from '../../platform/global-id.ts';
import { parseId } from '../../platform/input.ts';
import type { LiveTopics, Versioned } from '../../platform/pubsub/live-topics.ts';
import { forClients } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { type ClientPackets, liveClientPackets, livePackets } from './live-packets.ts';
import { packetNode } from './node.ts';
import { Packet, PacketSummaryType } from './schema.ts';
import { summarize } from './summary.ts';

const PacketProgress = builder.objectRef<ClientPackets>('PacketProgress').implement({
  description: 'The packets of one client at one moment.',
  fields: (t) => ({
    clientId: t.id({
      description: 'The client whose packets they are.',
      resolve: ({ id }) => encodeGlobalId('Client', id),
    }),
    version: t.exposeInt('version', {
      description: 'Rises with each change of a packet; the higher of two is the newer state.',
    }),
    packets: t.field({
      type: [Packet],
      description: 'All packets of the client, oldest first.',
      resolve: (client) => client.packets.map(packetNode),
    }),
    summary: t.field({
      type: PacketSummaryType,
      description: 'The packets counted by their state, and their progress together.',
      resolve: (client) => summarize(client.packets),
    }),
  }),
});

/**
 * The states that the viewer may see: for portal users, those of their own client. Each state holds
 * the client's contact, so checking it costs no statement. Throws NOT_FOUND if there is none.
 */
async function statesFor<State extends Versioned & { contactId: string | null }>(
  topics: LiveTopics<State>,
  viewer: Viewer,
  id: string,
): Promise<AsyncIterableIterator<State>> {
  const states = await topics.subscribe(
    viewer.tenantId,
    id,
    ({ contactId }) => viewer.contactId === null || contactId === viewer.contactId,
  );
  if (states === null) throw new RequestError('NOT_FOUND', 'Nothing with this id exists.');
  return states;
}

builder.subscriptionFields((t) => ({
  packetProgress: t.field({
    ...forClients,
    description:
      'The packets of a client: as they are now, then again after each change of one of them. A slow reader skips states, but always gets the last one. NOT_FOUND for a client that does not exist or that you may not see.',
    type: PacketProgress,
    args: {
      clientId: t.arg.id({ required: true, description: 'The client whose packets to follow.' }),
    },
    subscribe: (_root, { clientId }, { platform, viewer }) =>
      statesFor(liveClientPackets(platform), viewer, parseId(['Client'], 'clientId', clientId)),
    resolve: (state) => state,
  }),
  packetChanged: t.field({
    ...forClients,
    description:
      'A packet: as it is now, then again after each change, such as a finished section. A slow reader skips states, but always gets the last one. NOT_FOUND for a packet that does not exist or that you may not see.',
    type: Packet,
    args: { id: t.arg.id({ required: true, description: 'The packet to follow.' }) },
    subscribe: (_root, { id }, { platform, viewer }) =>
      statesFor(livePackets(platform), viewer, parseId(['Packet'], 'id', id)),
    resolve: packetNode,
  }),
}));
