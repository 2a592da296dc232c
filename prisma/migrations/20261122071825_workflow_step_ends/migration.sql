-- Where the steps of an execution are, a letter each, by their places: p, e and a are PENDING (e: with a job, a: with one while it is paused),
-- r and w RUNNING (w: paused), c COMPLETED, f FAILED, s and b SKIPPED (b: behind one that failed).
CREATE FUNCTION "workflowStepLetters"("_tenantId" uuid, "_executionId" uuid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT string_agg(
    CASE r."status"
      WHEN 'PENDING' THEN CASE WHEN r."runId" IS NULL THEN 'p' WHEN r."paused" IS NULL THEN 'e' ELSE 'a' END
      WHEN 'RUNNING' THEN CASE WHEN r."paused" IS NULL THEN 'r' ELSE 'w' END
      WHEN 'COMPLETED' THEN 'c'
      WHEN 'FAILED' THEN 'f'
      ELSE CASE WHEN r."blocked" THEN 'b' ELSE 's' END
    END, '' ORDER BY r."position")
  FROM "workflow_step_run" r WHERE r."tenantId" = "_tenantId" AND r."executionId" = "_executionId"
$$;

-- Locks an execution, records that a step of it is done, and reads where all of its steps are then: what steps that end at once wait for each other
-- for. It counts the step on its execution too: a step after which nothing else changes needs no further statement. No row where the step is
-- another job's by now.
CREATE FUNCTION "finishWorkflowStep"("_tenantId" uuid, "_executionId" uuid, "_stepId" text, "_runId" uuid, "_status" "WorkflowStepStatus", "_output" jsonb, "_outputLength" integer)
RETURNS TABLE ("versionId" uuid, "status" "WorkflowExecutionStatus", "outputBytes" integer, "parallel" boolean, "letters" text) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "workflow_execution" e WHERE e."tenantId" = "_tenantId" AND e."id" = "_executionId" FOR UPDATE;
  UPDATE "workflow_step_run" r SET "status" = "_status", "output" = "_output", "runId" = NULL, "paused" = NULL, "finishedAt" = statement_timestamp()
  WHERE r."tenantId" = "_tenantId" AND r."executionId" = "_executionId" AND r."stepId" = "_stepId" AND r."runId" = "_runId";
  IF NOT FOUND THEN RETURN; END IF;
  "letters" := "workflowStepLetters"("_tenantId", "_executionId");
  UPDATE "workflow_execution" e
  SET "version" = e."version" + 1, "doneCount" = length(regexp_replace("letters", '[^csb]', '', 'g')), "outputBytes" = e."outputBytes" + "_outputLength",
    -- One that has just ended and one that runs were both under way a moment ago.
    "parallel" = e."parallel" OR strpos("letters", 'r') > 0
  WHERE e."tenantId" = "_tenantId" AND e."id" = "_executionId"
  RETURNING e."versionId", e."status", e."outputBytes", e."parallel" INTO "versionId", "status", "outputBytes", "parallel";
  RETURN NEXT;
END
$$;
