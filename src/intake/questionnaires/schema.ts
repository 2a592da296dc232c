/** Question blocks and intake paths. */
import { NAME_LENGTH } from '../../platform/input.ts';
import { forClients } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { isClient } from '../../schema-builder/context.ts';
import { maxItems, maxLength } from '../../schema-builder/maxima.ts';
import { payload, payloadType } from '../../schema-builder/mutations.ts';
import { Node, registerNode } from '../../schema-builder/nodes.ts';
import { CLIENT_TYPES, PACKET_TYPES, QUESTION_KINDS } from '../vocabulary.ts';
import {
  CATEGORY_LENGTH,
  KEY_LENGTH,
  LABEL_LENGTH,
  listQuestionBlocks,
  MAX_OPTIONS,
  MAX_QUESTIONS,
  UNIT_LENGTH,
  upsertQuestionBlock,
} from './blocks.ts';
import { type IntakePath, type Question, type QuestionBlock, readCatalog } from './questionnaires.ts';
import { findIntakePath, listIntakePaths, MAX_PATH_BLOCKS, upsertIntakePath } from './paths.ts';

export const ClientType = builder.enumType('ClientType', { values: CLIENT_TYPES });
export const PacketType = builder.enumType('PacketType', { values: PACKET_TYPES });
const QuestionKind = builder.enumType('QuestionKind', { values: QUESTION_KINDS });

const QuestionType = builder.objectRef<Question>('Question').implement({
  fields: (t) => ({
    key: t.exposeString('key'),
    label: t.exposeString('label'),
    kind: t.expose('kind', { type: QuestionKind }),
    required: t.exposeBoolean('required'),
    options: t.exposeStringList('options'),
    unit: t.exposeString('unit', { nullable: true }),
    min: t.exposeFloat('min', { nullable: true }),
    max: t.exposeFloat('max', { nullable: true }),
  }),
});

const QuestionBlockType = builder.objectRef<QuestionBlock>('QuestionBlock').implement({
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
    clientType: t.expose('clientType', { type: ClientType }),
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
    packetTypes: t.expose('packetTypes', { type: [PacketType] }),
  }),
});

registerNode('QuestionBlock', async ({ platform, viewer }, id) => {
  const block = (await readCatalog(platform, viewer)).blockById.get(id);
  return block && (block.isActive || !isClient(viewer)) ? block : null;
});
registerNode(
  'IntakePath',
  async ({ platform, viewer }, id) =>
    (await readCatalog(platform, viewer)).pathById.get(id) ?? null,
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
    args: { clientType: t.arg({ type: ClientType, required: true }) },
    resolve: (_root, { clientType }, context) =>
      findIntakePath(context.platform, context.viewer, clientType),
  }),
}));

const QuestionInput = builder.inputType('QuestionInput', {
  fields: (t) => ({
    key: t.string({ required: true, ...maxLength(KEY_LENGTH) }),
    label: t.string({ required: true, ...maxLength(LABEL_LENGTH) }),
    kind: t.field({ type: QuestionKind, required: true }),
    required: t.boolean({ required: true, defaultValue: false }),
    options: t.stringList({
      required: true,
      defaultValue: [],
      ...maxItems(MAX_OPTIONS, { maxLength: NAME_LENGTH }),
    }),
    unit: t.string({ ...maxLength(UNIT_LENGTH) }),
    min: t.float(),
    max: t.float(),
  }),
});
const UpsertQuestionBlockInput = builder.inputType('UpsertQuestionBlockInput', {
  description:
    'Creates or replaces the block with this key. A question key belongs to one block of the tenant (TAKEN).',
  fields: (t) => ({
    key: t.string({ required: true, ...maxLength(KEY_LENGTH) }),
    title: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    category: t.string({ required: true, ...maxLength(CATEGORY_LENGTH) }),
    position: t.int({ required: true, defaultValue: 0 }),
    isActive: t.boolean({ required: true, defaultValue: true }),
    questions: t.field({ type: [QuestionInput], required: true, ...maxItems(MAX_QUESTIONS) }),
  }),
});
const UpsertIntakePathInput = builder.inputType('UpsertIntakePathInput', {
  description: 'Creates or replaces the path of this type of client.',
  fields: (t) => ({
    clientType: t.field({ type: ClientType, required: true }),
    title: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    isActive: t.boolean({ required: true, defaultValue: true }),
    blockKeys: t.stringList({
      required: true,
      ...maxItems(MAX_PATH_BLOCKS, { maxLength: KEY_LENGTH }),
    }),
    packetTypes: t.field({ type: [PacketType], required: true }),
  }),
});

const QuestionBlockPayload = payloadType<{ questionBlock: QuestionBlock | undefined }>(
  'QuestionBlockPayload',
  (t) => ({
    questionBlock: t.field({
      type: QuestionBlockType,
      nullable: true,
      resolve: ({ questionBlock }) => questionBlock,
    }),
  }),
);
const IntakePathPayload = payloadType<{ intakePath: IntakePath | undefined }>(
  'IntakePathPayload',
  (t) => ({
    intakePath: t.field({
      type: IntakePathType,
      nullable: true,
      resolve: ({ intakePath }) => intakePath,
    }),
  }),
);

builder.mutationFields((t) => ({
  upsertQuestionBlock: t.field({
    type: QuestionBlockPayload,
    args: { input: t.arg({ type: UpsertQuestionBlockInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, upsertQuestionBlock(context.platform, context.viewer, input)),
  }),
  upsertIntakePath: t.field({
    type: IntakePathPayload,
    args: { input: t.arg({ type: UpsertIntakePathInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, upsertIntakePath(context.platform, context.viewer, input)),
  }),
}));
