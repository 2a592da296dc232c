/**
 * The rows of packets as they are read: without their large content, and without what only runs
 * use.
 */
import { type Selectable, sql } from 'kysely';
import { columnsOf, type RowOf } from '../../platform/database/columns.ts';
import type { TenantTables } from '../../platform/database/tenant-scope.ts';

/** Read only where they are selected: they are large. */
const CONTENT = ['sections', 'html'] as const;
/** Of use to the queue and to runs alone. */
const OF_RUNS = ['jobId', 'runId', 'queuedAt', 'updatedAt'] as const;

export const PACKET_COLUMNS = columnsOf('packet', [...CONTENT, ...OF_RUNS]);
export type PacketColumn = (typeof PACKET_COLUMNS)[number];
export type PacketRow = RowOf<'packet', (typeof CONTENT | typeof OF_RUNS)[number]>;

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
