/**
 * The rows of packets as they are read: without their large content, and without what only runs
 * use.
 */
import { type Selectable, sql } from 'kysely';
import { columnsOf, type RowOf } from '../../platform/database/columns.ts';
import type { TenantTables } from '../../platform/database/tenant-scope.ts';

/** Read only where they are selected: they are large. */
const CONTENT = ['sections', 'html'] as const;
/** Used only by the queue and by runs. */
const OF_RUNS = ['jobId', 'runId', 'queuedAt', 'updatedAt'] as const;

/** What a statement selects to read a PacketRow. */
export const PACKET_COLUMNS = columnsOf('packet', [...CONTENT, ...OF_RUNS]);
/** A column that lists may leave out if nobody selects it. */
export type PacketColumn = (typeof PACKET_COLUMNS)[number];
/** A packet without its content; progress is in percent. */
export type PacketRow = RowOf<'packet', (typeof CONTENT | typeof OF_RUNS)[number]>;

/** Every change of a packet sets these: subscribers compare versions. */
export const NEXT_VERSION = {
  version: sql<number>`${sql.ref('packet.version')} + 1`,
  updatedAt: sql<Date>`statement_timestamp()`,
};

/** The values of a packet before anything is generated. */
export const NOTHING_GENERATED = {
  progress: 0,
  sections: '[]',
  title: null,
  runId: null,
} satisfies Partial<Record<keyof Selectable<TenantTables['packet']>, unknown>>;

/** The values of a packet that waits in the queue again, for a new job with this id. */
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
