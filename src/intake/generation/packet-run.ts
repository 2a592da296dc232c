/**
 * How a run holds its packet. It takes the packet by writing its own id into the row, and each of
 * its writes requires that id: once the packet is cancelled, or another run has taken it, the write
 * finds no row and the run ends.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { ClientType, PacketType } from '../../../generated/kysely.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { JobLostError, type RunningJob } from '../../platform/jobs/definition.ts';
import type { Platform } from '../../platform/platform.ts';
import type { PacketJob } from '../packets/job.ts';
import { NEXT_VERSION, NOTHING_GENERATED } from '../packets/rows.ts';
import { publishPacketsChanged } from '../topics.ts';
import type { Answers } from '../vocabulary.ts';

/** A packet that a run holds, by the `runId` that is stored in its row. */
export interface PacketRun {
  id: string;
  runId: string;
  tenantId: string;
  clientId: string;
}

/** A held packet with what it is made from. */
export interface TakenPacket extends PacketRun {
  type: PacketType;
  clientName: string;
  clientType: ClientType;
  answers: Answers;
}

interface Take {
  id: string;
  jobId: string;
  runId: string;
  attempt: number;
  maxAttempts: number;
}

/** Also takes the packet from a run that was killed, whose writes then no longer find the row. */
const takeWaiting = prepare((p: Take) =>
  query
    .updateTable('packet')
    .from('client')
    .leftJoin('intake_progress', 'intake_progress.clientId', 'client.id')
    .set({
      ...NOTHING_GENERATED,
      ...NEXT_VERSION,
      status: 'GENERATING',
      runId: p.runId,
      attempts: p.attempt,
      maxAttempts: p.maxAttempts,
      nextAttemptAt: null,
      startedAt: sql`statement_timestamp()`,
    })
    .whereRef('client.id', '=', 'packet.clientId')
    .where('packet.id', '=', p.id)
    .where('packet.jobId', '=', p.jobId)
    .where('packet.status', 'in', ['PENDING', 'GENERATING'])
    .returning([
      'packet.id',
      'packet.clientId',
      'packet.type',
      'client.name as clientName',
      'client.clientType',
      'intake_progress.answers',
    ]),
);

/**
 * Takes the packet for a new run, discarding what earlier ones rendered; null if it no longer waits
 * for this job.
 */
export async function takePacket(
  platform: Platform,
  job: RunningJob<PacketJob>,
): Promise<TakenPacket | null> {
  const { payload, attempt, maxAttempts, tenantId } = job;
  const runId = uuidv7();
  return platform.database.forTenant(job).transaction(async (tx) => {
    await job.hold(tx);
    const [packet] = await tx.runPrepared(takeWaiting, {
      id: payload.packetId,
      jobId: payload.jobId,
      runId,
      attempt,
      maxAttempts,
    });
    if (!packet) return null;
    publishPacketsChanged(platform, tx, [packet]);
    return { ...packet, runId, tenantId, answers: (packet.answers ?? {}) as Answers };
  });
}

const completeHeld = prepare((p: { id: string; runId: string; title: string; html: string }) =>
  query
    .updateTable('packet')
    .set({
      ...NEXT_VERSION,
      status: 'COMPLETED',
      progress: 100,
      title: p.title,
      html: p.html,
      completedAt: sql`statement_timestamp()`,
      errorMessage: null,
      runId: null,
    })
    .where('id', '=', p.id)
    .where('runId', '=', p.runId)
    .returning(['id', 'clientId']),
);

/**
 * Completes packet and job in one transaction. Throws JobLostError if the run no longer holds them.
 */
export async function completePacket(
  platform: Platform,
  job: RunningJob<PacketJob>,
  { packet, title, html }: { packet: PacketRun; title: string; html: string },
): Promise<void> {
  const { id, runId } = packet;
  await platform.database.forTenant(packet).transaction(async (tx) => {
    await job.complete(tx);
    const completed = await tx.runPrepared(completeHeld, { id, runId, title, html });
    if (completed.length === 0) throw new JobLostError();
    publishPacketsChanged(platform, tx, completed);
  });
}
