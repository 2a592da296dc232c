-- AlterTable
ALTER TABLE "contact" ADD COLUMN     "updatedById" UUID;

-- CreateIndex
CREATE INDEX "contact_tenantId_updatedById_idx" ON "contact"("tenantId", "updatedById");

-- AddForeignKey
ALTER TABLE "contact" ADD CONSTRAINT "contact_tenantId_updatedById_fkey" FOREIGN KEY ("tenantId", "updatedById") REFERENCES "user"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Names in the order that people expect, the same on every server, whatever its locale.
CREATE COLLATION "natural" (provider = icu, locale = 'und-u-kn-true');
CREATE INDEX "contact_natural_name_idx" ON "contact" ("tenantId", "name" COLLATE "natural", "id");
CREATE INDEX "organization_natural_name_idx" ON "organization" ("tenantId", "name" COLLATE "natural", "id");
CREATE INDEX "organization_natural_size_idx" ON "organization" ("tenantId", (-"contactCount"), "name" COLLATE "natural", "id");
CREATE INDEX "work_package_natural_title_idx" ON "work_package" ("tenantId", "title" COLLATE "natural", "id");

-- Rows without a date last, in both directions. The indexes of the orders of before go with the next release.
CREATE INDEX "contact_last_contacted_first_idx" ON "contact" ("tenantId", (coalesce("lastContactedAt", 'infinity'::timestamptz)), "id");
CREATE INDEX "work_package_end_first_idx" ON "work_package" ("tenantId", (coalesce("expectedEndDate", 'infinity'::date)), "id");
CREATE INDEX "work_package_end_last_idx" ON "work_package" ("tenantId", (coalesce("expectedEndDate", '-infinity'::date)), "id");
