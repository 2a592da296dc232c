-- The figures of a tenant's executions created in [from, to), of one workflow or all: the kept
-- figures, plus the raw rows of executions that are not counted yet or lie at an edge.
CREATE OR REPLACE FUNCTION "workflowFigures"("_tenantId" uuid, "_key" text, "_from" timestamptz,
  "_to" timestamptz, "_withSteps" boolean)
RETURNS TABLE ("subject" text, "runs" integer, "completed" integer, "failed" integer,
  "cancelled" integer, "parallel" integer, "counts" integer[], "ms" double precision[])
LANGUAGE plpgsql STABLE AS $$
DECLARE
  "_workflowId" uuid;
  "_begin" timestamptz := coalesce("_from", '-infinity');
  "_end" timestamptz := coalesce("_to", 'infinity');
  -- Where whole blocks begin and end.
  "_first" timestamptz := CASE WHEN "_from" IS NULL THEN '-infinity' ELSE to_timestamp(ceil(date_part('epoch', "_from") / 28800) * 28800) END;
  "_last" timestamptz := CASE WHEN "_to" IS NULL THEN 'infinity' ELSE to_timestamp(floor(date_part('epoch', "_to") / 28800) * 28800) END;
  "_ids" uuid[];
BEGIN
  IF "_key" IS NOT NULL THEN
    SELECT w."id" INTO "_workflowId" FROM "workflow" w WHERE w."tenantId" = "_tenantId" AND w."key" = "_key";
    IF NOT FOUND THEN RETURN; END IF;
  END IF;
  IF "_first" >= "_last" THEN
    "_first" := "_end";
    "_last" := "_end";
  END IF;
  "_ids" := ARRAY(
    SELECT e."id" FROM "workflow_execution" e
    WHERE e."tenantId" = "_tenantId" AND NOT e."counted" AND e."createdAt" >= "_begin" AND e."createdAt" < "_end" AND ("_workflowId" IS NULL OR e."workflowId" = "_workflowId")
    UNION ALL SELECT e."id" FROM "workflow_execution" e
    WHERE e."tenantId" = "_tenantId" AND e."counted" AND e."createdAt" >= "_begin" AND e."createdAt" < "_first" AND ("_workflowId" IS NULL OR e."workflowId" = "_workflowId")
    UNION ALL SELECT e."id" FROM "workflow_execution" e
    WHERE e."tenantId" = "_tenantId" AND e."counted" AND e."createdAt" >= "_last" AND e."createdAt" < "_end" AND ("_workflowId" IS NULL OR e."workflowId" = "_workflowId")
  );
  RETURN QUERY
  WITH "parts" AS MATERIALIZED (
    SELECT f."subject", f."runs", f."completed", f."failed", f."cancelled", f."parallel", f."slots", f."counts", f."ms"
    FROM "workflowBlocks"("_from", "_to") b
    -- OFFSET 0 has each range of blocks read by the key: the planner takes it for a large part of the table.
    CROSS JOIN LATERAL (
      SELECT * FROM "workflow_figure" f
      WHERE f."tenantId" = "_tenantId" AND f."workflowId" = coalesce("_workflowId", '00000000-0000-0000-0000-000000000000') AND f."level" = b."level"
        AND f."block" BETWEEN b."first" AND b."last" AND ("_withSteps" OR f."subject" = 'EXECUTION')
      OFFSET 0
    ) f
    UNION ALL
    SELECT m."subject", m."runs", m."completed", m."failed", m."cancelled", m."parallel", ARRAY[m."slot"], ARRAY[m."completed"], ARRAY[m."ms"]
    FROM "measureWorkflows"("_tenantId", "_ids", "_withSteps") m
  ), "totals" AS (
    SELECT p."subject", sum(p."runs") AS "runs", sum(p."completed") AS "completed", sum(p."failed") AS "failed", sum(p."cancelled") AS "cancelled", sum(p."parallel") AS "parallel"
    FROM "parts" p GROUP BY p."subject" HAVING sum(p."runs") > 0
  ), "slots" AS (
    SELECT p."subject", u."slot", sum(u."count") AS "count", sum(u."ms") AS "ms"
    FROM "parts" p CROSS JOIN LATERAL unnest(p."slots", p."counts", p."ms") AS u("slot", "count", "ms") WHERE u."slot" IS NOT NULL GROUP BY p."subject", u."slot"
  ), "times" AS (
    SELECT s."subject", array_agg(s."count"::int ORDER BY s."slot") AS "counts", array_agg(s."ms"::double precision ORDER BY s."slot") AS "ms" FROM "slots" s GROUP BY s."subject"
  )
  SELECT t."subject", t."runs"::int, t."completed"::int, t."failed"::int, t."cancelled"::int, t."parallel"::int, coalesce(x."counts", '{}'), coalesce(x."ms", '{}')
  FROM "totals" t LEFT JOIN "times" x ON x."subject" = t."subject";
END
$$;
