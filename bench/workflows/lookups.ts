/**
 * Rules called in the benchmark's own process: looking up a cached definition, and assigning one of
 * 10,000 technicians.
 */
import type { App } from '../../src/app.ts';
import { readDefinition } from '../../src/workflows/definitions/definitions.ts';
import { assignNearest } from '../../src/workflows/maintenance/assignment.ts';
import type { DemoBench } from '../demo.ts';
import { startLocalApp } from '../servers/local-app.ts';
import { percentile } from '../statistics.ts';
import { timed } from '../timing.ts';

const LOOKUPS = 50_000;
const TECHNICIANS = 10_000;
const WARM_UPS = 10;

export interface LookupFindings {
  definitionP50Ms: number;
  definitionP99Ms: number;
  /** The statements that find out the skill, lock it, and assign. */
  assignmentP50Ms: number;
  assignmentP95Ms: number;
  technicians: number;
}

export async function measureLookups(bench: DemoBench): Promise<LookupFindings> {
  const { client, tenantId } = bench;
  await client.query(TECHNICIANS_SQL, [tenantId, TECHNICIANS]);
  await client.query('vacuum (analyze) technician');
  const { rows: requests } = await client.query<{ id: string }>(REQUESTS_SQL, [
    tenantId,
    bench.quick ? 60 : 240,
  ]);
  const app = await startLocalApp(bench);
  try {
    const definitions = await lookUpDefinitions(app, tenantId);
    const assignments = await assign(
      app,
      tenantId,
      requests.map(({ id }) => id),
    );
    const { rows } = await client.query<{ count: number }>(
      'select count(*)::int as count from technician where "tenantId" = $1',
      [tenantId],
    );
    return {
      definitionP50Ms: percentile(definitions, 0.5),
      definitionP99Ms: percentile(definitions, 0.99),
      assignmentP50Ms: percentile(assignments, 0.5),
      assignmentP95Ms: percentile(assignments, 0.95),
      technicians: rows[0]?.count ?? 0,
    };
  } finally {
    await app.stop();
  }
}

/** Each has one to three of the five skills; they live all around the properties. */
const TECHNICIANS_SQL = `
  insert into technician ("tenantId", id, name, skills, "skillKeys", latitude, longitude)
  select $1, gen_random_uuid(), 'Technician ' || n, s.skills,
    (select array_agg(lower(skill)) from unnest(s.skills) skill),
    45.5 + (n * 7919 % 4001 - 2000) / 10000.0, -122.7 + (n * 104729 % 6007 - 3000) / 10000.0
  from generate_series(1, $2::int) n
  cross join lateral (
    select (
      array['Plumbing', 'Heating', 'Electrical', 'Lifts', 'Roofing', 'Plumbing', 'Heating']
    )[1 + n % 5 : 1 + n % 5 + n % 3] as skills) s`;

const REQUESTS_SQL = `
  insert into maintenance_request ("tenantId", id, "propertyId", "assetId", title, description)
  select $1, gen_random_uuid(), a."propertyId", a.id, 'Bench', ''
  from asset a cross join generate_series(1, 3)
  where a."tenantId" = $1 order by a.id limit $2 returning id`;

/** The milliseconds of each look-up. */
async function lookUpDefinitions({ platform }: App, tenantId: string): Promise<number[]> {
  const taken: number[] = [];
  for (let lookup = 0; lookup < LOOKUPS; lookup += 1) {
    const startedAt = performance.now();
    await readDefinition(platform, { tenantId }, 'maintenance-intake');
    taken.push(performance.now() - startedAt);
  }
  return taken;
}

/** The milliseconds of each assignment but the first ones, which prepare their statements. */
async function assign(
  { platform }: App,
  tenantId: string,
  requestIds: readonly string[],
): Promise<number[]> {
  const taken: number[] = [];
  const database = platform.database.forTenant({ tenantId });
  for (const id of requestIds) {
    await database.transaction(async (tx) => {
      const { result, ms } = await timed(() => assignNearest(tx, id));
      if ('refusal' in result) throw new Error(`Expected a technician, found ${result.refusal}`);
      taken.push(ms);
    });
  }
  return taken.slice(WARM_UPS);
}
