-- CreateEnum
CREATE TYPE "WorkflowStepType" AS ENUM ('CREATE_MAINTENANCE_REQUEST', 'ASSIGN_PRIORITY_AI', 'ASSIGN_TECHNICIAN', 'SEND_NOTIFICATION', 'LOG_ACTIVITY', 'GENERATE_PACKET', 'WAIT', 'HTTP_REQUEST');

-- CreateEnum
CREATE TYPE "WorkflowExecutionStatus" AS ENUM ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "WorkflowStepStatus" AS ENUM ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'SKIPPED');

-- CreateEnum
CREATE TYPE "MaintenancePriority" AS ENUM ('LOW', 'MEDIUM', 'HIGH', 'EMERGENCY');

-- CreateEnum
CREATE TYPE "MaintenanceStatus" AS ENUM ('OPEN', 'ASSIGNED', 'IN_PROGRESS', 'DONE', 'CANCELLED');

-- CreateTable
CREATE TABLE "notification" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "subjectType" TEXT,
    "subjectId" UUID,
    "readAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "notification_counter" (
    "tenantId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "last" INTEGER NOT NULL,

    CONSTRAINT "notification_counter_pkey" PRIMARY KEY ("tenantId","userId")
);

-- CreateTable
CREATE TABLE "workflow" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workflow_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "workflow_version" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "workflowId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "steps" JSONB NOT NULL,
    "rateLimitPoints" INTEGER,
    "rateLimitWindowSeconds" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workflow_version_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "workflow_execution" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "workflowId" UUID NOT NULL,
    "versionId" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "status" "WorkflowExecutionStatus" NOT NULL DEFAULT 'QUEUED',
    "input" JSONB NOT NULL,
    "output" JSONB,
    "errorMessage" TEXT,
    "idempotencyKey" TEXT,
    "startedById" UUID,
    "stepCount" INTEGER NOT NULL,
    "doneCount" INTEGER NOT NULL DEFAULT 0,
    "parallel" BOOLEAN NOT NULL DEFAULT false,
    "outputBytes" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "workflow_execution_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "workflow_step_run" (
    "tenantId" UUID NOT NULL,
    "executionId" UUID NOT NULL,
    "stepId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "type" "WorkflowStepType" NOT NULL,
    "status" "WorkflowStepStatus" NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "earlierAttempts" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "blocked" BOOLEAN NOT NULL DEFAULT false,
    "runId" UUID,
    "paused" JSONB,
    "output" JSONB,
    "errorMessage" TEXT,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "workflow_step_run_pkey" PRIMARY KEY ("tenantId","executionId","stepId")
);

-- CreateTable
CREATE TABLE "property" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "latitude" DOUBLE PRECISION NOT NULL,
    "longitude" DOUBLE PRECISION NOT NULL,
    "searchText" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "property_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "asset" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "propertyId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "asset_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "technician" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "skills" TEXT[],
    "skillKeys" TEXT[],
    "latitude" DOUBLE PRECISION NOT NULL,
    "longitude" DOUBLE PRECISION NOT NULL,
    "openRequests" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "technician_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "maintenance_request" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "propertyId" UUID NOT NULL,
    "assetId" UUID,
    "technicianId" UUID,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "status" "MaintenanceStatus" NOT NULL DEFAULT 'OPEN',
    "priority" "MaintenancePriority",
    "priorityReason" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "maintenance_request_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "notification_tenantId_userId_number_key" ON "notification"("tenantId", "userId", "number");

-- CreateIndex
CREATE INDEX "workflow_tenantId_createdAt_id_idx" ON "workflow"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "workflow_tenantId_key_key" ON "workflow"("tenantId", "key");

-- CreateIndex
CREATE UNIQUE INDEX "workflow_version_tenantId_workflowId_version_key" ON "workflow_version"("tenantId", "workflowId", "version");

-- CreateIndex
CREATE UNIQUE INDEX "workflow_version_tenantId_workflowId_id_key" ON "workflow_version"("tenantId", "workflowId", "id");

-- CreateIndex
CREATE INDEX "workflow_execution_tenantId_createdAt_id_idx" ON "workflow_execution"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "workflow_execution_tenantId_startedAt_idx" ON "workflow_execution"("tenantId", "startedAt");

-- CreateIndex
CREATE INDEX "workflow_execution_tenantId_status_createdAt_id_idx" ON "workflow_execution"("tenantId", "status", "createdAt", "id");

-- CreateIndex
CREATE INDEX "workflow_execution_tenantId_workflowId_createdAt_id_idx" ON "workflow_execution"("tenantId", "workflowId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "workflow_execution_tenantId_workflowId_status_createdAt_id_idx" ON "workflow_execution"("tenantId", "workflowId", "status", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "workflow_execution_tenantId_idempotencyKey_key" ON "workflow_execution"("tenantId", "idempotencyKey");

-- CreateIndex
CREATE INDEX "property_tenantId_createdAt_id_idx" ON "property"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "asset_tenantId_propertyId_id_key" ON "asset"("tenantId", "propertyId", "id");

-- CreateIndex
CREATE INDEX "technician_tenantId_createdAt_id_idx" ON "technician"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "technician_skillKeys_idx" ON "technician" USING GIN ("skillKeys");

-- CreateIndex
CREATE INDEX "maintenance_request_tenantId_createdAt_id_idx" ON "maintenance_request"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "maintenance_request_tenantId_status_createdAt_id_idx" ON "maintenance_request"("tenantId", "status", "createdAt", "id");

-- CreateIndex
CREATE INDEX "maintenance_request_tenantId_priority_createdAt_id_idx" ON "maintenance_request"("tenantId", "priority", "createdAt", "id");

-- CreateIndex
CREATE INDEX "maintenance_request_tenantId_technicianId_idx" ON "maintenance_request"("tenantId", "technicianId");

-- CreateIndex
CREATE INDEX "maintenance_request_tenantId_propertyId_assetId_idx" ON "maintenance_request"("tenantId", "propertyId", "assetId");

-- AddForeignKey
ALTER TABLE "notification" ADD CONSTRAINT "notification_tenantId_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "user"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_counter" ADD CONSTRAINT "notification_counter_tenantId_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "user"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workflow_version" ADD CONSTRAINT "workflow_version_tenantId_workflowId_fkey" FOREIGN KEY ("tenantId", "workflowId") REFERENCES "workflow"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workflow_execution" ADD CONSTRAINT "workflow_execution_tenantId_workflowId_versionId_fkey" FOREIGN KEY ("tenantId", "workflowId", "versionId") REFERENCES "workflow_version"("tenantId", "workflowId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workflow_execution" ADD CONSTRAINT "workflow_execution_tenantId_startedById_fkey" FOREIGN KEY ("tenantId", "startedById") REFERENCES "user"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workflow_step_run" ADD CONSTRAINT "workflow_step_run_tenantId_executionId_fkey" FOREIGN KEY ("tenantId", "executionId") REFERENCES "workflow_execution"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "asset" ADD CONSTRAINT "asset_tenantId_propertyId_fkey" FOREIGN KEY ("tenantId", "propertyId") REFERENCES "property"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "maintenance_request" ADD CONSTRAINT "maintenance_request_tenantId_propertyId_fkey" FOREIGN KEY ("tenantId", "propertyId") REFERENCES "property"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "maintenance_request" ADD CONSTRAINT "maintenance_request_tenantId_propertyId_assetId_fkey" FOREIGN KEY ("tenantId", "propertyId", "assetId") REFERENCES "asset"("tenantId", "propertyId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "maintenance_request" ADD CONSTRAINT "maintenance_request_tenantId_technicianId_fkey" FOREIGN KEY ("tenantId", "technicianId") REFERENCES "technician"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What must hold whatever the code does.
ALTER TABLE "notification" ADD CONSTRAINT "notification_subject_check" CHECK (("subjectType" IS NULL) = ("subjectId" IS NULL));
ALTER TABLE "workflow_version" ADD CONSTRAINT "workflow_version_steps_check" CHECK (jsonb_typeof("steps") = 'array');
ALTER TABLE "workflow_version" ADD CONSTRAINT "workflow_version_rateLimit_check" CHECK (("rateLimitPoints" IS NULL) = ("rateLimitWindowSeconds" IS NULL) AND "rateLimitPoints" > 0 AND "rateLimitWindowSeconds" > 0);
ALTER TABLE "workflow_execution" ADD CONSTRAINT "workflow_execution_input_check" CHECK (jsonb_typeof("input") = 'object');
ALTER TABLE "workflow_execution" ADD CONSTRAINT "workflow_execution_done_check" CHECK ("doneCount" BETWEEN 0 AND "stepCount" AND ("status" <> 'COMPLETED' OR "doneCount" = "stepCount"));
ALTER TABLE "workflow_execution" ADD CONSTRAINT "workflow_execution_finished_check" CHECK (("status" IN ('COMPLETED', 'FAILED', 'CANCELLED')) = ("finishedAt" IS NOT NULL));
ALTER TABLE "workflow_execution" ADD CONSTRAINT "workflow_execution_output_check" CHECK (("status" = 'COMPLETED') = ("output" IS NOT NULL));
ALTER TABLE "workflow_step_run" ADD CONSTRAINT "workflow_step_run_finished_check" CHECK (("status" IN ('COMPLETED', 'FAILED', 'SKIPPED')) = ("finishedAt" IS NOT NULL));
-- A finished step has no job any more that could run it again, and one that runs has.
ALTER TABLE "workflow_step_run" ADD CONSTRAINT "workflow_step_run_run_check" CHECK (CASE "status" WHEN 'PENDING' THEN true WHEN 'RUNNING' THEN "runId" IS NOT NULL ELSE "runId" IS NULL END);
ALTER TABLE "workflow_step_run" ADD CONSTRAINT "workflow_step_run_output_check" CHECK ("output" IS NULL OR "status" = 'COMPLETED');
ALTER TABLE "workflow_step_run" ADD CONSTRAINT "workflow_step_run_blocked_check" CHECK (NOT "blocked" OR "status" = 'SKIPPED');
ALTER TABLE "property" ADD CONSTRAINT "property_place_check" CHECK ("latitude" BETWEEN -90 AND 90 AND "longitude" BETWEEN -180 AND 180);
ALTER TABLE "technician" ADD CONSTRAINT "technician_place_check" CHECK ("latitude" BETWEEN -90 AND 90 AND "longitude" BETWEEN -180 AND 180);
ALTER TABLE "technician" ADD CONSTRAINT "technician_openRequests_check" CHECK ("openRequests" >= 0);

-- A user's unread ones, and its executions, without the rows that nobody asks for.
CREATE INDEX "notification_unread_idx" ON "notification" ("tenantId", "userId", "number") WHERE "readAt" IS NULL;
CREATE INDEX "workflow_execution_startedById_idx" ON "workflow_execution" ("tenantId", "startedById", "createdAt") WHERE "startedById" IS NOT NULL;

-- The analytics read ranges of it, and nothing but it.
CREATE INDEX "workflow_execution_analytics_idx" ON "workflow_execution" ("tenantId", "createdAt", "workflowId", "status", "parallel", "finishedAt");

CREATE INDEX "property_search_idx" ON "property" USING GIN (to_tsvector('simple', "searchText"));

-- Great-circle distance in metres (haversine; 6371008.8 is the mean radius of the earth after IUGG).
CREATE FUNCTION "great_circle_metres"("latitude1" double precision, "longitude1" double precision, "latitude2" double precision, "longitude2" double precision)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 2 * 6371008.8 * asin(least(1, sqrt(
  power(sin(radians("latitude2" - "latitude1") / 2), 2)
  + cos(radians("latitude1")) * cos(radians("latitude2")) * power(sin(radians("longitude2" - "longitude1") / 2), 2)
)));

-- technician.openRequests follows from the requests, whoever writes them.
CREATE FUNCTION "maintenance_request_count"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  "before" uuid;
  "after" uuid;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD."status" NOT IN ('DONE', 'CANCELLED') THEN "before" := OLD."technicianId"; END IF;
  IF TG_OP <> 'DELETE' AND NEW."status" NOT IN ('DONE', 'CANCELLED') THEN "after" := NEW."technicianId"; END IF;
  IF "before" IS DISTINCT FROM "after" THEN
    UPDATE "technician" SET "openRequests" = "openRequests" - 1 WHERE "tenantId" = OLD."tenantId" AND "id" = "before";
    UPDATE "technician" SET "openRequests" = "openRequests" + 1 WHERE "tenantId" = NEW."tenantId" AND "id" = "after";
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "maintenance_request_count" AFTER INSERT OR DELETE OR UPDATE OF "status", "technicianId" ON "maintenance_request"
FOR EACH ROW EXECUTE FUNCTION "maintenance_request_count"();
