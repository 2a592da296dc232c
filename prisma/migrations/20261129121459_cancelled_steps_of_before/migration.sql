ALTER TABLE "workflow_step_run" DROP CONSTRAINT "workflow_step_run_finished_check";

-- Steps of executions that were cancelled before steps could be CANCELLED.
UPDATE "workflow_step_run" r
SET "status" = 'CANCELLED', "runId" = NULL, "paused" = NULL, "finishedAt" = e."finishedAt"
FROM "workflow_execution" e
WHERE e."tenantId" = r."tenantId" AND e."id" = r."executionId" AND e."status" = 'CANCELLED'
  AND r."status" IN ('PENDING', 'RUNNING');

ALTER TABLE "workflow_step_run" ADD CONSTRAINT "workflow_step_run_finished_check" CHECK (("status" IN ('PENDING', 'RUNNING')) = ("finishedAt" IS NULL));
