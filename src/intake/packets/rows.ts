/**
 * The rows of packets as they are read: without their large content, and without what only runs
 * use.
 */
import { type Selectable, sql } from 'kysely';
import type { TenantTables } from '../../platform/database/tenant-scope.ts';

/** Without `sections` and `html`, which are read only where they are selected. */
export const PACKET_COLUMNS = [
  'id',
  'clientId',
  'type',
  'status',
  'priority',
  'progress',
  'version',
  'attempts',
  'maxAttempts',
  'errorMessage',
  'nextAttemptAt',
  'title',
  'createdAt',
  'startedAt',
  'completedAt',
] as const;
export type PacketColumn = (typeof PACKET_COLUMNS)[number];
export type PacketRow = Pick<Selectable<TenantTables['packet']>, PacketColumn>;

/** What every change of a packet sets. */
export const NEXT_VERSION = {
  version: sql<number>`${sql.ref('packet.version')} + 1`,
  updatedAt: sql<Date>`statement_timestamp()`,
};

/** The values of a packet of which nothing is generated yet. */
export const NOTHING_GENERATED = {
  progress: 0,
  sections: '[]',
  title: null,
  runId: null,
} satisfies Partial<Record<keyof Selectable<TenantTables['packet']>, unknown>>;

/** The values of a packet that waits in the queue once more, for another job. */
export function queuedAgain(jobId: string) {
  return {
    status: 'PENDING',
    attempts: 0,
    errorMessage: null,
    startedAt: null,
    jobId,
    queuedAt: sql<Date>`statement_timestamp()`,
    ...NOTHING_GENERATED,
    ...NEXT_VERSION,
  } as const;
}
