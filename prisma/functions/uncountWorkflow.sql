-- Takes an execution out of the figures if it is in them. The caller holds the lock on the
-- execution.
CREATE OR REPLACE FUNCTION "uncountWorkflow"("_tenantId" uuid, "_id" uuid)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('workflow-figures:' || "_tenantId", 0));
  IF EXISTS (SELECT FROM "workflow_execution" e WHERE e."tenantId" = "_tenantId" AND e."id" = "_id" AND e."counted") THEN
    PERFORM "moveWorkflowFigures"("_tenantId", ARRAY["_id"], -1);
  END IF;
END
$$;
