-- Adds up to "_max" executions to the figures and returns how many it added: those that have ended
-- and have no step running.
CREATE OR REPLACE FUNCTION "countWorkflows"("_tenantId" uuid, "_max" integer)
RETURNS integer
LANGUAGE plpgsql AS $$
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
