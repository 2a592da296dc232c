-- The state of an execution's steps, one letter each, in order: p, e, a are PENDING (e: with a job;
-- a: with a job, and paused), r, w RUNNING (w: paused), c COMPLETED, f FAILED, s, b SKIPPED (b:
-- because an earlier step failed), x CANCELLED.
CREATE OR REPLACE FUNCTION "workflowStepLetters"("_tenantId" uuid, "_executionId" uuid)
RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT string_agg(
    CASE r."status"
      WHEN 'PENDING' THEN CASE WHEN r."runId" IS NULL THEN 'p' WHEN r."paused" IS NULL THEN 'e' ELSE 'a' END
      WHEN 'RUNNING' THEN CASE WHEN r."paused" IS NULL THEN 'r' ELSE 'w' END
      WHEN 'COMPLETED' THEN 'c'
      WHEN 'FAILED' THEN 'f'
      WHEN 'CANCELLED' THEN 'x'
      ELSE CASE WHEN r."blocked" THEN 'b' ELSE 's' END
    END, '' ORDER BY r."position")
  FROM "workflow_step_run" r WHERE r."tenantId" = "_tenantId" AND r."executionId" = "_executionId"
$$;
