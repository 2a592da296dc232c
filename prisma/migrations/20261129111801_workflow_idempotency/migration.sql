-- DropIndex
DROP INDEX "workflow_execution_tenantId_idempotencyKey_key";

-- AlterTable
ALTER TABLE "workflow_execution" ADD COLUMN     "retryOfId" UUID;

-- CreateIndex
CREATE UNIQUE INDEX "workflow_execution_tenantId_workflowId_idempotencyKey_key" ON "workflow_execution"("tenantId", "workflowId", "idempotencyKey");

-- AddForeignKey
ALTER TABLE "workflow_execution" ADD CONSTRAINT "workflow_execution_tenantId_retryOfId_fkey" FOREIGN KEY ("tenantId", "retryOfId") REFERENCES "workflow_execution"("tenantId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- An execution is retried once; few are.
CREATE UNIQUE INDEX "workflow_execution_retryOfId_key" ON "workflow_execution" ("tenantId", "retryOfId") WHERE "retryOfId" IS NOT NULL;
