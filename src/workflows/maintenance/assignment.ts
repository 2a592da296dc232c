/**
 * Finds who mends something: among the technicians with the skill, the nearest by great-circle
 * distance (to the metre), then the one with the fewest open requests. One statement finds and
 * assigns; assignments of one skill follow each other, so that each sees the open requests that the
 * one before has made.
 */
import { sql } from 'kysely';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';

export type Assignment = { technicianId: string } | { refusal: string };

const neededSkill = prepare((p: { id: string }) =>
  query
    .selectFrom('maintenance_request')
    .leftJoin('asset', 'asset.id', 'maintenance_request.assetId')
    .select(['maintenance_request.status', 'asset.category'])
    .where('maintenance_request.id', '=', p.id),
);

/**
 * Until the transaction ends; a statement that begins after it sees what the holder before has
 * committed.
 */
const holdSkill = prepare((p: { name: string }) =>
  query.selectNoFrom(
    sql<null>`pg_advisory_xact_lock(hashtextextended(${p.name}::text, 0))`.as('held'),
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
          sql`round(great_circle_metres(${sql.ref('property.latitude')}, ${sql.ref('property.longitude')}, ${sql.ref('technician.latitude')}, ${sql.ref('technician.longitude')}))`,
        )
        .orderBy('technician.openRequests')
        .orderBy('technician.id')
        .limit(1),
    )
    .updateTable('maintenance_request')
    .from('nearest')
    .set({
      technicianId: sql<string>`${sql.ref('nearest.id')}`,
      status: sql<'OPEN'>`case ${sql.ref('maintenance_request.status')} when 'OPEN' then 'ASSIGNED'::"MaintenanceStatus" else ${sql.ref('maintenance_request.status')} end`,
      updatedAt: sql<Date>`statement_timestamp()`,
    })
    .where('maintenance_request.id', '=', p.id)
    .where('maintenance_request.status', 'not in', ['DONE', 'CANCELLED'])
    .returning('maintenance_request.technicianId'),
);

/** Assigns a request, or says why nobody can be. */
export async function assignNearest(tx: TenantTransaction, id: string): Promise<Assignment> {
  const [request] = await tx.runPrepared(neededSkill, { id });
  if (!request) return { refusal: 'input.requestId: Nothing with this id exists.' };
  if (request.category === null)
    return { refusal: 'The request is for no asset, so that it is not known what skill it needs.' };
  const skill = skillKey(request.category);
  await tx.runPrepared(holdSkill, { name: `assignment:${tx.tenantId}:${skill}` });
  const [assigned] = await tx.runPrepared(assign, { id, skill });
  if (assigned?.technicianId) return { technicianId: assigned.technicianId };
  if (request.status === 'DONE' || request.status === 'CANCELLED')
    return { refusal: `The request is ${request.status}.` };
  return { refusal: `No technician has the skill "${request.category}".` };
}

/** A skill or category as it is compared. */
export function skillKey(skill: string): string {
  return skill.trim().toLowerCase();
}
