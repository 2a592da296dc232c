-- Locks an execution, records that one of its steps is done, and returns the state of all its
-- steps. Steps that end at the same moment therefore wait for each other. The step is counted on
-- its execution too, so that a step after which nothing else changes needs no further statement.
-- Returns no row if another job has the step by now.
CREATE OR REPLACE FUNCTION "finishWorkflowStep"("_tenantId" uuid, "_executionId" uuid,
  "_stepId" text, "_runId" uuid, "_status" "WorkflowStepStatus", "_output" jsonb,
  "_outputLength" integer)
RETURNS TABLE ("versionId" uuid, "status" "WorkflowExecutionStatus", "outputBytes" integer,
  "parallel" boolean, "letters" text)
LANGUAGE plpgsql AS $$
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
