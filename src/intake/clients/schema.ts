/** Clients and their answers in GraphQL, and the client of a packet. */
import { contactLoader } from '../../contacts/loaders.ts';
import { Contact } from '../../contacts/schema.ts';
import { parsePage } from '../../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../../platform/database/ordering.ts';
import { parseId } from '../../platform/input.ts';
import { forClients } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../../schema-builder/columns.ts';
import { connectionOf, pageArguments } from '../../schema-builder/connections.ts';
import type { Context } from '../../schema-builder/context.ts';
import { inputOf } from '../../schema-builder/inputs.ts';
import { modelType } from '../../schema-builder/models.ts';
import { nodeType } from '../../schema-builder/nodes.ts';
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
import { ClientFilter, listClients } from './clients.ts';
import { clientLoader, intakeLoader } from './loaders.ts';
import { clientNode } from './node.ts';
import { CLIENT_COLUMNS, type ClientColumn, type IntakeRow } from './rows.ts';

/** Saved answers, and the path with the questions. */
interface Intake extends IntakeRow {
  path: IntakePath;
}

/** Made from saved answers and their path (`withPath`); completeness is computed on selection. */
export const IntakeProgress = modelType<'IntakeProgress', Intake>('IntakeProgress', {
  description: 'What a client has answered, and how complete the intake is.',
  fields: (t) => ({
    path: t.field({
      type: IntakePathType,
      description: 'The intake path whose questions are asked.',
      resolve: ({ path }) => path,
    }),
    answers: t.expose('answers', {
      type: 'JSON',
      description:
        'An object of the answers by question key. A question without an answer is not in it. Answers stay in it when their question is removed from the path.',
    }),
    answered: t.int({
      description: 'How many required questions have an answer.',
      resolve: (intake) => completenessOf(intake).answered,
    }),
    required: t.int({
      description: 'How many required questions there are.',
      resolve: (intake) => completenessOf(intake).required,
    }),
    percent: t.int({
      description:
        'The required questions that have an answer, in percent: 0 to 100, rounded down; 100 when none is required.',
      resolve: (intake) => completenessOf(intake).percent,
    }),
    isComplete: t.boolean({
      description: 'Whether every required question has an answer, or the intake is submitted.',
      resolve: (intake) =>
        intake.completedAt !== null || completenessOf(intake).missing.length === 0,
    }),
    missing: t.stringList({
      description:
        'The keys of the required questions without an answer, in the order in which they are asked.',
      resolve: (intake) => completenessOf(intake).missing,
    }),
    lastSavedAt: t.expose('lastSavedAt', {
      type: 'DateTime',
      description: 'When answers were last saved or submitted.',
    }),
  }),
});

function completenessOf({ path, answers }: Intake) {
  return completeness(path.questions, answers);
}

/** Adds their path to the answers of a client, reading past the cache if it is not in there. */
export async function withPath({ platform, viewer }: Context, row: IntakeRow): Promise<Intake> {
  const known = (await readQuestionnaires(platform, viewer)).pathById.get(row.pathId);
  // Another process may have created the path a moment ago.
  const path =
    known ?? (await loadQuestionnaires(platform, viewer.tenantId)).pathById.get(row.pathId);
  if (path === undefined) throw new Error('Answers refer to a path that does not exist.');
  return { ...row, path };
}

/** Its packets and their summary share one statement. */
export const Client = nodeType('Client', {
  description:
    'A person who fills in an intake, from whose answers packets are generated. Not to be confused with a portal user, who may be the person behind a client.',
  load: clientLoader,
  present: clientNode,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name that lists and packets show.' }),
    clientType: t.expose('clientType', {
      type: ClientTypeEnum,
      description: 'The kind of client, which decides its intake path.',
    }),
    contactId: t.exposeID('contactId', {
      nullable: true,
      description: 'The contact that the client is; null when it is linked to none.',
    }),
    contact: t.field({
      type: Contact,
      nullable: true,
      description: 'The contact that the client is; null when it is linked to none.',
      resolve: ({ contactUuid }, _args, context) =>
        contactUuid === null ? null : contactLoader(context).load(contactUuid),
    }),
    intakeCompletedAt: t.expose('intakeCompletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the intake was submitted; null until then.',
    }),
    intake: t.field({
      description: 'The answers so far; null until some are saved.',
      type: IntakeProgress,
      nullable: true,
      resolve: async ({ uuid }, _args, context) => {
        const row = await intakeLoader(context).load(uuid);
        return row && withPath(context, row);
      },
    }),
    packets: t.field({
      description:
        'The packets of the client, newest first. There are none until the intake is submitted, unless a workflow requests one.',
      type: PacketConnection,
      args: pageArguments(t.arg),
      resolve: async ({ uuid }, args, context) => {
        const page = parsePage(args, NEWEST_FIRST);
        const packets = await packetsOfClientLoader(context).load(uuid);
        return { ...pageOfPackets(packets, page), count: async () => packets.length };
      },
    }),
    packetSummary: t.field({
      description:
        'The progress of all packets of the client. Together with `packets` it costs one statement.',
      type: PacketSummaryType,
      resolve: async ({ uuid }, _args, context) =>
        summarize(await packetsOfClientLoader(context).load(uuid)),
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the client was created.',
    }),
  }),
});

builder.objectField(Packet, 'client', (t) =>
  t.field({
    description: 'The client for whom it is generated.',
    type: Client,
    resolve: async ({ clientUuid }, _args, context) => {
      const client = await clientLoader(context).load(clientUuid);
      if (client === null) throw new Error('A packet refers to a client that does not exist.');
      return client;
    },
  }),
);

/** The columns of fields that are not a column of the same name. */
const NEEDS: ColumnNeeds<ClientColumn> = {
  all: CLIENT_COLUMNS,
  always: ['id', 'createdAt'],
  fields: { contact: ['contactId'], intake: [], packets: [], packetSummary: [] },
};

builder.queryFields((t) => ({
  client: t.field({
    ...forClients,
    description:
      'A client by its id; null when there is none, or when you are a portal user and it is not your own.',
    type: Client,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'The `id` of the client to read.' }) },
    resolve: (_root, { id }, context) => clientLoader(context).load(parseId(['Client'], 'id', id)),
  }),
  clients: t.field({
    ...forClients,
    description:
      'The clients of your tenant, newest first. A portal user gets its own client, or none.',
    type: connectionOf(Client),
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({
        type: inputOf('ClientFilter', ClientFilter),
        description: 'Lists only some of the clients.',
      }),
    },
    resolve: (_root, args, context, info) =>
      listClients(context.platform, context.viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, NEEDS),
      }),
  }),
}));
