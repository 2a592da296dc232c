/** `packetProgress` and `packetChanged`: the state as it is, then after each change. */
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
  description: 'All packets of one client, with the summary a progress bar needs.',
  fields: (t) => ({
    clientId: t.id({ resolve: ({ id }) => encodeGlobalId('Client', id) }),
    version: t.exposeInt('version'),
    packets: t.field({ type: [Packet], resolve: (client) => client.packets.map(packetNode) }),
    summary: t.field({ type: PacketSummaryType, resolve: (client) => summarize(client.packets) }),
  }),
});

/**
 * The states that the viewer may see. A portal user sees those of its own client; each state holds
 * the client's contact, so that this costs no statement.
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
    description: 'All packets of one client, with the summary a progress bar needs.',
    type: PacketProgress,
    args: { clientId: t.arg.id({ required: true }) },
    subscribe: (_root, { clientId }, { platform, viewer }) =>
      statesFor(liveClientPackets(platform), viewer, parseId(['Client'], 'clientId', clientId)),
    resolve: (state) => state,
  }),
  packetChanged: t.field({
    ...forClients,
    type: Packet,
    args: { id: t.arg.id({ required: true }) },
    subscribe: (_root, { id }, { platform, viewer }) =>
      statesFor(livePackets(platform), viewer, parseId(['Packet'], 'id', id)),
    resolve: packetNode,
  }),
}));
