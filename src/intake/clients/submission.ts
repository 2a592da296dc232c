/**
 * Submitting an intake: one transaction of four statements marks the client, merges its answers and
 * creates its packets with their jobs. Submitting the same answers again returns the same packets;
 * other answers are a CONFLICT.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { PacketPriority } from '../../../generated/kysely.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, UserInputError, userError } from '../../platform/errors.ts';
import { idOf } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { createPackets } from '../packets/creation.ts';
import { packetsOfClients } from '../packets/packets.ts';
import type { PacketRow } from '../packets/rows.ts';
import { areUnchanged, missingKeys } from '../questionnaires/answers.ts';
import { type IntakePath, readQuestionnaires } from '../questionnaires/questionnaires.ts';
import type { Answers } from '../vocabulary.ts';
import { clientsById, clientVisibleTo } from './clients.ts';
import { CLIENT_COLUMNS, type ClientRow } from './rows.ts';
import {
  givenAnswers,
  intakesOfClients,
  mergeAnswers,
  requireActivePath,
  requireAnswers,
  requireValid,
} from './saved-answers.ts';

const MESSAGE = 'Your personalized packets are being generated';

/** The intake to submit, with last answers to merge into the saved ones. */
export const SubmitIntake = z
  .object({
    clientId: idOf('Client').describe('The client whose intake is complete.'),
    answers: givenAnswers()
      .nullish()
      .describe(
        'The last answers by question key, which are merged into the saved ones first, as `saveIntakeProgress` does. Left out or null: the saved answers are submitted.',
      ),
    priority: z
      .enum(PacketPriority)
      .default('NORMAL')
      .describe('How soon the packets are generated, compared with others in the queue.'),
  })
  .describe('An intake to submit. A required question without an answer is REQUIRED at its key.');

/** After a repeated submission, the packets as they are by then. */
export interface SubmittedIntake {
  client: ClientRow;
  /** In the order of the path's packet types. */
  packets: PacketRow[];
  message: string;
}

/**
 * Finds no row when the intake is submitted already; a second submission waits here for the first.
 */
const markSubmitted = prepare((p: { id: string; portalContactId: string | null }) =>
  query
    .updateTable('client')
    .set({ intakeCompletedAt: sql`statement_timestamp()`, updatedAt: sql`statement_timestamp()` })
    .where('id', '=', p.id)
    .where('intakeCompletedAt', 'is', null)
    .where(clientVisibleTo(p.portalContactId))
    .returning(CLIENT_COLUMNS),
);

/**
 * Submits the saved answers with the given ones merged into them; resolves after the commit,
 * without waiting for the packets. Throws REQUIRED for each missing answer and INVALID for each
 * wrong one, UNSUPPORTED without an active path, and CONFLICT if other answers are already
 * submitted.
 */
export async function submitIntake(
  platform: Platform,
  viewer: Viewer,
  { clientId, answers, priority }: z.output<typeof SubmitIntake>,
): Promise<SubmittedIntake> {
  const given = answers == null ? new Map<string, unknown>() : requireAnswers(answers);
  const { pathByClientType } = await readQuestionnaires(platform, viewer);
  return platform.database.forTenant(viewer).change(['client', clientId], async (tx) => {
    const [client] = await tx.runPrepared(markSubmitted, {
      id: clientId,
      portalContactId: viewer.contactId,
    });
    if (!client) return submittedBefore(tx, viewer, { clientId, answers: given });
    const path = requireActivePath(pathByClientType, client.clientType);
    const intake = await mergeAnswers(tx, {
      clientId,
      path,
      change: requireValid(path, given),
      completedAt: client.intakeCompletedAt,
    });
    requireComplete(path, intake.answers);
    const packets = await createPackets(platform, tx, {
      clientId,
      types: path.packetTypes,
      priority,
    });
    return { client, packets, message: MESSAGE };
  });
}

/**
 * Throws unless every required question has an answer and every answer is valid: questions may have
 * changed since an answer was saved.
 */
function requireComplete(path: IntakePath, answers: Answers): void {
  const missing = missingKeys(path.questions, answers);
  if (missing.length > 0) {
    throw new UserInputError(
      missing.map((key) => ({
        code: 'REQUIRED',
        field: ['answers', key],
        message: 'This question needs an answer.',
      })),
    );
  }
  requireValid(path, new Map(Object.entries(answers).filter(([key]) => path.questions.has(key))));
}

/** The client and packets of the first submission; throws CONFLICT if the answers differ. */
async function submittedBefore(
  tx: TenantTransaction,
  viewer: Viewer,
  { clientId, answers }: { clientId: string; answers: ReadonlyMap<string, unknown> },
): Promise<SubmittedIntake> {
  const [client] = await tx.runPrepared(clientsById, {
    ids: [clientId],
    portalContactId: viewer.contactId,
  });
  if (!client) throw notFound(['clientId']);
  const [intake] = await tx.runPrepared(intakesOfClients, { ids: [clientId] });
  if (!areUnchanged(intake?.answers ?? {}, answers))
    throw userError(
      'CONFLICT',
      ['clientId'],
      'The intake is already submitted, with other answers.',
    );
  return {
    client,
    packets: await tx.runPrepared(packetsOfClients, { ids: [clientId] }),
    message: MESSAGE,
  };
}
