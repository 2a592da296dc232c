/**
 * Packets, their summaries and the queue in GraphQL. `Packet.client` is added by clients/schema.ts.
 */
import { forClients } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../../schema-builder/columns.ts';
import {
  connectionType,
  forwardArguments,
  pageArguments,
} from '../../schema-builder/connections.ts';
import type { Context } from '../../schema-builder/context.ts';
import { Node, registerNode } from '../../schema-builder/nodes.ts';
import { PacketPriorityEnum, PacketStatusEnum, PacketTypeEnum } from '../enums-schema.ts';
import type { RenderedSection } from '../rendering/index.ts';
import { loadHtml, loadQueue, loadSections, packetLoader } from './loaders.ts';
import { type PacketNode, packetNode } from './node.ts';
import { listPackets } from './packets.ts';
import type { PacketQueue } from './queue.ts';
import { PACKET_COLUMNS, type PacketColumn, type PacketRow } from './rows.ts';
import type { PacketSummary } from './summary.ts';

const PacketSection = builder.objectRef<RenderedSection>('PacketSection').implement({
  fields: (t) => ({ heading: t.exposeString('heading'), markdown: t.exposeString('markdown') }),
});

export const Packet = builder.objectRef<PacketNode>('Packet').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    clientId: t.exposeID('clientId'),
    type: t.expose('type', { type: PacketTypeEnum }),
    status: t.expose('status', { type: PacketStatusEnum }),
    priority: t.expose('priority', { type: PacketPriorityEnum }),
    progress: t.exposeInt('progress', { description: '0 to 100.' }),
    version: t.exposeInt('version'),
    attempts: t.exposeInt('attempts'),
    maxAttempts: t.exposeInt('maxAttempts'),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description: 'The last failure; set while retrying too.',
    }),
    nextAttemptAt: t.expose('nextAttemptAt', { type: 'DateTime', nullable: true }),
    title: t.exposeString('title', { nullable: true }),
    sections: t.field({
      description: 'Those that are finished.',
      type: [PacketSection],
      resolve: ({ sections, uuid }, _args, context) => sections ?? loadSections(context, uuid),
    }),
    html: t.string({
      nullable: true,
      description: 'The finished packet as one self-contained page.',
      resolve: ({ html, uuid }, _args, context) =>
        html === undefined ? loadHtml(context, uuid) : html,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    completedAt: t.expose('completedAt', { type: 'DateTime', nullable: true }),
  }),
});

registerNode('Packet', (context, id) => packetLoader(context).load(id));

export const PacketConnection = connectionType<PacketRow, PacketNode>('Packet', Packet, packetNode);

/** What the fields are made of, beside what loaders read by the id. */
const NEEDS: ColumnNeeds<PacketColumn> = {
  all: PACKET_COLUMNS,
  always: ['id', 'clientId', 'createdAt'],
  fields: { client: [], sections: [], html: [] },
};

export const PacketSummaryType = builder.objectRef<PacketSummary>('PacketSummary').implement({
  fields: (t) => ({
    total: t.exposeInt('total'),
    pending: t.exposeInt('pending'),
    generating: t.exposeInt('generating'),
    completed: t.exposeInt('completed'),
    failed: t.exposeInt('failed'),
    cancelled: t.exposeInt('cancelled'),
    progress: t.exposeInt('progress', { description: '0 to 100 over all packets.' }),
    done: t.exposeBoolean('done'),
  }),
});

const PacketQueueType = builder.objectRef<object>('PacketQueue').implement({
  fields: (t) => ({
    pending: t.int({ resolve: ofQueue('pending') }),
    processing: t.int({ resolve: ofQueue('processing') }),
    completed: t.int({ resolve: ofQueue('completed') }),
    failed: t.int({ resolve: ofQueue('failed') }),
    dead: t.field({
      description: 'Packets that used up their attempts.',
      type: PacketConnection,
      args: forwardArguments(t.arg),
      resolve: (_queue, args, context) =>
        listPackets(context.platform, context.viewer, {
          ...args,
          filter: { status: ['FAILED'] },
          columns: PACKET_COLUMNS,
        }),
    }),
    oldestPendingSeconds: t.float({ nullable: true, resolve: ofQueue('oldestPendingSeconds') }),
  }),
});

/** Reads the queue only where one of its numbers is selected. */
function ofQueue<Name extends keyof PacketQueue>(name: Name) {
  return async (_queue: object, _args: object, context: Context): Promise<PacketQueue[Name]> =>
    (await loadQueue(context))[name];
}

const PacketFilter = builder.inputType('PacketFilter', {
  fields: (t) => ({
    clientId: t.id(),
    status: t.field({ type: [PacketStatusEnum] }),
    type: t.field({ type: [PacketTypeEnum] }),
  }),
});

builder.queryFields((t) => ({
  packets: t.field({
    ...forClients,
    type: PacketConnection,
    args: { ...pageArguments(t.arg), filter: t.arg({ type: PacketFilter }) },
    resolve: (_root, args, context, info) =>
      listPackets(context.platform, context.viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, NEEDS),
      }),
  }),
  packetQueue: t.field({ type: PacketQueueType, resolve: () => ({}) }),
}));
