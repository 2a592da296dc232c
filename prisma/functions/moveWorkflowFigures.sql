-- Adds executions to the figures of all levels (sign 1) or takes them out (sign -1). Call it for
-- one tenant at a time.
CREATE OR REPLACE FUNCTION "moveWorkflowFigures"("_tenantId" uuid, "_ids" uuid[],
  "_sign" integer)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  WITH "moves" AS MATERIALIZED (
    SELECT l."level", m."block" >> (3 * l."level") AS "block", w."workflowId", m."subject", m."slot", sum(m."runs") * "_sign" AS "runs", sum(m."completed") * "_sign" AS "completed",
      sum(m."failed") * "_sign" AS "failed", sum(m."cancelled") * "_sign" AS "cancelled", sum(m."parallel") * "_sign" AS "parallel", sum(m."ms") * "_sign" AS "ms"
    FROM "measureWorkflows"("_tenantId", "_ids", true) m CROSS JOIN generate_series(0, 3) AS l("level")
    CROSS JOIN LATERAL (VALUES (m."workflowId"), ('00000000-0000-0000-0000-000000000000')) AS w("workflowId")
    GROUP BY 1, 2, 3, 4, 5
  ), "before" AS MATERIALIZED (
    SELECT f.* FROM (SELECT DISTINCT m."level", m."block", m."workflowId", m."subject" FROM "moves" m) m
    JOIN "workflow_figure" f
      ON f."tenantId" = "_tenantId" AND f."level" = m."level" AND f."block" = m."block" AND f."workflowId" = m."workflowId" AND f."subject" = m."subject"
  ), "totals" AS (
    SELECT t."level", t."block", t."workflowId", t."subject", sum(t."runs") AS "runs", sum(t."completed") AS "completed", sum(t."failed") AS "failed",
      sum(t."cancelled") AS "cancelled", sum(t."parallel") AS "parallel"
    FROM (
      SELECT m."level", m."block", m."workflowId", m."subject", m."runs", m."completed", m."failed", m."cancelled", m."parallel" FROM "moves" m
      UNION ALL SELECT b."level", b."block", b."workflowId", b."subject", b."runs", b."completed", b."failed", b."cancelled", b."parallel" FROM "before" b
    ) t GROUP BY 1, 2, 3, 4
  ), "slots" AS (
    SELECT t."level", t."block", t."workflowId", t."subject", t."slot", sum(t."count") AS "count", sum(t."ms") AS "ms"
    FROM (
      SELECT m."level", m."block", m."workflowId", m."subject", m."slot", m."completed" AS "count", m."ms" FROM "moves" m WHERE m."slot" IS NOT NULL
      UNION ALL
      SELECT b."level", b."block", b."workflowId", b."subject", u."slot", u."count", u."ms"
      FROM "before" b CROSS JOIN LATERAL unnest(b."slots", b."counts", b."ms") AS u("slot", "count", "ms")
    ) t GROUP BY 1, 2, 3, 4, 5 HAVING sum(t."count") <> 0
  ), "times" AS (
    SELECT s."level", s."block", s."workflowId", s."subject", array_agg(s."slot" ORDER BY s."slot") AS "slots", array_agg(s."count"::int ORDER BY s."slot") AS "counts",
      array_agg(s."ms"::bigint ORDER BY s."slot") AS "ms"
    FROM "slots" s GROUP BY 1, 2, 3, 4
  )
  INSERT INTO "workflow_figure" AS f ("tenantId", "level", "block", "workflowId", "subject", "runs", "completed", "failed", "cancelled", "parallel", "slots", "counts", "ms")
  SELECT "_tenantId", t."level", t."block", t."workflowId", t."subject", t."runs", t."completed", t."failed", t."cancelled", t."parallel",
    coalesce(p."slots", '{}'), coalesce(p."counts", '{}'), coalesce(p."ms", '{}')
  FROM "totals" t LEFT JOIN "times" p ON p."level" = t."level" AND p."block" = t."block" AND p."workflowId" = t."workflowId" AND p."subject" = t."subject"
  ON CONFLICT ("tenantId", "workflowId", "level", "block", "subject") DO UPDATE
  SET "runs" = excluded."runs", "completed" = excluded."completed", "failed" = excluded."failed", "cancelled" = excluded."cancelled", "parallel" = excluded."parallel",
    "slots" = excluded."slots", "counts" = excluded."counts", "ms" = excluded."ms";
  UPDATE "workflow_execution" e SET "counted" = ("_sign" = 1) WHERE e."tenantId" = "_tenantId" AND e."id" = ANY("_ids");
END
$$;
