-- CreateTable
CREATE TABLE "crm_record" (
    "tenantId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "record" JSONB,
    "personId" TEXT,
    "orgId" TEXT,
    "ownerId" TEXT,
    "contactId" UUID,
    "organizationId" UUID,
    "userId" UUID,
    "seenBy" UUID,

    CONSTRAINT "crm_record_pkey" PRIMARY KEY ("tenantId","kind","externalId")
);

-- CreateIndex
CREATE INDEX "crm_record_tenantId_contactId_idx" ON "crm_record"("tenantId", "contactId");

-- CreateIndex
CREATE INDEX "crm_record_tenantId_organizationId_idx" ON "crm_record"("tenantId", "organizationId");

set local check_function_bodies = off;

-- Trigger of "contact" and "organization": what records of the CRM refer to and is deleted here is
-- looked for again by the next sync.
CREATE OR REPLACE FUNCTION "forgetCrmReferences"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'contact' THEN
    UPDATE crm_record r SET "contactId" = NULL FROM before_rows b
      WHERE r."tenantId" = b."tenantId" AND r."contactId" = b.id;
  ELSE
    UPDATE crm_record r SET "organizationId" = NULL FROM before_rows b
      WHERE r."tenantId" = b."tenantId" AND r."organizationId" = b.id;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "contact_crm_references" AFTER DELETE ON "contact" REFERENCING OLD TABLE AS before_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "forgetCrmReferences"();
CREATE TRIGGER "organization_crm_references" AFTER DELETE ON "organization" REFERENCING OLD TABLE AS before_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "forgetCrmReferences"();

-- What is still missing: few rows, which each sync looks up.
CREATE INDEX "crm_record_missing_person_idx" ON "crm_record" ("tenantId", "kind", "externalId") WHERE "personId" IS NOT NULL AND "contactId" IS NULL;
CREATE INDEX "crm_record_missing_org_idx" ON "crm_record" ("tenantId", "kind", "externalId") WHERE "orgId" IS NOT NULL AND "organizationId" IS NULL;
CREATE INDEX "crm_record_missing_owner_idx" ON "crm_record" ("tenantId", "kind", "externalId") WHERE "ownerId" IS NOT NULL AND "userId" IS NULL;

-- What was synced before, so that a full sync finds what is gone.
INSERT INTO "crm_record" ("tenantId", "kind", "externalId")
  SELECT "tenantId", 'organizations', "pipedriveOrgId" FROM "organization" WHERE "pipedriveOrgId" IS NOT NULL
  UNION SELECT "tenantId", 'organizations', "pipedriveOrgId" FROM "organization_alias"
  UNION SELECT "tenantId", 'persons', "pipedrivePersonId" FROM "contact" WHERE "pipedrivePersonId" IS NOT NULL
  UNION SELECT "tenantId", 'deals', "pipedriveDealId" FROM "deal" WHERE "pipedriveDealId" IS NOT NULL
  UNION SELECT "tenantId", 'activities', "pipedriveActivityId" FROM "activity" WHERE "pipedriveActivityId" IS NOT NULL;

-- The next sync of each tenant reads everything: references that were dropped are not known otherwise.
UPDATE "crm_sync" SET "cursorState" = "cursorState" - 'newest' WHERE "status" = 'COMPLETED' AND "cursorState" ? 'newest';

SELECT "trackKind"('crm_record', 'CRM');
