/** Clients and their answers in GraphQL, and the client of a packet. */
import { contactLoader } from '../../contacts/loaders.ts';
import { Contact } from '../../contacts/schema.ts';
import { NEWEST_FIRST, parsePage } from '../../platform/database/keyset.ts';
import { parseId } from '../../platform/input.ts';
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
import { searchText } from '../../schema-builder/weights.ts';
import { ClientTypeEnum } from '../enums-schema.ts';
import { packetsOfClientLoader } from '../packets/loaders.ts';
import { Packet, PacketConnection, PacketSummaryType } from '../packets/schema.ts';
import { pageOfPackets, summarize } from '../packets/summary.ts';
import { completeness } from '../questionnaires/answers.ts';
import {
  type IntakePath,
  loadQuestionnaires,
  readQuestionnaires,
} from '../questionnaires/questionnaires.ts';
import { IntakePathType } from '../questionnaires/schema.ts';
import { listClients } from './clients.ts';
import { clientLoader, intakeLoader } from './loaders.ts';
import { type ClientNode, clientNode } from './node.ts';
import { CLIENT_COLUMNS, type ClientColumn, type ClientRow, type IntakeRow } from './rows.ts';

/** Answers with what is asked. */
interface Intake extends IntakeRow {
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

/** Joins a client's answers with their path. */
export async function withPath({ platform, viewer }: Context, row: IntakeRow): Promise<Intake> {
  const known = (await readQuestionnaires(platform, viewer)).pathById.get(row.pathId);
  // Another process may have created the path a moment ago.
  const path =
    known ?? (await loadQuestionnaires(platform, viewer.tenantId)).pathById.get(row.pathId);
  if (path === undefined) throw new Error('Answers refer to a path that does not exist.');
  return { ...row, path };
}

export const Client = builder.objectRef<ClientNode>('Client').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    clientType: t.expose('clientType', { type: ClientTypeEnum }),
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
        return row && withPath(context, row);
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

builder.objectField(Packet, 'client', (t) =>
  t.field({
    type: Client,
    resolve: async ({ clientUuid }, _args, context) => {
      const client = await clientLoader(context).load(clientUuid);
      if (client === null) throw new Error('A packet refers to a client that does not exist.');
      return client;
    },
  }),
);

const ClientConnection = connectionType<ClientRow, ClientNode>('Client', Client, clientNode);

/** What the fields are made of, beside what loaders read by the id. */
const NEEDS: ColumnNeeds<ClientColumn> = {
  all: CLIENT_COLUMNS,
  always: ['id', 'createdAt'],
  fields: { contact: ['contactId'], intake: [], packets: [], packetSummary: [] },
};

const ClientFilter = builder.inputType('ClientFilter', {
  fields: (t) => ({
    clientType: t.field({ type: [ClientTypeEnum] }),
    intakeCompleted: t.boolean(),
    search: t.string({ ...searchText() }),
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
        columns: neededColumns(info, CONNECTION_ROWS, NEEDS),
      }),
  }),
}));
