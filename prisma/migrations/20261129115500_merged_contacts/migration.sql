-- CreateTable
CREATE TABLE "contact_alias" (
    "tenantId" UUID NOT NULL,
    "pipedrivePersonId" TEXT NOT NULL,
    "contactId" UUID NOT NULL,

    CONSTRAINT "contact_alias_pkey" PRIMARY KEY ("tenantId","pipedrivePersonId")
);

-- CreateTable
CREATE TABLE "duplicate_dismissal" (
    "tenantId" UUID NOT NULL,
    "oneId" UUID NOT NULL,
    "otherId" UUID NOT NULL,

    CONSTRAINT "duplicate_dismissal_pkey" PRIMARY KEY ("tenantId","oneId","otherId")
);

-- CreateIndex
CREATE INDEX "contact_alias_tenantId_contactId_idx" ON "contact_alias"("tenantId", "contactId");

-- CreateIndex
CREATE INDEX "duplicate_dismissal_tenantId_otherId_idx" ON "duplicate_dismissal"("tenantId", "otherId");

-- AddForeignKey
ALTER TABLE "contact_alias" ADD CONSTRAINT "contact_alias_tenantId_contactId_fkey" FOREIGN KEY ("tenantId", "contactId") REFERENCES "contact"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "duplicate_dismissal" ADD CONSTRAINT "duplicate_dismissal_tenantId_oneId_fkey" FOREIGN KEY ("tenantId", "oneId") REFERENCES "contact"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "duplicate_dismissal" ADD CONSTRAINT "duplicate_dismissal_tenantId_otherId_fkey" FOREIGN KEY ("tenantId", "otherId") REFERENCES "contact"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A pair has one row.
ALTER TABLE "duplicate_dismissal" ADD CONSTRAINT "duplicate_dismissal_order" CHECK ("oneId" < "otherId");

SELECT "trackKind"('contact_alias', 'CONTACTS');
SELECT "trackKind"('duplicate_dismissal', 'CONTACTS');
