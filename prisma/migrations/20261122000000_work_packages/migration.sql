-- CreateEnum
CREATE TYPE "Role" AS ENUM ('OWNER', 'MEMBER', 'CLIENT');

-- CreateEnum
CREATE TYPE "LeadStatus" AS ENUM ('NEW', 'CONTACTED', 'QUALIFIED', 'UNQUALIFIED');

-- CreateEnum
CREATE TYPE "WorkPackageStatus" AS ENUM ('DRAFT', 'ACTIVE', 'COMPLETED', 'ARCHIVED');

-- CreateEnum
CREATE TYPE "WorkItemStatus" AS ENUM ('NOT_STARTED', 'IN_PROGRESS', 'IN_REVIEW', 'COMPLETED');

-- CreateEnum
CREATE TYPE "ArtifactType" AS ENUM ('BLOG', 'PERSONA', 'TEMPLATE', 'DECK', 'PAGE');

-- CreateEnum
CREATE TYPE "ArtifactStatus" AS ENUM ('DRAFT', 'IN_REVIEW', 'APPROVED', 'PUBLISHED');

-- CreateTable
CREATE TABLE "tenant" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "country" CHAR(2) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "externalId" TEXT,
    "contactId" UUID,
    "searchText" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "organization" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "normalizedName" TEXT NOT NULL,
    "industry" TEXT,
    "size" TEXT,
    "website" TEXT,
    "address" TEXT,
    "city" TEXT,
    "country" TEXT,
    "contactCount" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organization_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "contact" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "phone" TEXT,
    "phoneE164" TEXT,
    "jobTitle" TEXT,
    "ownerId" UUID NOT NULL,
    "organizationId" UUID,
    "leadStatus" "LeadStatus",
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contact_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "work_package" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "status" "WorkPackageStatus" NOT NULL DEFAULT 'DRAFT',
    "contactId" UUID,
    "companyId" UUID,
    "startDate" DATE,
    "expectedEndDate" DATE,
    "phaseCount" INTEGER NOT NULL DEFAULT 0,
    "itemCount" INTEGER NOT NULL DEFAULT 0,
    "totalEstimatedHours" DECIMAL(14,2) NOT NULL DEFAULT 0,
    "progress" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "searchText" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "work_package_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "work_package_phase" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "workPackageId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "position" INTEGER NOT NULL,
    "itemCount" INTEGER NOT NULL DEFAULT 0,
    "totalEstimatedHours" DECIMAL(14,2) NOT NULL DEFAULT 0,
    "progress" INTEGER NOT NULL DEFAULT 0,
    "startDate" DATE,
    "expectedEndDate" DATE,

    CONSTRAINT "work_package_phase_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "work_package_item" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "workPackageId" UUID NOT NULL,
    "phaseId" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "status" "WorkItemStatus" NOT NULL DEFAULT 'NOT_STARTED',
    "quantity" INTEGER NOT NULL DEFAULT 1,
    "estimatedHoursEach" DECIMAL(7,2) NOT NULL DEFAULT 0,
    "progressCompleted" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "work_package_item_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "collateral" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "workPackageId" UUID NOT NULL,
    "itemId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "artifactType" "ArtifactType" NOT NULL,
    "artifactId" UUID NOT NULL,

    CONSTRAINT "collateral_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "blog" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "status" "ArtifactStatus" NOT NULL,
    "publishedAt" TIMESTAMPTZ(3),
    "slug" TEXT,
    "subtitle" TEXT,
    "content" TEXT NOT NULL,
    "wordCount" INTEGER NOT NULL,
    "searchText" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "blog_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "persona" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "status" "ArtifactStatus" NOT NULL,
    "publishedAt" TIMESTAMPTZ(3),
    "role" TEXT,
    "goals" TEXT[],
    "painPoints" TEXT[],
    "narrative" TEXT NOT NULL,
    "searchText" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "persona_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "template" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "status" "ArtifactStatus" NOT NULL,
    "publishedAt" TIMESTAMPTZ(3),
    "subject" TEXT,
    "body" TEXT NOT NULL,
    "placeholders" TEXT[],
    "searchText" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "template_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "deck" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "status" "ArtifactStatus" NOT NULL,
    "publishedAt" TIMESTAMPTZ(3),
    "slides" JSONB NOT NULL,
    "slideCount" INTEGER NOT NULL,
    "searchText" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deck_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "page" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "status" "ArtifactStatus" NOT NULL,
    "publishedAt" TIMESTAMPTZ(3),
    "path" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "searchText" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "page_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_id_key" ON "user"("id");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "user_externalId_key" ON "user"("externalId");

-- CreateIndex
CREATE INDEX "user_tenantId_createdAt_id_idx" ON "user"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "user_tenantId_contactId_idx" ON "user"("tenantId", "contactId");

-- CreateIndex
CREATE INDEX "organization_tenantId_contactCount_name_id_idx" ON "organization"("tenantId", "contactCount", "name" DESC, "id");

-- CreateIndex
CREATE UNIQUE INDEX "organization_tenantId_normalizedName_key" ON "organization"("tenantId", "normalizedName");

-- CreateIndex
CREATE INDEX "contact_tenantId_createdAt_id_idx" ON "contact"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "contact_tenantId_organizationId_createdAt_id_idx" ON "contact"("tenantId", "organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "contact_tenantId_ownerId_idx" ON "contact"("tenantId", "ownerId");

-- CreateIndex
CREATE INDEX "work_package_tenantId_createdAt_id_idx" ON "work_package"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "work_package_tenantId_updatedAt_id_idx" ON "work_package"("tenantId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "work_package_tenantId_title_id_idx" ON "work_package"("tenantId", "title", "id");

-- CreateIndex
CREATE INDEX "work_package_tenantId_expectedEndDate_id_idx" ON "work_package"("tenantId", "expectedEndDate", "id");

-- CreateIndex
CREATE INDEX "work_package_tenantId_progress_id_idx" ON "work_package"("tenantId", "progress", "id");

-- CreateIndex
CREATE INDEX "work_package_tenantId_status_createdAt_id_idx" ON "work_package"("tenantId", "status", "createdAt", "id");

-- CreateIndex
CREATE INDEX "work_package_tenantId_contactId_createdAt_id_idx" ON "work_package"("tenantId", "contactId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "work_package_tenantId_companyId_createdAt_id_idx" ON "work_package"("tenantId", "companyId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "work_package_tenantId_startDate_idx" ON "work_package"("tenantId", "startDate");

-- CreateIndex
CREATE UNIQUE INDEX "work_package_phase_tenantId_workPackageId_id_key" ON "work_package_phase"("tenantId", "workPackageId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "work_package_item_tenantId_workPackageId_id_key" ON "work_package_item"("tenantId", "workPackageId", "id");

-- CreateIndex
CREATE INDEX "collateral_tenantId_artifactId_idx" ON "collateral"("tenantId", "artifactId");

-- CreateIndex
CREATE INDEX "collateral_tenantId_workPackageId_idx" ON "collateral"("tenantId", "workPackageId");

-- CreateIndex
CREATE UNIQUE INDEX "collateral_tenantId_itemId_artifactId_key" ON "collateral"("tenantId", "itemId", "artifactId");

-- CreateIndex
CREATE INDEX "blog_tenantId_createdAt_id_idx" ON "blog"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "persona_tenantId_createdAt_id_idx" ON "persona"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "template_tenantId_createdAt_id_idx" ON "template"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "deck_tenantId_createdAt_id_idx" ON "deck"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "page_tenantId_createdAt_id_idx" ON "page"("tenantId", "createdAt", "id");

-- AddForeignKey
ALTER TABLE "user" ADD CONSTRAINT "user_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user" ADD CONSTRAINT "user_tenantId_contactId_fkey" FOREIGN KEY ("tenantId", "contactId") REFERENCES "contact"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact" ADD CONSTRAINT "contact_tenantId_ownerId_fkey" FOREIGN KEY ("tenantId", "ownerId") REFERENCES "user"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact" ADD CONSTRAINT "contact_tenantId_organizationId_fkey" FOREIGN KEY ("tenantId", "organizationId") REFERENCES "organization"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "work_package" ADD CONSTRAINT "work_package_tenantId_contactId_fkey" FOREIGN KEY ("tenantId", "contactId") REFERENCES "contact"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "work_package" ADD CONSTRAINT "work_package_tenantId_companyId_fkey" FOREIGN KEY ("tenantId", "companyId") REFERENCES "organization"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "work_package_phase" ADD CONSTRAINT "work_package_phase_tenantId_workPackageId_fkey" FOREIGN KEY ("tenantId", "workPackageId") REFERENCES "work_package"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "work_package_item" ADD CONSTRAINT "work_package_item_tenantId_workPackageId_phaseId_fkey" FOREIGN KEY ("tenantId", "workPackageId", "phaseId") REFERENCES "work_package_phase"("tenantId", "workPackageId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "collateral" ADD CONSTRAINT "collateral_tenantId_workPackageId_itemId_fkey" FOREIGN KEY ("tenantId", "workPackageId", "itemId") REFERENCES "work_package_item"("tenantId", "workPackageId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Checked at the end of a statement, so that one statement can move many.
ALTER TABLE "work_package_phase" ADD CONSTRAINT "work_package_phase_tenantId_workPackageId_position_key" UNIQUE ("tenantId", "workPackageId", "position") DEFERRABLE INITIALLY IMMEDIATE;

-- Checked at the end of a statement, so that one statement can move many.
ALTER TABLE "work_package_item" ADD CONSTRAINT "work_package_item_tenantId_phaseId_position_key" UNIQUE ("tenantId", "phaseId", "position") DEFERRABLE INITIALLY IMMEDIATE;

-- Checked at the end of a statement, so that one statement can move many.
ALTER TABLE "collateral" ADD CONSTRAINT "collateral_tenantId_itemId_position_key" UNIQUE ("tenantId", "itemId", "position") DEFERRABLE INITIALLY IMMEDIATE;

-- What must hold whatever the code does.
ALTER TABLE "tenant" ADD CONSTRAINT "tenant_country_check" CHECK ("country" ~ '^[A-Z]{2}$');
ALTER TABLE "user" ADD CONSTRAINT "user_contact_check" CHECK (("role" = 'CLIENT') = ("contactId" IS NOT NULL));
ALTER TABLE "organization" ADD CONSTRAINT "organization_contactCount_check" CHECK ("contactCount" >= 0);
ALTER TABLE "work_package" ADD CONSTRAINT "work_package_progress_check" CHECK ("progress" BETWEEN 0 AND 100);
ALTER TABLE "work_package" ADD CONSTRAINT "work_package_limits_check" CHECK ("phaseCount" BETWEEN 0 AND 50 AND "itemCount" BETWEEN 0 AND 500);
ALTER TABLE "work_package_phase" ADD CONSTRAINT "work_package_phase_progress_check" CHECK ("progress" BETWEEN 0 AND 100);
ALTER TABLE "work_package_phase" ADD CONSTRAINT "work_package_phase_position_check" CHECK ("position" >= 0);
ALTER TABLE "work_package_item" ADD CONSTRAINT "work_package_item_position_check" CHECK ("position" >= 0);
ALTER TABLE "work_package_item" ADD CONSTRAINT "work_package_item_quantity_check" CHECK ("quantity" BETWEEN 1 AND 10000);
ALTER TABLE "work_package_item" ADD CONSTRAINT "work_package_item_hours_check" CHECK ("estimatedHoursEach" BETWEEN 0 AND 10000);
ALTER TABLE "work_package_item" ADD CONSTRAINT "work_package_item_progress_check" CHECK (
  CASE "status" WHEN 'NOT_STARTED' THEN "progressCompleted" = 0 WHEN 'COMPLETED' THEN "progressCompleted" = 100 ELSE "progressCompleted" BETWEEN 1 AND 99 END
);
ALTER TABLE "collateral" ADD CONSTRAINT "collateral_position_check" CHECK ("position" BETWEEN 0 AND 19);

-- Search by word prefixes; searchText holds the folded words, so the configuration has nothing left to do.
CREATE INDEX "user_search_idx" ON "user" USING GIN (to_tsvector('simple', "searchText"));
CREATE INDEX "work_package_search_idx" ON "work_package" USING GIN (to_tsvector('simple', "searchText"));
CREATE INDEX "blog_search_idx" ON "blog" USING GIN (to_tsvector('simple', "searchText"));
CREATE INDEX "persona_search_idx" ON "persona" USING GIN (to_tsvector('simple', "searchText"));
CREATE INDEX "template_search_idx" ON "template" USING GIN (to_tsvector('simple', "searchText"));
CREATE INDEX "deck_search_idx" ON "deck" USING GIN (to_tsvector('simple', "searchText"));
CREATE INDEX "page_search_idx" ON "page" USING GIN (to_tsvector('simple', "searchText"));

-- Monday to Friday, both ends included; 0 when "last" is before "first". 0001-01-01 was a Monday.
CREATE FUNCTION "workingDays"("first" date, "last" date) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT greatest(0,
    (("last" - date '0001-01-01') / 7) * 5 + least(("last" - date '0001-01-01') % 7 + 1, 5)
    - (("first" - 1 - date '0001-01-01') / 7) * 5 - least(("first" - 1 - date '0001-01-01') % 7 + 1, 5))
$$;
