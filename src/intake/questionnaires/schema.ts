/** Question blocks and intake paths in GraphQL. */
import { forClients } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { isClient } from '../../schema-builder/context.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { Node, registerNode } from '../../schema-builder/nodes.ts';
import { ClientTypeEnum, PacketTypeEnum, QuestionKindEnum } from '../enums-schema.ts';
import { CATEGORY_LENGTH, listQuestionBlocks } from './blocks.ts';
import { findIntakePath, listIntakePaths } from './paths.ts';
import {
  type IntakePath,
  type Question,
  type QuestionBlock,
  readQuestionnaires,
} from './questionnaires.ts';

const QuestionType = builder.objectRef<Question>('Question').implement({
  fields: (t) => ({
    key: t.exposeString('key'),
    label: t.exposeString('label'),
    kind: t.expose('kind', { type: QuestionKindEnum }),
    required: t.exposeBoolean('required'),
    options: t.exposeStringList('options'),
    unit: t.exposeString('unit', { nullable: true }),
    min: t.exposeFloat('min', { nullable: true }),
    max: t.exposeFloat('max', { nullable: true }),
  }),
});

export const QuestionBlockType = builder.objectRef<QuestionBlock>('QuestionBlock').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    key: t.exposeString('key'),
    title: t.exposeString('title'),
    category: t.exposeString('category'),
    position: t.exposeInt('position'),
    isActive: t.exposeBoolean('isActive', {
      description: 'Only the questions of active blocks are asked.',
    }),
    questions: t.expose('questions', { type: [QuestionType] }),
  }),
});

export const IntakePathType = builder.objectRef<IntakePath>('IntakePath').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    clientType: t.expose('clientType', { type: ClientTypeEnum }),
    title: t.exposeString('title'),
    isActive: t.exposeBoolean('isActive', {
      description: 'On an inactive path nothing can be saved or submitted.',
    }),
    blocks: t.field({
      description: 'In the order in which they are asked. Portal clients get the active ones.',
      type: [QuestionBlockType],
      resolve: ({ blocks }, _args, { viewer }) =>
        isClient(viewer) ? blocks.filter((block) => block.isActive) : blocks,
    }),
    packetTypes: t.expose('packetTypes', { type: [PacketTypeEnum] }),
  }),
});

registerNode('QuestionBlock', async ({ platform, viewer }, id) => {
  const block = (await readQuestionnaires(platform, viewer)).blockById.get(id);
  return block && (block.isActive || !isClient(viewer)) ? block : null;
});
registerNode(
  'IntakePath',
  async ({ platform, viewer }, id) =>
    (await readQuestionnaires(platform, viewer)).pathById.get(id) ?? null,
);

builder.queryFields((t) => ({
  questionBlocks: t.field({
    ...forClients,
    type: [QuestionBlockType],
    args: {
      category: t.arg.string({ ...maxLength(CATEGORY_LENGTH) }),
      includeInactive: t.arg.boolean({ defaultValue: false }),
    },
    resolve: (_root, args, context) => listQuestionBlocks(context.platform, context.viewer, args),
  }),
  intakePaths: t.field({
    type: [IntakePathType],
    args: { includeInactive: t.arg.boolean({ defaultValue: false }) },
    resolve: (_root, args, context) => listIntakePaths(context.platform, context.viewer, args),
  }),
  intakePath: t.field({
    ...forClients,
    type: IntakePathType,
    nullable: true,
    args: { clientType: t.arg({ type: ClientTypeEnum, required: true }) },
    resolve: (_root, { clientType }, context) =>
      findIntakePath(context.platform, context.viewer, clientType),
  }),
}));
