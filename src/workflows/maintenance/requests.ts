/**
 * Maintenance requests: what is to be repaired, how urgent it is, and who does it. A request is
 * OPEN, ASSIGNED once it has a technician, IN_PROGRESS, then DONE or CANCELLED. This is the head of
 * the room: requests are of properties and their assets (properties.ts), done by technicians
 * (technicians.ts); priority.ts says how urgent one is, assignment.ts finds a technician.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { MaintenancePriority, MaintenanceStatus } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { whereGiven } from '../../platform/database/filters.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../../platform/database/ordering.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { violates } from '../../platform/database/sql-errors.ts';
import type { TenantQueries, TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import { type Given, idOf } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import type { Assessment } from './priority-rules.ts';

const REQUEST_COLUMNS = [
  'id',
  'title',
  'description',
  'status',
  'priority',
  'priorityReason',
  'propertyId',
  'assetId',
  'technicianId',
  'createdAt',
] as const;

/** Requests by their ids, in any order. */
export const requestsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('maintenance_request').select(REQUEST_COLUMNS).where('id', '=', anyOf(p.ids)),
);

/** Which requests a list shows. */
export const RequestFilter = z
  .object({
    status: z
      .array(z.enum(MaintenanceStatus))
      .optional()
      .describe(
        'Requests with one of these statuses; omitted or null: every status. An empty list finds nothing.',
      ),
    priority: z
      .array(z.enum(MaintenancePriority))
      .optional()
      .describe(
        'Requests with one of these priorities; omitted or null: all, even those without a priority. An empty list finds nothing.',
      ),
  })
  .describe('Which requests to list: those that meet all given conditions.');

interface RequestListArguments extends PageArguments {
  filter?: Given<typeof RequestFilter> | null;
}

/** A page of the tenant's requests, newest first. */
export async function listRequests(platform: Platform, viewer: Viewer, args: RequestListArguments) {
  const page = parsePage(args, NEWEST_FIRST);
  const { status, priority } = args.filter ?? {};
  const database = platform.database.forTenant(viewer);
  const matching = query
    .selectFrom('maintenance_request')
    .$call(
      whereGiven(status, (statuses, eb) =>
        eb(
          'maintenance_request.status',
          '=',
          sql<MaintenanceStatus>`any(${statuses}::text[]::"MaintenanceStatus"[])`,
        ),
      ),
    )
    .$call(
      whereGiven(priority, (priorities, eb) =>
        eb(
          'maintenance_request.priority',
          '=',
          sql<MaintenancePriority>`any(${priorities}::text[]::"MaintenancePriority"[])`,
        ),
      ),
    );
  const rows = await database.run(
    applyPage(matching.select(REQUEST_COLUMNS), 'maintenance_request', page),
  );
  return { ...toPage(rows, page), count: () => countRows(database, matching) };
}

/** A request that is to be stored. */
export interface NewRequest {
  propertyId: string;
  /** An asset of the property. */
  assetId: string | null;
  title: string;
  description: string;
}

/** Stores an OPEN request without a priority; returns its id. */
export async function insertRequest(tx: TenantTransaction, request: NewRequest): Promise<string> {
  const id = uuidv7();
  await tx.run(query.insertInto('maintenance_request').values({ ...request, id }));
  return id;
}

/** What a request says, from which its priority is assessed. */
export interface RequestContent {
  title: string;
  description: string;
  /** The category of its asset; null if it names none. */
  category: string | null;
}

const contentById = prepare((p: { id: string }) =>
  query
    .selectFrom('maintenance_request')
    .leftJoin('asset', 'asset.id', 'maintenance_request.assetId')
    .select(['maintenance_request.title', 'maintenance_request.description', 'asset.category'])
    .where('maintenance_request.id', '=', p.id),
);

/** What a request says; null if there is no such request. */
export async function readRequest(
  database: TenantQueries,
  id: string,
): Promise<RequestContent | null> {
  return (await database.runPrepared(contentById, { id }))[0] ?? null;
}

/** Sets the priority of a request and the reason for it; false if there is no such request. */
export async function setPriority(
  tx: TenantTransaction,
  id: string,
  { priority, reason }: Assessment,
): Promise<boolean> {
  const changed = await tx.run(
    query
      .updateTable('maintenance_request')
      .set({ priority, priorityReason: reason, updatedAt: sql<Date>`statement_timestamp()` })
      .where('id', '=', id)
      .returning('id'),
  );
  return changed.length > 0;
}

/** The input of `updateMaintenanceRequest`: fields that are left out stay. */
export const UpdateRequest = z
  .object({
    id: idOf('MaintenanceRequest').describe('The request to change.'),
    status: z
      .enum(MaintenanceStatus)
      .optional()
      .describe(
        'The new status; unchanged if omitted, unless technicianId changes it. CONFLICT names the allowed ones: a CANCELLED request can only become OPEN, a DONE one anything but CANCELLED; ASSIGNED and IN_PROGRESS need a technician.',
      ),
    priority: z
      .enum(MaintenancePriority)
      .nullish()
      .describe('The new priority, which then has no reason; null: none. Unchanged if omitted.'),
    technicianId: idOf('Technician')
      .nullish()
      .describe(
        'Who is to repair it; null: nobody. Unchanged if omitted. Unless a status is given too, a technician makes an OPEN request ASSIGNED, and null makes an ASSIGNED or IN_PROGRESS one OPEN.',
      ),
  })
  .describe('What to change in a maintenance request.');

/** Where a request may go from each status; it may always stay. */
const MOVES: Readonly<Record<MaintenanceStatus, readonly MaintenanceStatus[]>> = {
  OPEN: ['ASSIGNED', 'IN_PROGRESS', 'DONE', 'CANCELLED'],
  ASSIGNED: ['OPEN', 'IN_PROGRESS', 'DONE', 'CANCELLED'],
  IN_PROGRESS: ['OPEN', 'ASSIGNED', 'DONE', 'CANCELLED'],
  DONE: ['OPEN', 'ASSIGNED', 'IN_PROGRESS'],
  CANCELLED: ['OPEN'],
};
/** Statuses of requests that somebody works on. */
const NEED_TECHNICIAN: readonly MaintenanceStatus[] = ['ASSIGNED', 'IN_PROGRESS'];

interface RequestState {
  status: MaintenanceStatus;
  technicianId: string | null;
}

/** Throws a userError for a status that a request can't have after another. */
function requireMove(from: MaintenanceStatus, { status: to, technicianId }: RequestState): void {
  if (from !== to && !MOVES[from].includes(to))
    throw userError(
      'CONFLICT',
      ['status'],
      `A request that is ${from} can only become ${MOVES[from].join(', ')}.`,
    );
  if (technicianId === null && NEED_TECHNICIAN.includes(to))
    throw userError(
      'CONFLICT',
      ['status'],
      `A request that is ${to} needs a technician: give technicianId too.`,
    );
}

/**
 * Changes the fields that are given. A priority that a person sets has no reason. Unless a status
 * is given too, a technician makes an OPEN request ASSIGNED, and taking the technician away makes
 * an ASSIGNED or IN_PROGRESS one OPEN.
 */
export async function updateRequest(
  platform: Platform,
  viewer: Viewer,
  { id, status, priority, technicianId }: z.output<typeof UpdateRequest>,
) {
  try {
    return await platform.database
      .forTenant(viewer)
      .change(['maintenance request', id], async (tx) => {
        const [before] = await tx.run(
          query
            .selectFrom('maintenance_request')
            .select(['status', 'technicianId'])
            .where('id', '=', id)
            .forUpdate(),
        );
        if (!before) throw notFound(['id']);
        const after = {
          technicianId: technicianId === undefined ? before.technicianId : technicianId,
        };
        const next = { ...after, status: status ?? statusAfter(before.status, technicianId) };
        requireMove(before.status, next);
        const [maintenanceRequest] = await tx.run(
          query
            .updateTable('maintenance_request')
            .set({
              ...next,
              updatedAt: sql<Date>`statement_timestamp()`,
              ...(priority === undefined ? {} : { priority, priorityReason: null }),
            })
            .where('id', '=', id)
            .returning(REQUEST_COLUMNS),
        );
        return { maintenanceRequest };
      });
  } catch (error) {
    if (violates(error, 'maintenance_request_tenantId_technicianId_fkey'))
      throw notFound(['technicianId']);
    throw error;
  }
}

/** The status that follows when a technician is given, taken away (null) or left (undefined). */
function statusAfter(
  status: MaintenanceStatus,
  technicianId: string | null | undefined,
): MaintenanceStatus {
  if (technicianId === null) return NEED_TECHNICIAN.includes(status) ? 'OPEN' : status;
  return technicianId !== undefined && status === 'OPEN' ? 'ASSIGNED' : status;
}

/** SQL for a request's status: `to` if it is `from`, otherwise as it is. */
export function changedStatus(from: MaintenanceStatus, to: MaintenanceStatus) {
  const status = sql.ref('maintenance_request.status');
  return sql<MaintenanceStatus>`case ${status} when ${sql.lit(from)}
    then ${sql.lit(to)}::"MaintenanceStatus" else ${status} end`;
}
