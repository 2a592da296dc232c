-- AlterTable
ALTER TABLE "workflow_version" ADD COLUMN     "inputSchema" JSONB;
