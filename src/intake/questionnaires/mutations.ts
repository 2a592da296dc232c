/** Mutations of question blocks and intake paths. */
import { inputOf } from '../../schema-builder/inputs.ts';
import { mutation, payloadOf } from '../../schema-builder/mutations.ts';
import { QuestionInput, UpsertQuestionBlock, upsertQuestionBlock } from './blocks.ts';
import { UpsertIntakePath, upsertIntakePath } from './paths.ts';
import { IntakePathType, QuestionBlockType } from './schema.ts';

inputOf('QuestionInput', QuestionInput);

mutation('upsertQuestionBlock', {
  description:
    'Creates a question block, or replaces the one with this key. Answers that clients have given stay, even to questions that are gone.',
  input: UpsertQuestionBlock,
  payload: payloadOf('QuestionBlockPayload', { questionBlock: QuestionBlockType }),
  rule: upsertQuestionBlock,
});

mutation('upsertIntakePath', {
  description:
    'Creates the intake path of a client type, or replaces it. It applies at once to all intakes that are not submitted.',
  input: UpsertIntakePath,
  payload: payloadOf('IntakePathPayload', { intakePath: IntakePathType }),
  rule: upsertIntakePath,
});
