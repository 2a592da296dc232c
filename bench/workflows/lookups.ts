/**
 * Rules called in the benchmark's own process: looking up a cached definition, and assigning a
 * technician among 10,000.
 */
import { readDefinition } from '../../src/workflows/definitions/definitions.ts';
import { assignNearest } from '../../src/workflows/maintenance/assignment.ts';
import { startLocalApp } from '../contacts/local-app.ts';
import type { DemoBench } from '../demo.ts';
import { percentile } from '../report.ts';

const LOOKUPS = 50_000;
const TECHNICIANS = 10_000;

export interface LookupFindings {
  definitionP50Ms: number;
  definitionP99Ms: number;
  /** Statements that find out the skill, hold it, and assign. */
  assignmentP50Ms: number;
  assignmentP95Ms: number;
  technicians: number;
}

export async function measureLookups(bench: DemoBench): Promise<LookupFindings> {
  const { client, tenantId } = bench;
  // Each has one to three of the five skills; all around the properties.
  await client.query(
    `insert into technician ("tenantId", id, name, skills, "skillKeys", latitude, longitude)
     select $1, gen_random_uuid(), 'Technician ' || n, s.skills, (select array_agg(lower(skill)) from unnest(s.skills) skill), 45.5 + (n * 7919 % 4001 - 2000) / 10000.0, -122.7 + (n * 104729 % 6007 - 3000) / 10000.0
     from generate_series(1, $2::int) n
     cross join lateral (select (array['Plumbing', 'Heating', 'Electrical', 'Lifts', 'Roofing', 'Plumbing', 'Heating'])[1 + n % 5 : 1 + n % 5 + n % 3] as skills) s`,
    [tenantId, TECHNICIANS],
  );
  await client.query('vacuum (analyze) technician');
  const { rows: requests } = await client.query<{ id: string }>(
    `insert into maintenance_request ("tenantId", id, "propertyId", "assetId", title, description)
     select $1, gen_random_uuid(), a."propertyId", a.id, 'Bench', '' from asset a cross join generate_series(1, 3) where a."tenantId" = $1 order by a.id limit $2 returning id`,
    [tenantId, bench.quick ? 60 : 240],
  );
  const app = await startLocalApp(bench);
  try {
    const definitions: number[] = [];
    for (let lookup = 0; lookup < LOOKUPS; lookup += 1) {
      const startedAt = performance.now();
      await readDefinition(app.platform, { tenantId }, 'maintenance-intake');
      definitions.push(performance.now() - startedAt);
    }
    const assignments: number[] = [];
    const database = app.platform.database.forTenant({ tenantId });
    for (const { id } of requests) {
      await database.transaction(async (tx) => {
        const startedAt = performance.now();
        const assigned = await assignNearest(tx, id);
        assignments.push(performance.now() - startedAt);
        if ('refusal' in assigned)
          throw new Error(`Expected a technician, found ${assigned.refusal}`);
      });
    }
    const { rows } = await client.query<{ count: number }>(
      'select count(*)::int as count from technician where "tenantId" = $1',
      [tenantId],
    );
    return {
      definitionP50Ms: percentile(definitions, 0.5),
      definitionP99Ms: percentile(definitions, 0.99),
      assignmentP50Ms: percentile(assignments.slice(10), 0.5),
      assignmentP95Ms: percentile(assignments.slice(10), 0.95),
      technicians: rows[0]?.count ?? 0,
    };
  } finally {
    await app.stop();
  }
}
