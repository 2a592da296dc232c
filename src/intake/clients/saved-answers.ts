/**
 * Saving the answers of a client while the intake is filled in. Several tabs or people may save at
 * once: one statement merges the given answers into the stored ones under the row's lock, so that
 * no answer is lost.
 */
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { ClientType } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, UserInputError, userError } from '../../platform/errors.ts';
import { idOf, inGraphQL } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Timestamp } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import {
  ANSWERS_LENGTH,
  type AnswerChange,
  checkAnswers,
  MAX_ANSWERS_BYTES,
  parseAnswers,
} from '../questionnaires/answers.ts';
import { type IntakePath, readQuestionnaires } from '../questionnaires/questionnaires.ts';
import type { Answers } from '../vocabulary.ts';
import { clientVisibleTo } from './clients.ts';
import { INTAKE_COLUMNS, type IntakeRow } from './rows.ts';

/** A userError for each wrong answer, up to this many. */
const MAX_USER_ERRORS = 200;

/** Reads the answers of clients by the ids of the clients. */
export const intakesOfClients = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('intake_progress')
    .select(INTAKE_COLUMNS)
    .where('clientId', '=', anyOf(p.ids))
    .$castTo<IntakeRow>(),
);

/** Held until the end of the transaction, so that the intake is not submitted meanwhile. */
const lockClient = prepare((p: { id: string; portalContactId: string | null }) =>
  query
    .selectFrom('client')
    .select(['id', 'clientType', 'intakeCompletedAt'])
    .where('id', '=', p.id)
    .where(clientVisibleTo(p.portalContactId))
    .forNoKeyUpdate(),
);

/** Answers in an input: JSON of any form, to be checked by `requireAnswers` and `requireValid`. */
export function givenAnswers() {
  return z.unknown().register(inGraphQL, { maxLength: ANSWERS_LENGTH });
}

/** Answers to merge into the saved ones; the rules of a question are checked by its path. */
export const SaveIntakeProgress = z
  .object({
    clientId: idOf('Client').describe('The client who answers.'),
    answers: givenAnswers().describe(
      `An object of answers by question key, such as {"heightCm": 172}. Questions that it does not name keep their answers; null, a blank text or an empty list clears one. All saved answers of a client take at most ${MAX_ANSWERS_BYTES / 1_024} KiB.`,
    ),
  })
  .describe(
    'Answers to merge into the saved ones. What is wrong with an answer is a userError at ["answers", key], and then nothing is saved.',
  );

/**
 * Merges answers into the saved ones: all of them, or none if one is wrong. Resolves with all saved
 * answers. Throws CONFLICT once the intake is submitted, UNSUPPORTED without an active path, and a
 * UserInputError that names each wrong answer.
 */
export async function saveIntakeProgress(
  platform: Platform,
  viewer: Viewer,
  { clientId, answers }: z.output<typeof SaveIntakeProgress>,
) {
  const given = requireAnswers(answers);
  const { pathByClientType } = await readQuestionnaires(platform, viewer);
  return platform.database.forTenant(viewer).change(['client', clientId], async (tx) => {
    const [client] = await tx.runPrepared(lockClient, {
      id: clientId,
      portalContactId: viewer.contactId,
    });
    if (!client) throw notFound(['clientId']);
    if (client.intakeCompletedAt !== null)
      throw userError(
        'CONFLICT',
        ['clientId'],
        'The intake is already submitted: its answers can no longer be changed.',
      );
    const path = requireActivePath(pathByClientType, client.clientType);
    const change = requireValid(path, given);
    return { intake: await mergeAnswers(tx, { clientId, path, change, completedAt: null }) };
  });
}

/** The answers of an input by question key. Throws INVALID unless the input is an object. */
export function requireAnswers(answers: unknown): ReadonlyMap<string, unknown> {
  const given = parseAnswers(answers);
  if (given === null)
    throw userError('INVALID', ['answers'], 'Expected an object of answers by question key.');
  return given;
}

/** The path for clients of a type. Throws UNSUPPORTED if it is missing or inactive. */
export function requireActivePath(
  paths: ReadonlyMap<ClientType, IntakePath>,
  clientType: ClientType,
): IntakePath {
  const path = paths.get(clientType);
  if (path?.isActive) return path;
  const message = `There is no active intake path for clients of type ${clientType}.`;
  throw userError('UNSUPPORTED', ['clientId'], message);
}

/**
 * What the answers change. Throws a UserInputError with one error for each wrong answer, at
 * ["answers", key].
 */
export function requireValid(
  path: IntakePath,
  answers: ReadonlyMap<string, unknown>,
): AnswerChange {
  const checked = checkAnswers(path.questions, answers);
  if ('userErrors' in checked)
    throw new UserInputError(checked.userErrors.slice(0, MAX_USER_ERRORS));
  return checked;
}

interface Merge {
  clientId: string;
  path: IntakePath;
  change: AnswerChange;
  /** When the intake is submitted with them; null when they are only saved. */
  completedAt: Timestamp | null;
}

interface MergeParameters {
  clientId: string;
  pathId: string;
  clientType: ClientType;
  /** A JSON object. */
  given: string;
  cleared: readonly string[];
  completedAt: Timestamp | null;
}

const mergeIntoStored = prepare((p: MergeParameters) => {
  const stored = sql.ref('intake_progress.answers');
  const completed = sql.ref('excluded.completedAt');
  return query
    .insertInto('intake_progress')
    .values({
      clientId: p.clientId,
      pathId: p.pathId,
      clientType: p.clientType,
      answers: sql`${p.given}::jsonb`,
      startedAt: momentOrNow(p.completedAt),
      lastSavedAt: momentOrNow(p.completedAt),
      completedAt: sql`${p.completedAt}::timestamptz`,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenantId', 'clientId']).doUpdateSet({
        pathId: (eb) => eb.ref('excluded.pathId'),
        answers: sql`(${stored} || ${sql.ref('excluded.answers')}) - ${p.cleared}::text[]`,
        lastSavedAt: notBeforeStart(sql.ref('excluded.lastSavedAt')),
        // greatest() ignores null, which would submit an intake that is only saved.
        completedAt: sql`case when ${completed} is not null then ${notBeforeStart(completed)} end`,
      }),
    )
    .returning(INTAKE_COLUMNS)
    .$castTo<IntakeRow>();
});

function momentOrNow(moment: Timestamp | null): RawBuilder<Date> {
  return sql<Date>`coalesce(${moment}::timestamptz, statement_timestamp())`;
}

/** The moment, or the start if the moment is earlier: a clock may have been set back. */
function notBeforeStart(moment: RawBuilder<unknown>): RawBuilder<Date> {
  return sql<Date>`greatest(${sql.ref('intake_progress.startedAt')}, ${moment})`;
}

/**
 * Merges checked answers into the stored ones; resolves with all of them. Throws INVALID if they
 * exceed MAX_ANSWERS_BYTES: the transaction must then be rolled back.
 */
export async function mergeAnswers(
  tx: TenantTransaction,
  { clientId, path, change, completedAt }: Merge,
): Promise<IntakeRow> {
  const [intake] = await tx.runPrepared(mergeIntoStored, {
    clientId,
    pathId: path.uuid,
    clientType: path.clientType,
    given: JSON.stringify(change.given),
    cleared: change.cleared,
    completedAt,
  });
  if (!intake) throw new Error('Writing the answers returned no row.');
  requireSize(intake.answers);
  return intake;
}

function requireSize(answers: Answers): void {
  if (Buffer.byteLength(JSON.stringify(answers)) <= MAX_ANSWERS_BYTES) return;
  const limit = `${MAX_ANSWERS_BYTES / 1_024} KiB`;
  throw userError('INVALID', ['answers'], `Expected at most ${limit} of answers in total.`);
}
