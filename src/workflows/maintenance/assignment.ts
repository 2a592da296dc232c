/**
 * Assigns a technician to a maintenance request: of those with the skill, the nearest by
 * great-circle distance (to the metre), then the one with the fewest open requests. One statement
 * finds and assigns. Assignments of one skill follow each other, so that each counts the open
 * requests of those before it.
 */
import { sql } from 'kysely';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { changedStatus } from './requests.ts';
import { skillKey } from './technicians.ts';

/** Who was assigned, or why nobody was, in words that are shown. */
export type Assignment = { technicianId: string } | { refusal: string };

const neededSkill = prepare((p: { id: string }) =>
  query
    .selectFrom('maintenance_request')
    .leftJoin('asset', 'asset.id', 'maintenance_request.assetId')
    .select(['maintenance_request.status', 'asset.category'])
    .where('maintenance_request.id', '=', p.id),
);

/**
 * Locks a skill until the transaction ends. A statement that begins afterwards sees what the
 * transaction that held it before has committed.
 */
const lockSkill = prepare((p: { name: string }) =>
  query.selectNoFrom(
    sql<null>`pg_advisory_xact_lock(hashtextextended(${p.name}::text, 0))`.as('locked'),
  ),
);

const assign = prepare((p: { id: string; skill: string }) =>
  query
    .with('nearest', (cte) =>
      cte
        .selectFrom('maintenance_request as request')
        .innerJoin('property', 'property.id', 'request.propertyId')
        .innerJoin('technician', (join) =>
          join.on(sql<boolean>`${sql.ref('technician.skillKeys')} @> array[${p.skill}::text]`),
        )
        .select('technician.id')
        .where('request.id', '=', p.id)
        .orderBy(
          sql`round(great_circle_metres(
            ${sql.ref('property.latitude')}, ${sql.ref('property.longitude')},
            ${sql.ref('technician.latitude')}, ${sql.ref('technician.longitude')}))`,
        )
        .orderBy('technician.openRequests')
        .orderBy('technician.id')
        .limit(1),
    )
    .updateTable('maintenance_request')
    .from('nearest')
    .set({
      technicianId: sql<string>`${sql.ref('nearest.id')}`,
      status: changedStatus('OPEN', 'ASSIGNED'),
      updatedAt: sql<Date>`statement_timestamp()`,
    })
    .where('maintenance_request.id', '=', p.id)
    .where('maintenance_request.status', 'not in', ['DONE', 'CANCELLED'])
    .returning('maintenance_request.technicianId'),
);

/** Assigns a technician to a request, or returns why nobody can be. */
export async function assignNearest(tx: TenantTransaction, id: string): Promise<Assignment> {
  const [request] = await tx.runPrepared(neededSkill, { id });
  if (!request) return { refusal: 'input.requestId: Nothing with this id exists.' };
  if (request.category === null)
    return { refusal: 'The request names no asset, so the skill that it needs is unknown.' };
  const skill = skillKey(request.category);
  await tx.runPrepared(lockSkill, { name: `assignment:${tx.tenantId}:${skill}` });
  const [assigned] = await tx.runPrepared(assign, { id, skill });
  if (assigned?.technicianId) return { technicianId: assigned.technicianId };
  if (request.status === 'DONE' || request.status === 'CANCELLED')
    return { refusal: `The request is ${request.status}.` };
  return { refusal: `No technician has the skill "${request.category}".` };
}
