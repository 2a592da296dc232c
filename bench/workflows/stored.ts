/**
 * Executions as they pile up in a year, written by SQL and never random: 5 workflows of 10 steps,
 * most executions COMPLETED.
 */
import type { DemoBench } from '../demo.ts';

export const WORKFLOWS = ['stored-1', 'stored-2', 'stored-3', 'stored-4', 'stored-5'];

/** SQL for a number from 0 to 1 that follows from the value of another SQL expression. */
const share = (text: string) => `(('x' || substr(md5(${text}), 1, 7))::bit(28)::int / 268435456.0)`;

/** Writes executions of one millisecond to some minutes, of the workflows, which must exist. */
export async function storeExecutions(
  { client, tenantId, userId }: DemoBench,
  count: number,
): Promise<void> {
  await client.query(
    `insert into workflow_execution ("tenantId", id, "workflowId", "versionId", version, status, input, output, "startedById", "stepCount", "doneCount", parallel, "createdAt", "startedAt", "finishedAt")
     select $1, gen_random_uuid(), v."workflowId", v.id, 20, s.status::"WorkflowExecutionStatus", '{"propertyId": "x", "title": "Tap is leaking"}', case s.status when 'COMPLETED' then '{"s9": {"until": "now"}}'::jsonb end, $2, 10,
       case s.status when 'COMPLETED' then 10 else 5 end, n % 3 > 0, t.at, t.at + interval '20 milliseconds', case when s.status <> 'RUNNING' then t.at + exp(${share(`'total' || n`)} * 8 + 4) * interval '1 millisecond' end
     from generate_series(1, $3::int) n
     cross join lateral (select now() - (${share(`'at' || n`)} * 365) * interval '1 day' as at) t
     cross join lateral (select case when n % 1000 = 0 then 'RUNNING' when n % 40 = 1 then 'FAILED' when n % 90 = 2 then 'CANCELLED' else 'COMPLETED' end as status) s
     join lateral (select v.* from workflow w join workflow_version v on v."tenantId" = w."tenantId" and v."workflowId" = w.id
       where w."tenantId" = $1 and w.key = ($4::text[])[1 + n % 5]) v on true`,
    [tenantId, userId, count, WORKFLOWS],
  );
  await client.query(
    `insert into workflow_step_run ("tenantId", "executionId", "stepId", position, type, status, attempts, output, "startedAt", "finishedAt")
     select e."tenantId", e.id, 's' || n, n, (array['CREATE_MAINTENANCE_REQUEST', 'ASSIGN_PRIORITY_AI', 'ASSIGN_TECHNICIAN', 'SEND_NOTIFICATION', 'WAIT'])[1 + n % 5]::"WorkflowStepType",
       s.status::"WorkflowStepStatus", (s.status <> 'SKIPPED')::int, case s.status when 'COMPLETED' then '{"requestId": "TWFpbnRlbmFuY2VSZXF1ZXN0OjE="}'::jsonb end, e."createdAt",
       case when s.status <> 'PENDING' then e."createdAt" + exp(${share(`e.id::text || n`)} * 8 + 1) * interval '1 millisecond' end
     from workflow_execution e cross join generate_series(0, 9) n
     cross join lateral (select case when n < 5 or e.status = 'COMPLETED' then 'COMPLETED' when e.status = 'FAILED' then case n when 5 then 'FAILED' else 'SKIPPED' end else 'PENDING' end as status) s
     where e."tenantId" = $1 and e."workflowId" in (select id from workflow where "tenantId" = $1 and key = any($2::text[]))`,
    [tenantId, WORKFLOWS],
  );
}
