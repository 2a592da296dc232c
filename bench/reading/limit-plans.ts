/**
 * Whether the limit is one: a hand-written statement limits what servers can reach only while
 * PostgreSQL runs it by the best plan.
 */
import pg from 'pg';
import { OPERATIONS, type OperationName } from './operations.ts';
import { LIMIT_SETTINGS, STATEMENTS } from './peers/one-statement-sql.ts';

/** A node of `explain (format json)`; it has more than is read here. */
interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

/**
 * The limit's statements that PostgreSQL would run by another plan than they are written for: a
 * sentence for each.
 */
export async function wrongLimitPlans(
  databaseUrl: string,
  keys: { tenantId: string; packageIds: readonly string[] },
): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, options: LIMIT_SETTINGS });
  await client.connect();
  try {
    const wrong: string[] = [];
    for (const operation of OPERATIONS) {
      const values = operation === 'Detail' ? [keys.tenantId, keys.packageIds[0]] : [keys.tenantId];
      const expected = STATEMENTS[operation].plan.join(', ');
      const found = stepsOf(await planOf(client, operation, values)).join(', ');
      if (found !== expected)
        wrong.push(
          `${operation}: PostgreSQL runs the limit's statement by another plan than it is written for, so it limits nothing: expected ${expected}; found ${found}`,
        );
    }
    return wrong;
  } finally {
    await client.end();
  }
}

async function planOf(
  client: pg.Client,
  operation: OperationName,
  values: readonly unknown[],
): Promise<PlanNode> {
  await client.query(`prepare limit_statement as ${STATEMENTS[operation].text}`);
  const literals = values.map((value) => pg.escapeLiteral(String(value)));
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
    `explain (format json) execute limit_statement (${literals.join(', ')})`,
  );
  await client.query('deallocate limit_statement');
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (!plan) throw new Error(`Expected a plan of the limit's ${operation}`);
  return plan;
}

/** What a plan reads and by which index, and what it sorts, from the outside in. */
function stepsOf(node: PlanNode): string[] {
  const inner = (node.Plans ?? []).flatMap(stepsOf);
  const own = stepOf(node);
  return own === null ? inner : [own, ...inner];
}

function stepOf(node: PlanNode): string | null {
  const type = node['Node Type'];
  const table = node['Relation Name'];
  if (table !== undefined)
    return type.startsWith('Index') ? `${table} by ${node['Index Name']}` : `${type} of ${table}`;
  return /Sort|Hash|Materialize|Gather/.test(type) ? type : null;
}
