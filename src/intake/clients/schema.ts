/** Clients, their answers, and the packets that are made of them, as they are read. */

import { contactLoader } from '../../contacts/loaders.ts';
import { Contact } from '../../contacts/schema.ts';
import { NEWEST_FIRST, parsePage } from '../../platform/database/keyset.ts';
import { parseId } from '../../platform/input.ts';
import { forClients } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../../schema-builder/columns.ts';
import { connectionType, forwardArguments, pageArguments } from '../../schema-builder/connections.ts';
import type { Context } from '../../schema-builder/context.ts';
import { Node, registerNode } from '../../schema-builder/nodes.ts';
import { searchText } from '../../schema-builder/weights.ts';
import { listClients } from './clients.ts';
import {
  clientLoader,
  intakeLoader,
  loadHtml,
  loadSections,
  packetLoader,
  packetsOfClientLoader,
} from '../packets/loaders.ts';
import { type ClientNode, clientNode, type PacketNode, packetNode } from '../packets/node.ts';
import { listPackets } from '../packets/packets.ts';
import type { RenderedSection } from '../rendering/index.ts';
import { type PacketSummary, pageOfPackets, summarize } from '../packets/summary.ts';
import { completeness } from '../questionnaires/answers.ts';
import { type IntakePath, loadCatalog, readCatalog } from '../questionnaires/questionnaires.ts';
import { ClientType, IntakePathType, PacketType } from '../questionnaires/schema.ts';
import {
  CLIENT_COLUMNS,
  type ClientColumn,
  type ClientRow,
  PACKET_COLUMNS,
  PACKET_PRIORITIES,
  PACKET_STATUSES,
  type PacketColumn,
  type PacketRow,
  type ProgressRow,
} from '../packets/rows.ts';

const PacketStatus = builder.enumType('PacketStatus', { values: PACKET_STATUSES });
export const PacketPriority = builder.enumType('PacketPriority', { values: PACKET_PRIORITIES });

/** Answers with what is asked of them. */
interface Intake extends ProgressRow {
  path: IntakePath;
}

export const IntakeProgress = builder.objectRef<Intake>('IntakeProgress').implement({
  fields: (t) => ({
    path: t.expose('path', { type: IntakePathType }),
    answers: t.expose('answers', { type: 'JSON' }),
    answered: t.int({
      description: 'Required questions that are answered.',
      resolve: (intake) => completenessOf(intake).answered,
    }),
    required: t.int({
      description: 'Required questions.',
      resolve: (intake) => completenessOf(intake).required,
    }),
    percent: t.int({
      description: 'Answered of the required questions, rounded down.',
      resolve: (intake) => completenessOf(intake).percent,
    }),
    isComplete: t.boolean({
      description: 'Whether every required question is answered, or the intake was submitted.',
      resolve: (intake) =>
        intake.completedAt !== null || completenessOf(intake).missing.length === 0,
    }),
    missing: t.stringList({
      description: 'The keys of required questions without an answer.',
      resolve: (intake) => completenessOf(intake).missing,
    }),
    lastSavedAt: t.expose('lastSavedAt', { type: 'DateTime' }),
  }),
});

function completenessOf({ path, answers }: Intake) {
  return completeness(path.questions, answers);
}

/** Joins answers with their path. */
export async function intakeOf({ platform, viewer }: Context, row: ProgressRow): Promise<Intake> {
  const known = (await readCatalog(platform, viewer)).pathById.get(row.pathId);
  // A path that was made a moment ago in another process.
  const path = known ?? (await loadCatalog(platform, viewer.tenantId)).pathById.get(row.pathId);
  if (path === undefined) throw new Error('A foreign key points at a path that is not there.');
  return { ...row, path };
}

const PacketSectionType = builder.objectRef<RenderedSection>('PacketSection').implement({
  fields: (t) => ({ heading: t.exposeString('heading'), markdown: t.exposeString('markdown') }),
});

export const Client = builder.objectRef<ClientNode>('Client');
export const Packet = builder.objectRef<PacketNode>('Packet');

Packet.implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    clientId: t.exposeID('clientId'),
    client: t.field({
      type: Client,
      resolve: async ({ clientUuid }, _args, context) => {
        const client = await clientLoader(context).load(clientUuid);
        if (client === null) throw new Error('A foreign key points at a client that is not there.');
        return client;
      },
    }),
    type: t.expose('type', { type: PacketType }),
    status: t.expose('status', { type: PacketStatus }),
    priority: t.expose('priority', { type: PacketPriority }),
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
      type: [PacketSectionType],
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

export const PacketConnection = connectionType<PacketRow, PacketNode>('Packet', Packet, packetNode);

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

Client.implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    clientType: t.expose('clientType', { type: ClientType }),
    contactId: t.exposeID('contactId', { nullable: true }),
    contact: t.field({
      type: Contact,
      nullable: true,
      resolve: ({ contactUuid }, _args, context) =>
        contactUuid === null ? null : contactLoader(context).load(contactUuid),
    }),
    intakeCompletedAt: t.expose('intakeCompletedAt', { type: 'DateTime', nullable: true }),
    intake: t.field({
      description: 'Null until something is saved.',
      type: IntakeProgress,
      nullable: true,
      resolve: async ({ uuid }, _args, context) => {
        const row = await intakeLoader(context).load(uuid);
        return row && intakeOf(context, row);
      },
    }),
    packets: t.field({
      type: PacketConnection,
      args: forwardArguments(t.arg),
      resolve: async ({ uuid }, args, context) => {
        const page = parsePage(args, NEWEST_FIRST);
        const packets = await packetsOfClientLoader(context).load(uuid);
        return { ...pageOfPackets(packets, page), count: async () => packets.length };
      },
    }),
    packetSummary: t.field({
      type: PacketSummaryType,
      resolve: async ({ uuid }, _args, context) =>
        summarize(await packetsOfClientLoader(context).load(uuid)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

registerNode('Client', (context, id) => clientLoader(context).load(id));
registerNode('Packet', (context, id) => packetLoader(context).load(id));

const ClientConnection = connectionType<ClientRow, ClientNode>('Client', Client, clientNode);

/** What the fields are made of, beside what loaders read by the id. */
const CLIENT_NEEDS: ColumnNeeds<ClientColumn> = {
  all: CLIENT_COLUMNS,
  always: ['id', 'createdAt'],
  fields: { contact: ['contactId'], intake: [], packets: [], packetSummary: [] },
};
const PACKET_NEEDS: ColumnNeeds<PacketColumn> = {
  all: PACKET_COLUMNS,
  always: ['id', 'clientId', 'createdAt'],
  fields: { client: [], sections: [], html: [] },
};

const ClientFilter = builder.inputType('ClientFilter', {
  fields: (t) => ({
    clientType: t.field({ type: [ClientType] }),
    intakeCompleted: t.boolean(),
    search: t.string({ ...searchText() }),
  }),
});
const PacketFilter = builder.inputType('PacketFilter', {
  fields: (t) => ({
    clientId: t.id(),
    status: t.field({ type: [PacketStatus] }),
    type: t.field({ type: [PacketType] }),
  }),
});

builder.queryFields((t) => ({
  client: t.field({
    ...forClients,
    type: Client,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => clientLoader(context).load(parseId(['Client'], 'id', id)),
  }),
  clients: t.field({
    ...forClients,
    type: ClientConnection,
    args: { ...pageArguments(t.arg), filter: t.arg({ type: ClientFilter }) },
    resolve: (_root, args, context, info) =>
      listClients(context.platform, context.viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, CLIENT_NEEDS),
      }),
  }),
  packets: t.field({
    ...forClients,
    type: PacketConnection,
    args: { ...pageArguments(t.arg), filter: t.arg({ type: PacketFilter }) },
    resolve: (_root, args, context, info) =>
      listPackets(context.platform, context.viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, PACKET_NEEDS),
      }),
  }),
}));
