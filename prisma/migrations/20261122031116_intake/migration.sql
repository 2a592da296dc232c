-- CreateEnum
CREATE TYPE "ClientType" AS ENUM ('INDIVIDUAL', 'ATHLETE', 'YOUTH', 'SENIOR', 'CORPORATE');

-- CreateEnum
CREATE TYPE "QuestionKind" AS ENUM ('TEXT', 'LONG_TEXT', 'NUMBER', 'BOOLEAN', 'DATE', 'SINGLE_CHOICE', 'MULTIPLE_CHOICE');

-- CreateEnum
CREATE TYPE "PacketType" AS ENUM ('WELCOME', 'NUTRITION', 'WORKOUT', 'RECOVERY', 'WELLNESS', 'PERFORMANCE', 'YOUTH');

-- CreateEnum
CREATE TYPE "PacketStatus" AS ENUM ('PENDING', 'GENERATING', 'COMPLETED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "PacketPriority" AS ENUM ('LOW', 'NORMAL', 'URGENT');

-- CreateTable
CREATE TABLE "question_block" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "isActive" BOOLEAN NOT NULL DEFAULT true,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "question_block_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "question" (
    "tenantId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "blockId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "label" TEXT NOT NULL,
    "kind" "QuestionKind" NOT NULL,
    "required" BOOLEAN NOT NULL DEFAULT false,
    "options" TEXT[],
    "unit" TEXT,
    "min" DOUBLE PRECISION,
    "max" DOUBLE PRECISION,

    CONSTRAINT "question_pkey" PRIMARY KEY ("tenantId","key")
);

-- CreateTable
CREATE TABLE "intake_path" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "clientType" "ClientType" NOT NULL,
    "title" TEXT NOT NULL,
    "isActive" BOOLEAN NOT NULL DEFAULT true,
    "packetTypes" "PacketType"[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "intake_path_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "intake_path_block" (
    "tenantId" UUID NOT NULL,
    "pathId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "blockId" UUID NOT NULL,

    CONSTRAINT "intake_path_block_pkey" PRIMARY KEY ("tenantId","pathId","position")
);

-- CreateTable
CREATE TABLE "client" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "clientType" "ClientType" NOT NULL,
    "contactId" UUID,
    "intakeCompletedAt" TIMESTAMPTZ(3),
    "searchText" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "client_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "intake_progress" (
    "tenantId" UUID NOT NULL,
    "clientId" UUID NOT NULL,
    "pathId" UUID NOT NULL,
    "clientType" "ClientType" NOT NULL,
    "answers" JSONB NOT NULL DEFAULT '{}',
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSavedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completedAt" TIMESTAMPTZ(3),

    CONSTRAINT "intake_progress_pkey" PRIMARY KEY ("tenantId","clientId")
);

-- CreateTable
CREATE TABLE "packet" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "clientId" UUID NOT NULL,
    "type" "PacketType" NOT NULL,
    "status" "PacketStatus" NOT NULL DEFAULT 'PENDING',
    "priority" "PacketPriority" NOT NULL DEFAULT 'NORMAL',
    "progress" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "maxAttempts" INTEGER NOT NULL,
    "errorMessage" TEXT,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "title" TEXT,
    "sections" JSONB NOT NULL DEFAULT '[]',
    "html" TEXT,
    "jobId" UUID NOT NULL,
    "runId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "queuedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "completedAt" TIMESTAMPTZ(3),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "packet_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "packet_template" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "packetType" "PacketType" NOT NULL,
    "name" TEXT NOT NULL,
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "isActive" BOOLEAN NOT NULL DEFAULT true,
    "sections" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "packet_template_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "question_block_tenantId_key_key" ON "question_block"("tenantId", "key");

-- CreateIndex
CREATE UNIQUE INDEX "question_tenantId_blockId_position_key" ON "question"("tenantId", "blockId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "intake_path_tenantId_clientType_key" ON "intake_path"("tenantId", "clientType");

-- CreateIndex
CREATE INDEX "intake_path_block_tenantId_blockId_idx" ON "intake_path_block"("tenantId", "blockId");

-- CreateIndex
CREATE UNIQUE INDEX "intake_path_block_tenantId_pathId_blockId_key" ON "intake_path_block"("tenantId", "pathId", "blockId");

-- CreateIndex
CREATE INDEX "client_tenantId_createdAt_id_idx" ON "client"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "client_tenantId_clientType_createdAt_id_idx" ON "client"("tenantId", "clientType", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "client_tenantId_contactId_key" ON "client"("tenantId", "contactId");

-- CreateIndex
CREATE INDEX "intake_progress_tenantId_pathId_idx" ON "intake_progress"("tenantId", "pathId");

-- CreateIndex
CREATE INDEX "packet_tenantId_createdAt_id_idx" ON "packet"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "packet_tenantId_status_createdAt_id_idx" ON "packet"("tenantId", "status", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "packet_tenantId_clientId_type_key" ON "packet"("tenantId", "clientId", "type");

-- CreateIndex
CREATE UNIQUE INDEX "packet_template_tenantId_packetType_name_key" ON "packet_template"("tenantId", "packetType", "name");

-- AddForeignKey
ALTER TABLE "question" ADD CONSTRAINT "question_tenantId_blockId_fkey" FOREIGN KEY ("tenantId", "blockId") REFERENCES "question_block"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "intake_path_block" ADD CONSTRAINT "intake_path_block_tenantId_pathId_fkey" FOREIGN KEY ("tenantId", "pathId") REFERENCES "intake_path"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "intake_path_block" ADD CONSTRAINT "intake_path_block_tenantId_blockId_fkey" FOREIGN KEY ("tenantId", "blockId") REFERENCES "question_block"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "client" ADD CONSTRAINT "client_tenantId_contactId_fkey" FOREIGN KEY ("tenantId", "contactId") REFERENCES "contact"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "intake_progress" ADD CONSTRAINT "intake_progress_tenantId_clientId_fkey" FOREIGN KEY ("tenantId", "clientId") REFERENCES "client"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "intake_progress" ADD CONSTRAINT "intake_progress_tenantId_pathId_fkey" FOREIGN KEY ("tenantId", "pathId") REFERENCES "intake_path"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "packet" ADD CONSTRAINT "packet_tenantId_clientId_fkey" FOREIGN KEY ("tenantId", "clientId") REFERENCES "client"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What must hold whatever the code does.
ALTER TABLE "question" ADD CONSTRAINT "question_range_check" CHECK ("min" <= "max");
ALTER TABLE "intake_progress" ADD CONSTRAINT "intake_progress_answers_check" CHECK (jsonb_typeof("answers") = 'object');
ALTER TABLE "intake_progress" ADD CONSTRAINT "intake_progress_times_check" CHECK ("lastSavedAt" >= "startedAt" AND "completedAt" >= "startedAt");
ALTER TABLE "packet" ADD CONSTRAINT "packet_progress_check" CHECK ("progress" BETWEEN 0 AND 100);
ALTER TABLE "packet" ADD CONSTRAINT "packet_attempts_check" CHECK ("attempts" BETWEEN 0 AND "maxAttempts");
-- A packet is written to by a run while GENERATING and at no other time; only a whole one is COMPLETED.
ALTER TABLE "packet" ADD CONSTRAINT "packet_run_check" CHECK (("status" = 'GENERATING') = ("runId" IS NOT NULL));
ALTER TABLE "packet" ADD CONSTRAINT "packet_completed_check" CHECK (("status" = 'COMPLETED') = ("completedAt" IS NOT NULL) AND ("status" <> 'COMPLETED' OR ("progress" = 100 AND "html" IS NOT NULL)));
ALTER TABLE "packet" ADD CONSTRAINT "packet_nextAttempt_check" CHECK ("nextAttemptAt" IS NULL OR "status" = 'PENDING');

-- One default of each type, and it is active.
CREATE UNIQUE INDEX "packet_template_default_key" ON "packet_template" ("tenantId", "packetType") WHERE "isDefault";
ALTER TABLE "packet_template" ADD CONSTRAINT "packet_template_default_check" CHECK ("isActive" OR NOT "isDefault");

-- The analytics read ranges of it, and nothing but it.
CREATE INDEX "intake_progress_analytics_idx" ON "intake_progress" ("tenantId", "startedAt", "clientType", "completedAt", "lastSavedAt");

CREATE INDEX "client_search_idx" ON "client" USING GIN (to_tsvector('simple', "searchText"));

-- Clients that have not submitted yet, among many that have.
CREATE INDEX "client_open_idx" ON "client" ("tenantId", "createdAt", "id") WHERE "intakeCompletedAt" IS NULL;
