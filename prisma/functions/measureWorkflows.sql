-- Measures executions from their raw rows: the truth behind "workflow_figure". Blocks are of level
-- 0. A slot is one millisecond wide below 16 ms; from there on each power of two has 16 slots, so
-- that none is wider than 1/16 of its times.
CREATE OR REPLACE FUNCTION "measureWorkflows"("_tenantId" uuid, "_ids" uuid[],
  "_withSteps" boolean)
RETURNS TABLE ("block" integer, "workflowId" uuid, "subject" text, "slot" integer,
  "runs" integer, "completed" integer, "failed" integer, "cancelled" integer, "parallel" integer,
  "ms" bigint)
LANGUAGE sql STABLE AS $$
  WITH "chosen" AS MATERIALIZED (
    SELECT e."id", e."workflowId", e."status", e."parallel", e."finishedAt" - e."createdAt" AS "time", floor(date_part('epoch', e."createdAt") / 28800)::integer AS "block"
    FROM unnest("_ids") AS i("id") JOIN "workflow_execution" e ON e."tenantId" = "_tenantId" AND e."id" = i."id"
  ), "runs" AS (
    SELECT c."block", c."workflowId", 'EXECUTION' AS "subject", c."status"::text, c."parallel", c."time" FROM "chosen" c
    UNION ALL
    SELECT c."block", c."workflowId", r."type"::text, r."status"::text, false, r."finishedAt" - r."startedAt"
    FROM "chosen" c JOIN "workflow_step_run" r ON r."tenantId" = "_tenantId" AND r."executionId" = c."id"
    WHERE "_withSteps" AND r."status" IN ('COMPLETED', 'FAILED')
  )
  SELECT r."block", r."workflowId", r."subject", s."slot",
    count(*)::int, (count(*) FILTER (WHERE r."status" = 'COMPLETED'))::int, (count(*) FILTER (WHERE r."status" = 'FAILED'))::int,
    (count(*) FILTER (WHERE r."status" = 'CANCELLED'))::int, (count(*) FILTER (WHERE r."parallel"))::int, sum(t."ms")::bigint
  FROM "runs" r
  CROSS JOIN LATERAL (SELECT CASE r."status" WHEN 'COMPLETED' THEN greatest(0, date_part('epoch', r."time") * 1000)::bigint END AS "ms") t
  CROSS JOIN LATERAL (SELECT greatest(0, length(ltrim(t."ms"::bit(64)::text, '0')) - 5) AS "shift") p
  CROSS JOIN LATERAL (SELECT p."shift" * 16 + (t."ms" >> p."shift")::int AS "slot") s
  GROUP BY r."block", r."workflowId", r."subject", s."slot"
$$;
