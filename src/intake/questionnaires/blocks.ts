/**
 * Question blocks: groups of questions that intake paths put together. The key of a question is
 * unique in a tenant, so that its answer means the same on every path.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { QuestionKind } from '../../../generated/kysely.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { UserInputError, userError } from '../../platform/errors.ts';
import { inGraphQL, name, wholeNumber } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import { isClient, type Viewer } from '../../schema-builder/context.ts';
import { changeCatalog } from '../catalog.ts';
import { type QuestionBlock, questionnairesWithin, readQuestionnaires } from './questionnaires.ts';

const MAX_BLOCKS = 300;
const MAX_QUESTIONS = 100;
const MAX_OPTIONS = 100;
const LABEL_LENGTH = 500;
/** Characters of a category. */
export const CATEGORY_LENGTH = 100;
const UNIT_LENGTH = 50;
/** Longer than any valid key, since the message of the pattern explains better what a key is. */
export const KEY_LENGTH = 200;
const KEY = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/;
/** JSON inputs may not have these keys, so such a question could not be answered. */
const RESERVED: ReadonlySet<string> = new Set(['constructor', 'prototype']);

/** A key that refers to something, of any form: one that does not exist is for the rule to find. */
export function givenKey() {
  return z.string().register(inGraphQL, { maxLength: KEY_LENGTH });
}

/** The key of a block or question, as templates and inputs name it. */
function key() {
  return givenKey().refine(
    (value) => KEY.test(value) && !RESERVED.has(value),
    'Expected a letter, then up to 99 letters, digits, "_" and "-".',
  );
}

const isChoice = (kind: QuestionKind) => kind === 'SINGLE_CHOICE' || kind === 'MULTIPLE_CHOICE';
const bound = () => z.number('Expected a finite number.').nullish();

/** A question of a block: only choices have options, and only numbers have bounds. */
export const QuestionInput = z
  .object({
    key: key().describe(
      'The name of the question in answers and templates: a letter, then up to 99 letters, digits, "_" and "-". Unique in the tenant (TAKEN).',
    ),
    label: name(LABEL_LENGTH).describe('The question as the client sees it.'),
    kind: z.enum(QuestionKind).describe('What an answer looks like.'),
    required: z
      .boolean()
      .default(false)
      .describe('Whether the intake cannot be submitted without an answer.'),
    options: z
      .array(name())
      .max(MAX_OPTIONS, `Expected at most ${MAX_OPTIONS} options.`)
      .default([])
      .describe(
        'The possible answers of a SINGLE_CHOICE or MULTIPLE_CHOICE, which needs some, each once; empty for all other kinds.',
      ),
    unit: name(UNIT_LENGTH)
      .nullish()
      .describe('The unit of a NUMBER, such as "cm", to show after the field.'),
    min: bound().describe('The smallest number that a NUMBER accepts; no minimum by default.'),
    max: bound().describe('The largest number that a NUMBER accepts; no maximum by default.'),
  })
  .superRefine(({ kind, options, min, max }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (isChoice(kind) && options.length === 0)
      refuse('options', 'Expected options for a choice question.');
    if (!isChoice(kind) && options.length > 0)
      refuse('options', 'Only a choice question may have options.');
    if (new Set(options).size !== options.length) refuse('options', 'Expected each option once.');
    for (const [path, value] of Object.entries({ min, max })) {
      if (value != null && kind !== 'NUMBER')
        refuse(path, 'Only a NUMBER question may have a minimum or a maximum.');
    }
    if (min != null && max != null && min > max)
      refuse('max', 'Expected a maximum that is not less than the minimum.');
  })
  .describe('A question of a block.');

/** A whole block with its questions; the key decides which block is replaced. */
export const UpsertQuestionBlock = z
  .object({
    key: key().describe(
      'Names the block: a letter, then up to 99 letters, digits, "_" and "-". A block with this key is replaced.',
    ),
    title: name().describe('The heading above the questions.'),
    category: name(CATEGORY_LENGTH).describe(
      'What the block is about, such as "health"; any text, by which `questionBlocks` filters.',
    ),
    position: wholeNumber(0, 1_000_000)
      .default(0)
      .describe('Where lists of blocks show it: lower first, from 0 to 1,000,000.'),
    isActive: z
      .boolean()
      .default(true)
      .describe('False leaves its questions out of every path until it is active again.'),
    questions: z
      .array(QuestionInput)
      .max(MAX_QUESTIONS, `Expected at most ${MAX_QUESTIONS} questions in a block.`)
      .describe('All questions of the block, in order. They replace the current ones.'),
  })
  .describe(
    `A question block to create, or to replace as a whole, by its key. A tenant has at most ${MAX_BLOCKS}.`,
  );
type BlockInput = z.output<typeof UpsertQuestionBlock>;

/** By default, active blocks of all categories. */
export interface QuestionBlockArguments {
  category?: string | null;
  includeInactive?: boolean | null;
}

/** The blocks of the tenant by position, then key. Portal users get only the active ones. */
export async function listQuestionBlocks(
  platform: Platform,
  viewer: Viewer,
  { category, includeInactive }: QuestionBlockArguments,
): Promise<QuestionBlock[]> {
  const { blocks: all, blocksByCategory } = await readQuestionnaires(platform, viewer);
  const blocks = category == null ? all : (blocksByCategory.get(category) ?? []);
  return includeInactive && !isClient(viewer) ? blocks : blocks.filter((block) => block.isActive);
}

/**
 * Creates or replaces the block with this key, and its questions. Stored answers stay, even those
 * to questions that are gone. Throws TAKEN for each question key that is used elsewhere in the
 * tenant, and INVALID beyond MAX_BLOCKS.
 */
export async function upsertQuestionBlock(platform: Platform, viewer: Viewer, block: BlockInput) {
  requireDistinctKeys(block);
  return changeCatalog(platform, viewer, async (tx) => {
    const id = await writeBlock(tx, block);
    await requireFreeKeys(tx, id, block);
    await writeQuestions(tx, id, block);
    const { blocks, blockById } = await questionnairesWithin(tx);
    if (blocks.length > MAX_BLOCKS)
      throw userError(
        'INVALID',
        ['key'],
        `A company may have at most ${MAX_BLOCKS} question blocks.`,
      );
    return { questionBlock: blockById.get(id) };
  });
}

function requireDistinctKeys({ questions }: BlockInput): void {
  const keys = questions.map((question) => question.key);
  const repeated = keys.flatMap((one, index) => (keys.indexOf(one) === index ? [] : [index]));
  if (repeated.length > 0)
    throw keysTaken(repeated, 'Another question of this block has the same key.');
}

function keysTaken(indexes: readonly number[], message: string): UserInputError {
  return new UserInputError(
    indexes.map((index) => ({
      code: 'TAKEN',
      field: ['questions', String(index), 'key'],
      message,
    })),
  );
}

async function writeBlock(tx: TenantTransaction, block: BlockInput): Promise<string> {
  const values = {
    title: block.title,
    category: block.category,
    position: block.position,
    isActive: block.isActive,
  };
  const [row] = await tx.run(
    query
      .insertInto('question_block')
      .values({ ...values, id: uuidv7(), key: block.key })
      .onConflict((conflict) =>
        conflict
          .columns(['tenantId', 'key'])
          .doUpdateSet({ ...values, updatedAt: sql`statement_timestamp()` }),
      )
      .returning('id'),
  );
  if (!row) throw new Error('Writing a block returned no row.');
  return row.id;
}

async function requireFreeKeys(
  tx: TenantTransaction,
  blockId: string,
  { questions }: BlockInput,
): Promise<void> {
  const keys = questions.map((question) => question.key);
  const rows = await tx.run(
    query
      .selectFrom('question')
      .select('key')
      .where('key', '=', sql<string>`any(${keys}::text[])`)
      .where('blockId', '<>', blockId),
  );
  const others = new Set(rows.map((row) => row.key));
  const taken = keys.flatMap((one, index) => (others.has(one) ? [index] : []));
  if (taken.length > 0) throw keysTaken(taken, 'A question of another block has the same key.');
}

async function writeQuestions(
  tx: TenantTransaction,
  blockId: string,
  { questions }: BlockInput,
): Promise<void> {
  await tx.run(query.deleteFrom('question').where('blockId', '=', blockId));
  if (questions.length === 0) return;
  const rows = questions.map((question, position) => ({
    blockId,
    position,
    key: question.key,
    label: question.label,
    kind: question.kind,
    required: question.required,
    options: question.options,
    unit: question.unit ?? null,
    min: question.min ?? null,
    max: question.max ?? null,
  }));
  await tx.run(query.insertInto('question').values(rows));
}
