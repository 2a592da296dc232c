/** Packets, their summaries and the queue in GraphQL. clients/schema.ts adds `Packet.client`. */
import { forClients } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../../schema-builder/columns.ts';
import { connectionOf, pageArguments } from '../../schema-builder/connections.ts';
import type { Context } from '../../schema-builder/context.ts';
import { inputOf } from '../../schema-builder/inputs.ts';
import { nodeType } from '../../schema-builder/nodes.ts';
import { PacketPriorityEnum, PacketStatusEnum, PacketTypeEnum } from '../enums-schema.ts';
import type { RenderedSection } from '../rendering/index.ts';
import { loadHtml, loadQueue, loadSections, packetLoader } from './loaders.ts';
import { packetNode } from './node.ts';
import { listPackets, PacketFilter } from './packets.ts';
import type { PacketQueue } from './queue.ts';
import { PACKET_COLUMNS, type PacketColumn } from './rows.ts';
import type { PacketSummary } from './summary.ts';

const PacketSection = builder.objectRef<RenderedSection>('PacketSection').implement({
  description: 'A finished section of a packet.',
  fields: (t) => ({
    heading: t.exposeString('heading', { description: 'One line of plain text.' }),
    markdown: t.exposeString('markdown', {
      description:
        'The text of the section as Markdown. What the client answered is escaped in it, so that it stays text.',
    }),
  }),
});

/** Its sections and page are read only if they are selected. */
export const Packet = nodeType('Packet', {
  description:
    'A document that is generated for a client from its answers, such as a nutrition plan. `submitIntake` creates the packets of a client; workers generate them in the background.',
  load: packetLoader,
  present: packetNode,
  fields: (t) => ({
    clientId: t.exposeID('clientId', { description: 'The client for whom it is generated.' }),
    type: t.expose('type', { type: PacketTypeEnum, description: 'What it is about.' }),
    status: t.expose('status', {
      type: PacketStatusEnum,
      description: 'Whether it waits, is being generated, or is finished.',
    }),
    priority: t.expose('priority', {
      type: PacketPriorityEnum,
      description: 'Decides which of the waiting packets is generated first.',
    }),
    progress: t.exposeInt('progress', {
      description:
        'How much of it is rendered, in percent: 0 while PENDING, 100 when COMPLETED. It rises with each finished section.',
    }),
    version: t.exposeInt('version', {
      description:
        '1 when the packet is created; each change adds 1. Of two states, the one with the higher version is newer.',
    }),
    attempts: t.exposeInt('attempts', {
      description:
        'Attempts that have begun, including the current one. A retry starts again at 0.',
    }),
    maxAttempts: t.exposeInt('maxAttempts', {
      description: 'How many attempts are made before the packet is FAILED.',
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description:
        'Why the last attempt failed; still set while the packet waits for the next one. Null when none has failed, and once it is COMPLETED.',
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next attempt begins after a failure; null when none is planned.',
    }),
    title: t.exposeString('title', {
      nullable: true,
      description: 'The name of the template it was made from; null until it is COMPLETED.',
    }),
    sections: t.field({
      description:
        'The finished sections, in order; more of them as the packet is being generated. They cost a statement of their own, one for all packets of a list.',
      type: [PacketSection],
      resolve: ({ sections, uuid }, _args, context) => sections ?? loadSections(context, uuid),
    }),
    html: t.string({
      nullable: true,
      description:
        'The packet as one self-contained HTML page, to show or to print; null until it is COMPLETED. It costs a statement of its own, one for all packets of a list.',
      resolve: ({ html, uuid }, _args, context) =>
        html === undefined ? loadHtml(context, uuid) : html,
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the intake was submitted, or the packet requested.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last attempt began; null before the first.',
    }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the packet was finished; null until then.',
    }),
  }),
});

/** Pages of packets; `totalCount` costs a statement only if it is selected. */
export const PacketConnection = connectionOf(Packet);

/** The columns of fields that are not a column of the same name. */
const NEEDS: ColumnNeeds<PacketColumn> = {
  all: PACKET_COLUMNS,
  always: ['id', 'clientId', 'createdAt'],
  fields: { client: [], sections: [], html: [] },
};

/** See summary.ts for how the numbers are computed. */
export const PacketSummaryType = builder.objectRef<PacketSummary>('PacketSummary').implement({
  description: 'The progress of the packets of one client, as a progress bar needs it.',
  fields: (t) => ({
    total: t.exposeInt('total', { description: 'How many packets there are, in any state.' }),
    pending: t.exposeInt('pending', { description: 'How many wait for an attempt.' }),
    generating: t.exposeInt('generating', { description: 'How many are being rendered now.' }),
    completed: t.exposeInt('completed', { description: 'How many are finished.' }),
    failed: t.exposeInt('failed', {
      description: 'How many have failed, with no further attempt.',
    }),
    cancelled: t.exposeInt('cancelled', { description: 'How many were stopped.' }),
    progress: t.exposeInt('progress', {
      description:
        'The mean progress in percent, from 0 to 100, rounded down. FAILED packets count as 100, CANCELLED ones not at all. 0 without packets.',
    }),
    done: t.exposeBoolean('done', {
      description:
        'Whether nothing is left to wait for: there are packets, and none is PENDING or GENERATING.',
    }),
  }),
});

const PacketQueueType = builder.objectRef<object>('PacketQueue').implement({
  description: 'The packets of your tenant by their state, for those who watch the generation.',
  fields: (t) => ({
    pending: t.int({
      description: 'Packets that wait for an attempt, the first or a further one.',
      resolve: ofQueue('pending'),
    }),
    processing: t.int({
      description: 'Packets that are GENERATING.',
      resolve: ofQueue('processing'),
    }),
    completed: t.int({
      description: 'Packets that were ever finished.',
      resolve: ofQueue('completed'),
    }),
    failed: t.int({
      description: 'Packets that are FAILED now.',
      resolve: ofQueue('failed'),
    }),
    dead: t.field({
      description:
        'The FAILED packets, newest first. They are not retried automatically; `retryPacket` puts one back into the queue.',
      type: PacketConnection,
      args: pageArguments(t.arg),
      resolve: (_queue, args, context) =>
        listPackets(context.platform, context.viewer, {
          ...args,
          filter: { status: ['FAILED'] },
          columns: PACKET_COLUMNS,
        }),
    }),
    oldestPendingSeconds: t.float({
      nullable: true,
      description:
        'Seconds for which the longest-waiting PENDING packet has been in the queue; null when none waits.',
      resolve: ofQueue('oldestPendingSeconds'),
    }),
  }),
});

/** Reads the queue only where one of its numbers is selected. */
function ofQueue<Name extends keyof PacketQueue>(name: Name) {
  return async (_queue: object, _args: object, context: Context): Promise<PacketQueue[Name]> =>
    (await loadQueue(context))[name];
}

builder.queryFields((t) => ({
  packets: t.field({
    ...forClients,
    description:
      'The packets of your tenant, newest first. Portal users get those of their own client.',
    type: PacketConnection,
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({
        type: inputOf('PacketFilter', PacketFilter),
        description: 'Lists only some of the packets.',
      }),
    },
    resolve: (_root, args, context, info) =>
      listPackets(context.platform, context.viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, NEEDS),
      }),
  }),
  packetQueue: t.field({
    description: 'What waits to be generated in your tenant, and what has failed.',
    type: PacketQueueType,
    resolve: () => ({}),
  }),
}));
