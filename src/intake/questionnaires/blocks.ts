/** Question blocks: what clients are asked, as data. */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { UserInputError, userError } from '../../platform/errors.ts';
import { type Given, name, parseInput, wholeNumber } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import { isClient, type Viewer } from '../../schema-builder/context.ts';
import { publishCatalogChanged } from '../topics.ts';
import { QUESTION_KINDS } from '../vocabulary.ts';
import { catalogWithin, type QuestionBlock, readCatalog } from './questionnaires.ts';

const MAX_BLOCKS = 300;
export const MAX_QUESTIONS = 100;
export const MAX_OPTIONS = 100;
export const LABEL_LENGTH = 500;
export const CATEGORY_LENGTH = 100;
export const UNIT_LENGTH = 50;
/** Longer than a key may be, which its own check tells with the letters that it may have. */
export const KEY_LENGTH = 200;
const KEY = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/;
/** Names that JSON of clients may not have, so that nobody could answer. */
const RESERVED: ReadonlySet<string> = new Set(['constructor', 'prototype']);

/** The key of a block or question: templates and inputs name it. */
function key() {
  return z
    .string()
    .refine(
      (value) => KEY.test(value) && !RESERVED.has(value),
      'Expected at most 100 letters, digits, _ and -, a letter first.',
    );
}

const isChoice = (kind: (typeof QUESTION_KINDS)[number]) =>
  kind === 'SINGLE_CHOICE' || kind === 'MULTIPLE_CHOICE';
const bound = () => z.number('Expected a finite number.').nullish();

const QuestionInput = z
  .object({
    key: key(),
    label: name(LABEL_LENGTH),
    kind: z.enum(QUESTION_KINDS),
    required: z.boolean().nullish(),
    options: z.array(name()).max(MAX_OPTIONS, `Expected at most ${MAX_OPTIONS} options.`).nullish(),
    unit: name(UNIT_LENGTH).nullish(),
    min: bound(),
    max: bound(),
  })
  .superRefine(({ kind, options, min, max }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (isChoice(kind) && !options?.length) refuse('options', 'A choice needs options.');
    if (!isChoice(kind) && options?.length) refuse('options', 'Only a choice has options.');
    if (new Set(options).size !== (options?.length ?? 0))
      refuse('options', 'Expected each option once.');
    for (const [path, value] of Object.entries({ min, max })) {
      if (value != null && kind !== 'NUMBER') refuse(path, 'Only a number has a range.');
    }
    if (min != null && max != null && min > max)
      refuse('max', 'Expected a maximum that is not below the minimum.');
  });

const UpsertQuestionBlock = z.object({
  key: key(),
  title: name(),
  category: name(CATEGORY_LENGTH),
  position: wholeNumber(0, 1_000_000).nullish(),
  isActive: z.boolean().nullish(),
  questions: z
    .array(QuestionInput)
    .max(MAX_QUESTIONS, `Expected at most ${MAX_QUESTIONS} questions a block.`),
});
type BlockInput = z.output<typeof UpsertQuestionBlock>;

export interface QuestionBlockArguments {
  category?: string | null;
  includeInactive?: boolean | null;
}

/** The blocks of the tenant, by position; portal clients get active ones only. */
export async function listQuestionBlocks(
  platform: Platform,
  viewer: Viewer,
  { category, includeInactive }: QuestionBlockArguments,
): Promise<QuestionBlock[]> {
  const catalog = await readCatalog(platform, viewer);
  const blocks = category == null ? catalog.blocks : (catalog.blocksByCategory.get(category) ?? []);
  return includeInactive && !isClient(viewer) ? blocks : blocks.filter((block) => block.isActive);
}

/**
 * Creates or replaces the block with this key, its questions included; answers that were given
 * stay.
 */
export async function upsertQuestionBlock(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof UpsertQuestionBlock>,
) {
  const block = parseInput(UpsertQuestionBlock, input);
  refuseDoubles(block);
  return platform.database.forTenant(viewer).change(INTAKE_CATALOG, async (tx) => {
    await lockCatalog(tx);
    const id = await writeBlock(tx, block);
    await refuseTaken(tx, id, block);
    await writeQuestions(tx, id, block);
    const { blocks, blockById } = await catalogWithin(tx);
    if (blocks.length > MAX_BLOCKS)
      throw userError(
        'INVALID',
        ['key'],
        `There are ${MAX_BLOCKS} blocks already; more are not possible.`,
      );
    publishCatalogChanged(platform, tx);
    return { questionBlock: blockById.get(id) };
  });
}

/** What `lockCatalog` locks, for TenantDatabase.change. */
export const INTAKE_CATALOG = ['intake catalog', ''] as const;

/**
 * Changes of one tenant's blocks, paths and templates happen one after the other: each looks at all
 * of them.
 */
export async function lockCatalog(tx: TenantTransaction): Promise<void> {
  const lock = sql`pg_advisory_xact_lock(hashtextextended(${`intake-catalog:${tx.tenantId}`}, 0))`;
  await tx.run(query.selectNoFrom(lock.as('locked')));
}

function refuseDoubles({ questions }: BlockInput): void {
  const first = new Map(
    questions.map((question, index) => [question.key, index] as const).reverse(),
  );
  const doubles = questions.flatMap((question, index) =>
    first.get(question.key) === index ? [] : [index],
  );
  if (doubles.length > 0) throw takenKeys(doubles, 'Another question of the block has this key.');
}

function takenKeys(indexes: readonly number[], message: string): UserInputError {
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
    position: block.position ?? 0,
    isActive: block.isActive ?? true,
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
  if (!row) throw new Error('A block was written and not answered.');
  return row.id;
}

async function refuseTaken(
  tx: TenantTransaction,
  blockId: string,
  { questions }: BlockInput,
): Promise<void> {
  const keys = questions.map((question) => question.key);
  const taken = await tx.run(
    query
      .selectFrom('question')
      .select('key')
      .where('key', '=', sql<string>`any(${keys}::text[])`)
      .where('blockId', '<>', blockId),
  );
  const others = new Set(taken.map((row) => row.key));
  const indexes = questions.flatMap((question, index) => (others.has(question.key) ? [index] : []));
  if (indexes.length > 0) throw takenKeys(indexes, 'A question of another block has this key.');
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
    required: question.required ?? false,
    options: question.options ?? [],
    unit: question.unit ?? null,
    min: question.min ?? null,
    max: question.max ?? null,
  }));
  await tx.run(query.insertInto('question').values(rows));
}
