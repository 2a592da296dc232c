/** `packetProgress` and `packetChanged`: the state as it is, then after each change. */
import { RequestError } from '../../platform/errors.ts';
import { encodeGlobalId } from '../../platform/global-id.ts';
import { parseId } from '../../platform/input.ts';
import { liveTopics } from '../../platform/platform.ts';
import { forClients } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { Packet, PacketSummaryType } from '../clients/schema.ts';
import {
  type LivePacket,
  type LivePackets,
  livePackets,
  packetVersions,
  progressVersions,
  readLivePackets,
} from './live-packets.ts';
import { packetNode } from './node.ts';
import { summarize } from './summary.ts';
import { PACKET_CHANGED, PACKET_PROGRESS } from '../topics.ts';

const packets = liveTopics<LivePacket>(({ database }) => ({
  topic: PACKET_CHANGED,
  read: (tenantId, ids) => database.forTenant({ tenantId }).runPrepared(livePackets, { ids }),
  readVersions: (tenantId, ids) =>
    database.forTenant({ tenantId }).runPrepared(packetVersions, { ids }),
}));

const packetsOfClients = liveTopics<LivePackets>(({ database }) => ({
  topic: PACKET_PROGRESS,
  read: (tenantId, ids) => readLivePackets(database.forTenant({ tenantId }), ids),
  readVersions: (tenantId, ids) =>
    database.forTenant({ tenantId }).runPrepared(progressVersions, { ids }),
}));

/**
 * A portal client sees what is of its own client; the state says whose it is, so that nothing is
 * read for it.
 */
function visibleTo(viewer: Viewer): (state: { contactId: string | null }) => boolean {
  return ({ contactId }) => viewer.contactId === null || contactId === viewer.contactId;
}

const PacketProgress = builder.objectRef<LivePackets>('PacketProgress').implement({
  description: 'All packets of one client, with the summary a progress bar needs.',
  fields: (t) => ({
    clientId: t.id({ resolve: ({ id }) => encodeGlobalId('Client', id) }),
    version: t.exposeInt('version'),
    packets: t.field({ type: [Packet], resolve: (progress) => progress.packets.map(packetNode) }),
    summary: t.field({
      type: PacketSummaryType,
      resolve: (progress) => summarize(progress.packets),
    }),
  }),
});

const absent = () => new RequestError('NOT_FOUND', 'Nothing with this id exists.');

builder.subscriptionFields((t) => ({
  packetProgress: t.field({
    ...forClients,
    description: 'All packets of one client, with the summary a progress bar needs.',
    type: PacketProgress,
    args: { clientId: t.arg.id({ required: true }) },
    subscribe: async (_root, args, { platform, viewer }) => {
      const id = parseId(['Client'], 'clientId', args.clientId);
      const states = await packetsOfClients(platform).subscribe(
        viewer.tenantId,
        id,
        visibleTo(viewer),
      );
      if (states === null) throw absent();
      return states;
    },
    resolve: (state) => state,
  }),
  packetChanged: t.field({
    ...forClients,
    type: Packet,
    args: { id: t.arg.id({ required: true }) },
    subscribe: async (_root, args, { platform, viewer }) => {
      const id = parseId(['Packet'], 'id', args.id);
      const states = await packets(platform).subscribe(viewer.tenantId, id, visibleTo(viewer));
      if (states === null) throw absent();
      return states;
    },
    resolve: packetNode,
  }),
}));
