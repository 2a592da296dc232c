/**
 * The answers of a client while it fills in its intake. Tabs save what was answered in them: what
 * is given is merged into the stored answers by one statement under the row's lock, so that no tab
 * takes another's answers away.
 */
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { ClientType } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, UserInputError, userError } from '../../platform/errors.ts';
import { type Given, idOf, parseInput } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Timestamp } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { clientVisibleTo } from './clients.ts';
import {
  type AnswerChange,
  checkAnswers,
  MAX_ANSWERS_BYTES,
  parseAnswers,
} from '../questionnaires/answers.ts';
import { type IntakePath, readCatalog } from '../questionnaires/questionnaires.ts';
import type { Answers, ProgressRow } from '../packets/rows.ts';

const PROGRESS_COLUMNS = ['clientId', 'pathId', 'answers', 'lastSavedAt', 'completedAt'] as const;

/** The answers of clients by their ids: `ids`. */
export const progressOfClients = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('intake_progress')
    .select(PROGRESS_COLUMNS)
    .where('clientId', '=', anyOf(p.ids))
    .$castTo<ProgressRow>(),
);

/**
 * Held until the end of the transaction, so that nothing is saved into an intake while it is
 * submitted.
 */
const lockClient = prepare((p: { id: string; portalContactId: string | null }) =>
  query
    .selectFrom('client')
    .select(['id', 'clientType', 'intakeCompletedAt'])
    .where('id', '=', p.id)
    .where(clientVisibleTo(p.portalContactId))
    .forNoKeyUpdate(),
);

const SaveIntakeProgress = z.object({ clientId: idOf('Client'), answers: z.unknown().optional() });

/** Merges answers into what is saved; all of them, or none when one is wrong. */
export async function saveIntakeProgress(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof SaveIntakeProgress>,
) {
  const { clientId, answers } = parseInput(SaveIntakeProgress, input);
  const given = requireAnswers(answers);
  const catalog = await readCatalog(platform, viewer);
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
        'The intake was submitted; its answers stay as they are.',
      );
    const path = activePath(catalog.pathByClientType, client.clientType);
    const intake = await mergeAnswers(tx, {
      clientId,
      path,
      change: requireValid(path, given),
      completedAt: null,
    });
    return { intake };
  });
}

/** The answers of an input, or the refusal of what is no object. */
export function requireAnswers(answers: unknown): ReadonlyMap<string, unknown> {
  const given = parseAnswers(answers);
  if (given === null)
    throw userError(
      'INVALID',
      ['answers'],
      'Expected an object of question keys and their answers.',
    );
  return given;
}

/** The path that clients of a type are on. */
export function activePath(
  paths: ReadonlyMap<ClientType, IntakePath>,
  clientType: ClientType,
): IntakePath {
  const path = paths.get(clientType);
  if (!path?.isActive)
    throw userError(
      'UNSUPPORTED',
      ['clientId'],
      `There is no active intake for clients of the type ${clientType}.`,
    );
  return path;
}

/** What answers change, or a refusal that names each wrong one. */
export function requireValid(
  path: IntakePath,
  answers: ReadonlyMap<string, unknown>,
): AnswerChange {
  const checked = checkAnswers(path.questions, answers);
  if ('userErrors' in checked) throw new UserInputError(checked.userErrors.slice(0, 200));
  return checked;
}

interface Merge {
  clientId: string;
  path: IntakePath;
  change: AnswerChange;
  /** When the intake was submitted; null while it is not. */
  completedAt: Timestamp | null;
}

const merged = prepare(
  (p: {
    clientId: string;
    pathId: string;
    clientType: ClientType;
    given: string;
    cleared: readonly string[];
    completedAt: Timestamp | null;
  }) =>
    query
      .insertInto('intake_progress')
      .values({
        clientId: p.clientId,
        pathId: p.pathId,
        clientType: p.clientType,
        answers: sql`${p.given}::jsonb`,
        startedAt: at(p.completedAt),
        lastSavedAt: at(p.completedAt),
        completedAt: sql`${p.completedAt}::timestamptz`,
      })
      .onConflict((conflict) =>
        conflict.columns(['tenantId', 'clientId']).doUpdateSet({
          pathId: (eb) => eb.ref('excluded.pathId'),
          answers: sql`(${sql.ref('intake_progress.answers')} || ${sql.ref('excluded.answers')}) - ${p.cleared}::text[]`,
          lastSavedAt: notBeforeStart('excluded.lastSavedAt'),
          completedAt: sql`case when ${sql.ref('excluded.completedAt')} is not null then ${notBeforeStart('excluded.completedAt')} end`,
        }),
      )
      .returning(PROGRESS_COLUMNS)
      .$castTo<ProgressRow>(),
);

/** The moment of the statement, unless another is given. */
function at(moment: Timestamp | null): RawBuilder<Date> {
  return sql<Date>`coalesce(${moment}::timestamptz, statement_timestamp())`;
}

/** Clocks may be set back. */
function notBeforeStart(column: string): RawBuilder<Date> {
  return sql<Date>`greatest(${sql.ref('intake_progress.startedAt')}, ${sql.ref(column)})`;
}

/** Merges checked answers into the stored ones, and answers all of them. */
export async function mergeAnswers(
  tx: TenantTransaction,
  { clientId, path, change, completedAt }: Merge,
): Promise<ProgressRow> {
  const given = JSON.stringify(change.given);
  const [intake] = await tx.runPrepared(merged, {
    clientId,
    pathId: path.uuid,
    clientType: path.clientType,
    given,
    cleared: change.cleared,
    completedAt,
  });
  if (!intake) throw new Error('Answers were written and not answered.');
  requireSize(intake.answers);
  return intake;
}

function requireSize(answers: Answers): void {
  if (Buffer.byteLength(JSON.stringify(answers)) <= MAX_ANSWERS_BYTES) return;
  throw userError(
    'INVALID',
    ['answers'],
    `Expected answers of at most ${MAX_ANSWERS_BYTES / 1_024} KiB in all.`,
  );
}
