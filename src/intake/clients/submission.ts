/**
 * Submitting an intake: the client is marked, its answers are merged, its packets and their jobs
 * are made in one transaction of four statements. A second submission of the same answers answers
 * the same packets.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { PacketPriority } from '../../../generated/kysely.ts';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, UserInputError, userError } from '../../platform/errors.ts';
import { type Given, idOf, parseInput } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { clientsById, clientVisibleTo } from './clients.ts';
import {
  activePath,
  mergeAnswers,
  progressOfClients,
  requireAnswers,
  requireValid,
} from './saved-answers.ts';
import { GENERATE_PACKET, JOB_PRIORITIES } from '../packets/job.ts';
import { packetsOfClients } from '../packets/packets.ts';
import { areUnchanged, missingKeys } from '../questionnaires/answers.ts';
import { type IntakePath, readCatalog } from '../questionnaires/questionnaires.ts';
import {
  CLIENT_COLUMNS,
  type ClientRow,
  PACKET_COLUMNS,
  PACKET_PRIORITIES,
  type PacketRow,
} from '../packets/rows.ts';
import { publishPacketsChanged } from '../topics.ts';

const MESSAGE = 'Your personalized packets are being generated';

const SubmitIntake = z.object({
  clientId: idOf('Client'),
  answers: z.unknown().optional(),
  priority: z.enum(PACKET_PRIORITIES).nullish(),
});
type Submission = z.output<typeof SubmitIntake>;

export interface Submitted {
  client: ClientRow;
  /** In the order of the path. */
  packets: PacketRow[];
  message: string;
}

/**
 * Marks the client unless it was submitted before; whoever comes second waits here for the first.
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

/** Submits the answers that are saved, with those that are given. */
export async function submitIntake(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof SubmitIntake>,
): Promise<Submitted> {
  const submission = parseInput(SubmitIntake, input);
  const answers =
    submission.answers == null ? new Map<string, unknown>() : requireAnswers(submission.answers);
  const catalog = await readCatalog(platform, viewer);
  return platform.database.forTenant(viewer).change(['client', submission.clientId], async (tx) => {
    const [client] = await tx.runPrepared(markSubmitted, {
      id: submission.clientId,
      portalContactId: viewer.contactId,
    });
    if (!client) return submittedBefore(tx, viewer, { clientId: submission.clientId, answers });
    const path = activePath(catalog.pathByClientType, client.clientType);
    const change = requireValid(path, answers);
    const intake = await mergeAnswers(tx, {
      clientId: client.id,
      path,
      change,
      completedAt: client.intakeCompletedAt,
    });
    requireComplete(path, intake.answers);
    const packets = await createPackets(platform, tx, {
      client,
      path,
      priority: submission.priority ?? 'NORMAL',
    });
    return { client, packets, message: MESSAGE };
  });
}

/** Every required question is answered, and what was saved once still answers what is asked now. */
function requireComplete(path: IntakePath, answers: Record<string, unknown>): void {
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

interface NewPackets {
  client: ClientRow;
  path: IntakePath;
  priority: PacketPriority;
}

async function createPackets(
  platform: Platform,
  tx: TenantTransaction,
  { client, path, priority }: NewPackets,
): Promise<PacketRow[]> {
  const rows = path.packetTypes.map((type) => ({
    id: uuidv7(),
    clientId: client.id,
    type,
    priority,
    maxAttempts: platform.config.PACKET_MAX_ATTEMPTS,
    jobId: uuidv7(),
  }));
  const created = await tx.run(query.insertInto('packet').values(rows).returning(PACKET_COLUMNS));
  const jobs = rows.map(({ id, jobId }) => ({
    id: jobId,
    payload: { packetId: id, jobId },
    priority: JOB_PRIORITIES[priority],
  }));
  await platform.jobs.enqueue(tx, GENERATE_PACKET, jobs);
  publishPacketsChanged(platform, tx, created);
  return created;
}

/** The first submission's packets, for the same answers. */
async function submittedBefore(
  tx: TenantTransaction,
  viewer: Viewer,
  { clientId, answers }: Pick<Submission, 'clientId'> & { answers: ReadonlyMap<string, unknown> },
): Promise<Submitted> {
  const [client] = await tx.runPrepared(clientsById, {
    ids: [clientId],
    portalContactId: viewer.contactId,
  });
  if (!client) throw notFound(['clientId']);
  const [intake] = await tx.runPrepared(progressOfClients, { ids: [clientId] });
  if (!areUnchanged(intake?.answers ?? {}, answers))
    throw userError('CONFLICT', ['clientId'], 'The intake was submitted with other answers.');
  return {
    client,
    packets: await tx.runPrepared(packetsOfClients, { ids: [clientId] }),
    message: MESSAGE,
  };
}
