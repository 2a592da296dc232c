/** Mutations of question blocks and intake paths. */
import { NAME_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { maxItems, maxLength } from '../../schema-builder/maxima.ts';
import { payload, payloadType } from '../../schema-builder/mutations.ts';
import { ClientTypeEnum, PacketTypeEnum, QuestionKindEnum } from '../enums-schema.ts';
import {
  CATEGORY_LENGTH,
  KEY_LENGTH,
  LABEL_LENGTH,
  MAX_OPTIONS,
  MAX_QUESTIONS,
  UNIT_LENGTH,
  upsertQuestionBlock,
} from './blocks.ts';
import { MAX_PATH_BLOCKS, upsertIntakePath } from './paths.ts';
import type { IntakePath, QuestionBlock } from './questionnaires.ts';
import { IntakePathType, QuestionBlockType } from './schema.ts';

const QuestionInput = builder.inputType('QuestionInput', {
  fields: (t) => ({
    key: t.string({ required: true, ...maxLength(KEY_LENGTH) }),
    label: t.string({ required: true, ...maxLength(LABEL_LENGTH) }),
    kind: t.field({ type: QuestionKindEnum, required: true }),
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
    clientType: t.field({ type: ClientTypeEnum, required: true }),
    title: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    isActive: t.boolean({ required: true, defaultValue: true }),
    blockKeys: t.stringList({
      required: true,
      ...maxItems(MAX_PATH_BLOCKS, { maxLength: KEY_LENGTH }),
    }),
    packetTypes: t.field({ type: [PacketTypeEnum], required: true }),
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
