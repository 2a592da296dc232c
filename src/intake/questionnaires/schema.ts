/** Question blocks and intake paths in GraphQL. */
import { forClients } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { type Context, isClient } from '../../schema-builder/context.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { modelType } from '../../schema-builder/models.ts';
import { nodeType } from '../../schema-builder/nodes.ts';
import { ClientTypeEnum, PacketTypeEnum, QuestionKindEnum } from '../enums-schema.ts';
import { CATEGORY_LENGTH, listQuestionBlocks } from './blocks.ts';
import { findIntakePath, listIntakePaths } from './paths.ts';
import {
  type IntakePath,
  type Question,
  type QuestionBlock,
  readQuestionnaires,
} from './questionnaires.ts';

const QuestionType = modelType<'Question', Question>('Question', {
  description: 'A question that clients are asked.',
  fields: (t) => ({
    key: t.exposeString('key', {
      description: 'The name of the question in answers and templates; unique in the tenant.',
    }),
    label: t.exposeString('label', { description: 'The question as the client reads it.' }),
    kind: t.expose('kind', {
      type: QuestionKindEnum,
      description: 'What an answer looks like, and which field to show for it.',
    }),
    required: t.exposeBoolean('required', {
      description: 'Whether the intake cannot be submitted without an answer.',
    }),
    options: t.exposeStringList('options', {
      description:
        'The possible answers of a SINGLE_CHOICE or MULTIPLE_CHOICE, in order; empty for all other kinds.',
    }),
    unit: t.exposeString('unit', {
      nullable: true,
      description: 'What a NUMBER counts, such as "cm"; null when it needs no unit.',
    }),
    min: t.exposeFloat('min', {
      nullable: true,
      description: 'The smallest number that a NUMBER accepts; null if there is no minimum.',
    }),
    max: t.exposeFloat('max', {
      nullable: true,
      description: 'The largest number that a NUMBER accepts; null if there is no maximum.',
    }),
  }),
});

/** Portal users get no inactive blocks. */
export const QuestionBlockType = nodeType('QuestionBlock', {
  description: 'A group of questions that belong together. Intake paths put blocks in an order.',
  load: (context) => ({ load: (id) => findBlock(context, id) }),
  present: (block: QuestionBlock) => block,
  fields: (t) => ({
    key: t.exposeString('key', {
      description: 'Names the block; unique in the tenant. Intake paths refer to it.',
    }),
    title: t.exposeString('title', { description: 'The heading above the questions.' }),
    category: t.exposeString('category', {
      description: 'What the block is about, such as "health"; any text.',
    }),
    position: t.exposeInt('position', {
      description: 'Where lists of blocks show it: lower first. Paths have an order of their own.',
    }),
    isActive: t.exposeBoolean('isActive', {
      description: 'Only the questions of active blocks are asked.',
    }),
    questions: t.expose('questions', {
      type: [QuestionType],
      description: 'The questions in the order in which they are asked.',
    }),
  }),
});

/** The block, unless it is inactive and the viewer a portal user. */
async function findBlock({ platform, viewer }: Context, id: string): Promise<QuestionBlock | null> {
  const block = (await readQuestionnaires(platform, viewer)).blockById.get(id);
  return block && (block.isActive || !isClient(viewer)) ? block : null;
}

/** Read from the cached questionnaires, as blocks are. */
export const IntakePathType = nodeType('IntakePath', {
  description:
    'The intake of one type of client: which questions are asked, and which packets the client gets.',
  load: ({ platform, viewer }) => ({
    load: async (id) => (await readQuestionnaires(platform, viewer)).pathById.get(id) ?? null,
  }),
  present: (path: IntakePath) => path,
  fields: (t) => ({
    clientType: t.expose('clientType', {
      type: ClientTypeEnum,
      description: 'The type of the clients on the path; a type has at most one path.',
    }),
    title: t.exposeString('title', {
      description: 'The name of the path, such as "Personal coaching".',
    }),
    isActive: t.exposeBoolean('isActive', {
      description: 'On an inactive path nothing can be saved or submitted (UNSUPPORTED).',
    }),
    blocks: t.field({
      description:
        'The blocks in the order in which they are asked, with the inactive ones, whose questions are not asked. Portal users get the active ones only.',
      type: [QuestionBlockType],
      resolve: ({ blocks }, _args, { viewer }) =>
        isClient(viewer) ? blocks.filter((block) => block.isActive) : blocks,
    }),
    packetTypes: t.expose('packetTypes', {
      type: [PacketTypeEnum],
      description: 'The types of the packets that a submission creates, in order.',
    }),
  }),
});

builder.queryFields((t) => ({
  questionBlocks: t.field({
    ...forClients,
    description:
      'The question blocks of your tenant, by position, then by key. They are cached, so this usually costs no statement.',
    type: [QuestionBlockType],
    args: {
      category: t.arg.string({
        ...maxLength(CATEGORY_LENGTH),
        description: 'Only blocks of exactly this category; all when left out.',
      }),
      includeInactive: t.arg.boolean({
        defaultValue: false,
        description:
          'Whether to list the inactive blocks, too. Portal users only ever get the active ones.',
      }),
    },
    resolve: (_root, args, context) => listQuestionBlocks(context.platform, context.viewer, args),
  }),
  intakePaths: t.field({
    description: 'The intake paths of your tenant, in the order of the client types.',
    type: [IntakePathType],
    args: {
      includeInactive: t.arg.boolean({
        defaultValue: false,
        description: 'Whether to list the inactive paths, too.',
      }),
    },
    resolve: (_root, args, context) => listIntakePaths(context.platform, context.viewer, args),
  }),
  intakePath: t.field({
    ...forClients,
    description:
      'The intake path of a client type, active or not; null when the type has none. It is cached, so this usually costs no statement.',
    type: IntakePathType,
    nullable: true,
    args: {
      clientType: t.arg({
        type: ClientTypeEnum,
        required: true,
        description: 'The kind of client whose path to read.',
      }),
    },
    resolve: (_root, { clientType }, context) =>
      findIntakePath(context.platform, context.viewer, clientType),
  }),
}));
