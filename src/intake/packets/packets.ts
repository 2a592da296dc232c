/** Packets: reading them, and what a person does to them. Generating them is in generation.ts. */
import { type RawBuilder, type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { PacketStatus, PacketType } from '../../../generated/kysely.ts';
import { anyOf, oneOf } from '../../platform/database/arrays.ts';
import {
  applyPage,
  countRows,
  NEWEST_FIRST,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import { type Given, idOf, parseId, parseInput } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { PACKET_COLUMNS, type PacketColumn, type PacketRow } from './rows.ts';
import { publishPacketsChanged } from '../topics.ts';
import { GENERATE_PACKET, JOB_PRIORITIES } from './job.ts';

/**
 * Whether a row of packet is of the portal client with this contact; null stands for everybody
 * else, who sees all.
 */
function packetVisibleTo(contactId: string | null): RawBuilder<boolean> {
  const own = query
    .selectFrom('client')
    .select('client.id')
    .where('client.contactId', '=', contactId);
  return sql<boolean>`(${contactId}::uuid is null or ${sql.ref('packet.clientId')} = (${own}))`;
}

/** Packets by id: `ids`; with `portalContactId` only those of that client. */
export const packetsById = prepare((p: { ids: string[]; portalContactId: string | null }) =>
  query
    .selectFrom('packet')
    .select(PACKET_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where(packetVisibleTo(p.portalContactId)),
);

/** The large content of packets by id. */
export const packetSectionsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('packet').select(['id', 'sections']).where('id', '=', anyOf(p.ids)),
);
export const packetHtmlById = prepare((p: { ids: string[] }) =>
  query.selectFrom('packet').select(['id', 'html']).where('id', '=', anyOf(p.ids)),
);

/**
 * The packets of clients, in the order in which they were made; one of each type at most, so all at
 * once.
 */
export const packetsOfClients = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('packet')
    .select(PACKET_COLUMNS)
    .where('clientId', '=', anyOf(p.ids))
    .orderBy('createdAt')
    .orderBy('id'),
);

export interface PacketListArguments extends PageArguments {
  filter?: {
    clientId?: string | null;
    status?: PacketStatus[] | null;
    type?: PacketType[] | null;
  } | null;
  /** The only columns that the caller will look at, `id` and `createdAt` among them. */
  columns: readonly PacketColumn[];
}

/** A page of the packets that the viewer may see, newest first. */
export async function listPackets(platform: Platform, viewer: Viewer, args: PacketListArguments) {
  const page = parsePage(args, NEWEST_FIRST);
  const { status, type } = args.filter ?? {};
  const clientId =
    args.filter?.clientId == null
      ? null
      : parseId(['Client'], 'filter.clientId', args.filter.clientId);
  const database = platform.database.forTenant(viewer);
  const matching = query
    .selectFrom('packet')
    .$if(viewer.contactId !== null, (packets) => packets.where(packetVisibleTo(viewer.contactId)))
    .$if(clientId !== null, (packets) => packets.where('packet.clientId', '=', clientId ?? ''))
    .$if(status != null, (packets) => packets.where(oneOf('packet.status', status ?? [])))
    .$if(type != null, (packets) => packets.where(oneOf('packet.type', type ?? [])));
  const rows = await database.run(
    applyPage(matching.select(args.columns), 'packet', page).$castTo<PacketRow>(),
  );
  return { ...toPage(rows, page), count: () => countRows(database, matching) };
}

/** How many packets of a tenant are in which state. */
export interface QueueFigures {
  pending: number;
  processing: number;
  completed: number;
  failed: number;
  oldestPendingSeconds: number | null;
}

/** The counts are read from the index alone, and only what waits is looked at itself. */
const queueFigures = prepare(() => {
  const count = (status: PacketStatus) =>
    sql<number>`count(*) filter (where ${sql.ref('packet.status')} = ${sql.lit(status)})`;
  const oldest = query
    .selectFrom('packet as waiting')
    .select(
      sql`extract(epoch from statement_timestamp() - min(${sql.ref('waiting.queuedAt')}))::float8`.as(
        'seconds',
      ),
    )
    .where('waiting.status', '=', 'PENDING');
  return query
    .selectFrom('packet')
    .select([
      count('PENDING').as('pending'),
      count('GENERATING').as('processing'),
      count('COMPLETED').as('completed'),
      count('FAILED').as('failed'),
      sql<number | null>`(${oldest})`.as('oldestPendingSeconds'),
    ]);
});

/** The tenant's queue; one statement. */
export async function readQueue(platform: Platform, viewer: Viewer): Promise<QueueFigures> {
  const [row] = await platform.database.forTenant(viewer).runPrepared(queueFigures, {});
  if (!row) throw new Error('Counting answers a row, always.');
  return row;
}

const PacketId = z.object({ id: idOf('Packet') });

/** What changes whenever a packet does. */
export const CHANGED = {
  version: sql<number>`${sql.ref('packet.version')} + 1`,
  updatedAt: sql<Date>`statement_timestamp()`,
};

/** The values of a packet that waits, with nothing done yet. */
export const NOTHING_DONE = {
  progress: 0,
  sections: '[]',
  title: null,
  runId: null,
} satisfies Partial<Record<keyof Selectable<TenantTables['packet']>, unknown>>;

/** Puts a FAILED packet back into the queue; its attempts start again. */
export async function retryPacket(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof PacketId>,
) {
  const { id } = parseInput(PacketId, input);
  const jobId = uuidv7();
  return platform.database.forTenant(viewer).change(['packet', id], async (tx) => {
    const values = {
      status: 'PENDING',
      attempts: 0,
      maxAttempts: platform.config.PACKET_MAX_ATTEMPTS,
      errorMessage: null,
      startedAt: null,
      jobId,
    } as const;
    const [packet] = await tx.run(
      query
        .updateTable('packet')
        .set({ ...values, ...NOTHING_DONE, ...CHANGED, queuedAt: sql`statement_timestamp()` })
        .where('id', '=', id)
        .where('status', '=', 'FAILED')
        .returning(PACKET_COLUMNS),
    );
    if (!packet) throw await refusal(tx, id, 'Only a packet that FAILED can be retried.');
    await platform.jobs.enqueue(tx, GENERATE_PACKET, [
      { id: jobId, payload: { packetId: id, jobId }, priority: JOB_PRIORITIES[packet.priority] },
    ]);
    publishPacketsChanged(platform, tx, [packet]);
    return { packet };
  });
}

/** Gives up a packet that is not finished; a run that is under way ends at its next write. */
export async function cancelPacket(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof PacketId>,
) {
  const { id } = parseInput(PacketId, input);
  return platform.database.forTenant(viewer).change(['packet', id], async (tx) => {
    const [known] = await tx.run(query.selectFrom('packet').select('jobId').where('id', '=', id));
    // The job before the packet, as a run that completes both takes them.
    if (known) await platform.jobs.cancel(tx, GENERATE_PACKET, [known.jobId]);
    const [packet] = await tx.run(
      query
        .updateTable('packet')
        .set({ status: 'CANCELLED', runId: null, nextAttemptAt: null, ...CHANGED })
        .where('id', '=', id)
        .where('status', 'in', ['PENDING', 'GENERATING', 'FAILED'])
        .returning(PACKET_COLUMNS),
    );
    if (!packet) throw await refusal(tx, id, 'The packet is finished or was cancelled before.');
    publishPacketsChanged(platform, tx, [packet]);
    return { packet };
  });
}

async function refusal(tx: TenantTransaction, id: string, message: string): Promise<Error> {
  const [packet] = await tx.run(query.selectFrom('packet').select('id').where('id', '=', id));
  return packet ? userError('CONFLICT', ['id'], message) : notFound(['id']);
}
