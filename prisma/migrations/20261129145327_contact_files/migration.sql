-- CreateEnum
CREATE TYPE "ContactFileFormat" AS ENUM ('CSV', 'JSONL');

-- CreateEnum
CREATE TYPE "ContactImportStatus" AS ENUM ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED');

-- CreateEnum
CREATE TYPE "ContactImportMatch" AS ENUM ('UPDATE', 'SKIP', 'CREATE');

-- CreateTable
CREATE TABLE "contact_upload" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "slot" SMALLINT NOT NULL,
    "fileName" TEXT NOT NULL,
    "url" TEXT,
    "bytes" INTEGER,
    "receivedBytes" INTEGER NOT NULL DEFAULT 0,
    "errorMessage" TEXT,
    "createdById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contact_upload_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "contact_upload_part" (
    "tenantId" UUID NOT NULL,
    "uploadId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "content" BYTEA NOT NULL,

    CONSTRAINT "contact_upload_part_pkey" PRIMARY KEY ("tenantId","uploadId","position")
);

-- CreateTable
CREATE TABLE "contact_import" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "uploadId" UUID NOT NULL,
    "fileName" TEXT NOT NULL,
    "status" "ContactImportStatus" NOT NULL DEFAULT 'QUEUED',
    "onMatch" "ContactImportMatch" NOT NULL,
    "options" JSONB NOT NULL,
    "idempotencyKey" TEXT,
    "totalRows" INTEGER,
    "created" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "problemCount" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "errorMessage" TEXT,
    "startedById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "contact_import_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "contact_import_problem" (
    "tenantId" UUID NOT NULL,
    "importId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "line" INTEGER NOT NULL,
    "field" TEXT,
    "message" TEXT NOT NULL,
    "row" JSONB,

    CONSTRAINT "contact_import_problem_pkey" PRIMARY KEY ("tenantId","importId","position")
);

-- CreateTable
CREATE TABLE "contact_export" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "format" "ContactFileFormat" NOT NULL,
    "filter" JSONB NOT NULL,
    "createdById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contact_export_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateIndex
CREATE INDEX "contact_upload_tenantId_createdById_idx" ON "contact_upload"("tenantId", "createdById");

-- CreateIndex
CREATE INDEX "contact_upload_createdAt_idx" ON "contact_upload"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "contact_upload_tenantId_slot_key" ON "contact_upload"("tenantId", "slot");

-- CreateIndex
CREATE INDEX "contact_import_tenantId_createdAt_id_idx" ON "contact_import"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "contact_import_tenantId_startedById_idx" ON "contact_import"("tenantId", "startedById");

-- CreateIndex
CREATE INDEX "contact_import_createdAt_idx" ON "contact_import"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "contact_import_tenantId_idempotencyKey_key" ON "contact_import"("tenantId", "idempotencyKey");

-- CreateIndex
CREATE INDEX "contact_export_tenantId_createdById_idx" ON "contact_export"("tenantId", "createdById");

-- CreateIndex
CREATE INDEX "contact_export_createdAt_idx" ON "contact_export"("createdAt");

-- AddForeignKey
ALTER TABLE "contact_upload" ADD CONSTRAINT "contact_upload_tenantId_createdById_fkey" FOREIGN KEY ("tenantId", "createdById") REFERENCES "user"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_upload_part" ADD CONSTRAINT "contact_upload_part_tenantId_uploadId_fkey" FOREIGN KEY ("tenantId", "uploadId") REFERENCES "contact_upload"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_import" ADD CONSTRAINT "contact_import_tenantId_startedById_fkey" FOREIGN KEY ("tenantId", "startedById") REFERENCES "user"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_import_problem" ADD CONSTRAINT "contact_import_problem_tenantId_importId_fkey" FOREIGN KEY ("tenantId", "importId") REFERENCES "contact_import"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_export" ADD CONSTRAINT "contact_export_tenantId_createdById_fkey" FOREIGN KEY ("tenantId", "createdById") REFERENCES "user"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "contact_upload" ADD CONSTRAINT "contact_upload_slot_check" CHECK ("slot" BETWEEN 1 AND 10);
ALTER TABLE "contact_upload" ADD CONSTRAINT "contact_upload_received_check" CHECK ("receivedBytes" BETWEEN 0 AND coalesce("bytes", "receivedBytes"));
-- One import at a time, so that its rows find each other's contacts.
CREATE UNIQUE INDEX "contact_import_active_key" ON "contact_import"("tenantId") WHERE "status" IN ('QUEUED', 'RUNNING');
-- Files are compressed already or not worth it: parts are written once and read twice.
ALTER TABLE "contact_upload_part" ALTER COLUMN "content" SET STORAGE EXTERNAL;
SELECT "trackKind"('contact_upload', 'IMPORTS');
SELECT "trackKind"('contact_import', 'IMPORTS');
SELECT "trackKind"('contact_import_problem', 'IMPORTS');
SELECT "trackKind"('contact_export', 'IMPORTS');
