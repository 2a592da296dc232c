-- DropIndex
DROP INDEX "workflow_execution_analytics_idx";

-- AlterTable
ALTER TABLE "workflow_execution" ADD COLUMN     "counted" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "workflow_figure" (
    "tenantId" UUID NOT NULL,
    "level" SMALLINT NOT NULL,
    "block" INTEGER NOT NULL,
    "workflowId" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "runs" INTEGER NOT NULL,
    "completed" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "cancelled" INTEGER NOT NULL,
    "parallel" INTEGER NOT NULL,
    "slots" INTEGER[],
    "counts" INTEGER[],
    "ms" BIGINT[],

    CONSTRAINT "workflow_figure_pkey" PRIMARY KEY ("tenantId","workflowId","level","block","subject")
);

-- One that goes on is looked at, not counted: resuming it takes it out first.
ALTER TABLE "workflow_execution" ADD CONSTRAINT "workflow_execution_counted_check" CHECK (NOT "counted" OR "finishedAt" IS NOT NULL);
ALTER TABLE "workflow_figure" ADD CONSTRAINT "workflow_figure_counts_check" CHECK ("completed" >= 0 AND "failed" >= 0 AND "cancelled" >= 0 AND "runs" >= "completed" + "failed" + "cancelled" AND "parallel" BETWEEN 0 AND "runs");
ALTER TABLE "workflow_figure" ADD CONSTRAINT "workflow_figure_slots_check" CHECK (cardinality("slots") = cardinality("counts") AND cardinality("slots") = cardinality("ms"));
CREATE INDEX "workflow_execution_uncounted_idx" ON "workflow_execution" ("tenantId", "createdAt") WHERE NOT "counted";

-- What executions come to by their raw rows: the truth of "workflow_figure". Blocks are of level 0. A slot is of one millisecond
-- below 16 of them, and each power of two has 16 slots from there on, so that none is wider than 1/16 of its times.
CREATE FUNCTION "measureWorkflows"("_tenantId" uuid, "_ids" uuid[], "_withSteps" boolean)
RETURNS TABLE ("block" integer, "workflowId" uuid, "subject" text, "slot" integer, "runs" integer, "completed" integer, "failed" integer, "cancelled" integer, "parallel" integer, "ms" bigint)
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

-- Moves the figures of all levels by what these executions come to: 1 puts them in, -1 takes them out. One at a time does a tenant's.
CREATE FUNCTION "moveWorkflowFigures"("_tenantId" uuid, "_ids" uuid[], "_sign" integer) RETURNS void LANGUAGE plpgsql AS $$
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

-- Puts executions that have ended, and of which nothing runs any more, into the figures; answers how many.
CREATE FUNCTION "countWorkflows"("_tenantId" uuid, "_max" integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  "_ids" uuid[];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('workflow-figures:' || "_tenantId", 0));
  -- Those that somebody holds are being resumed, or stopped: they have their turn next time.
  SELECT array_agg(c."id") INTO "_ids" FROM (
    SELECT e."id" FROM "workflow_execution" e
    WHERE e."tenantId" = "_tenantId" AND NOT e."counted" AND e."finishedAt" IS NOT NULL
      AND NOT EXISTS (SELECT FROM "workflow_step_run" r WHERE r."tenantId" = e."tenantId" AND r."executionId" = e."id" AND r."runId" IS NOT NULL)
    ORDER BY e."createdAt" LIMIT "_max" FOR UPDATE SKIP LOCKED
  ) c;
  IF "_ids" IS NULL THEN RETURN 0; END IF;
  PERFORM "moveWorkflowFigures"("_tenantId", "_ids", 1);
  RETURN cardinality("_ids");
END
$$;

-- Takes an execution out of the figures, where it is in them; the caller has locked it.
CREATE FUNCTION "uncountWorkflow"("_tenantId" uuid, "_id" uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('workflow-figures:' || "_tenantId", 0));
  IF EXISTS (SELECT FROM "workflow_execution" e WHERE e."tenantId" = "_tenantId" AND e."id" = "_id" AND e."counted") THEN
    PERFORM "moveWorkflowFigures"("_tenantId", ARRAY["_id"], -1);
  END IF;
END
$$;

-- The fewest blocks that make up [from, to), null for no bound, and what is left at its edges, which is shorter than a block.
CREATE FUNCTION "workflowBlocks"("_from" timestamptz, "_to" timestamptz)
RETURNS TABLE ("level" integer, "first" integer, "last" integer) LANGUAGE sql IMMUTABLE AS $$
  WITH "whole" AS (
    -- Without a bound: one that no block of the highest level has been cut by, further away than any date.
    SELECT coalesce(ceil(date_part('epoch', "_from") / 28800)::int, -(1 << 30)) AS "lo", coalesce(floor(date_part('epoch', "_to") / 28800)::int, 1 << 30) AS "hi"
  ), "levels" AS (
    SELECT l."level", -((-w."lo") >> (3 * l."level")) AS "lo", w."hi" >> (3 * l."level") AS "hi", -((-w."lo") >> (3 * l."level" + 3)) * 8 AS "upLo", (w."hi" >> (3 * l."level" + 3)) * 8 AS "upHi"
    FROM "whole" w CROSS JOIN generate_series(0, 3) AS l("level")
  )
  SELECT l."level", p."first", p."end" - 1
  FROM "levels" l CROSS JOIN LATERAL (
    SELECT l."lo", l."hi" WHERE l."level" = 3 OR l."upLo" >= l."upHi"
    UNION ALL SELECT l."lo", l."upLo" WHERE l."level" < 3 AND l."upLo" < l."upHi"
    UNION ALL SELECT l."upHi", l."hi" WHERE l."level" < 3 AND l."upLo" < l."upHi"
  ) AS p("first", "end")
  WHERE p."first" < p."end"
$$;

-- The figures of a tenant's executions created in [from, to), of one workflow or all: those that are kept, and the raw rows of the executions that are
-- not in them or lie at an edge.
CREATE FUNCTION "workflowFigures"("_tenantId" uuid, "_key" text, "_from" timestamptz, "_to" timestamptz, "_withSteps" boolean)
RETURNS TABLE ("subject" text, "runs" integer, "completed" integer, "failed" integer, "cancelled" integer, "parallel" integer, "counts" integer[], "ms" double precision[])
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

-- What there is already.
SELECT "countWorkflows"("id", 2147483647) FROM "tenant";
