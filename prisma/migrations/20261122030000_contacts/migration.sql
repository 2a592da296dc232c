-- Of PostgreSQL's own; who owns the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- CreateEnum
CREATE TYPE "ActivityType" AS ENUM ('CALL', 'EMAIL', 'MEETING', 'NOTE', 'TASK');

-- CreateEnum
CREATE TYPE "DealStatus" AS ENUM ('OPEN', 'WON', 'LOST');

-- CreateEnum
CREATE TYPE "CrmProvider" AS ENUM ('PIPEDRIVE');

-- CreateEnum
CREATE TYPE "CrmSyncStatus" AS ENUM ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED');

-- DropIndex
DROP INDEX "contact_tenantId_organizationId_createdAt_id_idx";

-- DropIndex
DROP INDEX "contact_tenantId_ownerId_idx";

-- DropIndex
DROP INDEX "organization_tenantId_contactCount_name_id_idx";

-- AlterTable
ALTER TABLE "contact" ADD COLUMN     "addedToCampaign" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "lastActivityAt" TIMESTAMPTZ(3),
ADD COLUMN     "lastContactedAt" TIMESTAMPTZ(3),
ADD COLUMN     "pipedrivePersonId" TEXT,
ADD COLUMN     "responseRate" DOUBLE PRECISION NOT NULL DEFAULT 0,
ADD COLUMN     "searchText" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "warmnessActivity" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "warmnessBase" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "warmnessComputedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "warmnessEngagement" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "warmnessNextChangeAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "warmnessRelationship" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "warmnessScore" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "organization" ADD COLUMN     "bareName" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "lastActivityAt" TIMESTAMPTZ(3),
ADD COLUMN     "pipedriveOrgId" TEXT,
ADD COLUMN     "searchText" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "warmnessSum" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "organization_alias" (
    "tenantId" UUID NOT NULL,
    "pipedriveOrgId" TEXT NOT NULL,
    "organizationId" UUID NOT NULL,

    CONSTRAINT "organization_alias_pkey" PRIMARY KEY ("tenantId","pipedriveOrgId")
);

-- CreateTable
CREATE TABLE "activity" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "contactId" UUID NOT NULL,
    "userId" UUID,
    "type" "ActivityType" NOT NULL,
    "subject" TEXT NOT NULL,
    "note" TEXT,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,
    "pipedriveActivityId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "activity_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "deal" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "contactId" UUID,
    "organizationId" UUID,
    "title" TEXT NOT NULL,
    "value" DECIMAL(18,2) NOT NULL DEFAULT 0,
    "currency" TEXT,
    "status" "DealStatus" NOT NULL,
    "pipedriveDealId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deal_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "search_word" (
    "tenantId" UUID NOT NULL,
    "word" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "search_word_pkey" PRIMARY KEY ("tenantId","word")
);

-- CreateTable
CREATE TABLE "list_version" (
    "tenantId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,

    CONSTRAINT "list_version_pkey" PRIMARY KEY ("tenantId","type")
);

-- CreateTable
CREATE TABLE "crm_connection" (
    "tenantId" UUID NOT NULL,
    "provider" "CrmProvider" NOT NULL,
    "apiUrl" TEXT NOT NULL,
    "tokenCipher" TEXT NOT NULL,
    "connectedBy" UUID NOT NULL,
    "connectedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "crm_connection_pkey" PRIMARY KEY ("tenantId","provider")
);

-- CreateTable
CREATE TABLE "crm_sync" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "provider" "CrmProvider" NOT NULL,
    "status" "CrmSyncStatus" NOT NULL DEFAULT 'QUEUED',
    "full" BOOLEAN NOT NULL,
    "fetched" INTEGER NOT NULL DEFAULT 0,
    "created" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "cursorState" JSONB,
    "updatedSince" TIMESTAMPTZ(3),
    "errorMessage" TEXT,
    "startedBy" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "crm_sync_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "crm_sync_failure" (
    "tenantId" UUID NOT NULL,
    "syncId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "externalId" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "crm_sync_failure_pkey" PRIMARY KEY ("tenantId","syncId","position")
);

-- CreateIndex
CREATE INDEX "organization_alias_tenantId_organizationId_idx" ON "organization_alias"("tenantId", "organizationId");

-- CreateIndex
CREATE INDEX "activity_tenantId_contactId_occurredAt_id_idx" ON "activity"("tenantId", "contactId", "occurredAt", "id");

-- CreateIndex
CREATE INDEX "activity_tenantId_userId_idx" ON "activity"("tenantId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "activity_tenantId_pipedriveActivityId_key" ON "activity"("tenantId", "pipedriveActivityId");

-- CreateIndex
CREATE INDEX "deal_tenantId_contactId_idx" ON "deal"("tenantId", "contactId");

-- CreateIndex
CREATE INDEX "deal_tenantId_organizationId_idx" ON "deal"("tenantId", "organizationId");

-- CreateIndex
CREATE UNIQUE INDEX "deal_tenantId_pipedriveDealId_key" ON "deal"("tenantId", "pipedriveDealId");

-- CreateIndex
CREATE INDEX "search_word_similar_idx" ON "search_word" USING GIN ("word" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "crm_connection_tenantId_connectedBy_idx" ON "crm_connection"("tenantId", "connectedBy");

-- CreateIndex
CREATE INDEX "crm_sync_tenantId_createdAt_id_idx" ON "crm_sync"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "crm_sync_tenantId_startedBy_idx" ON "crm_sync"("tenantId", "startedBy");

-- CreateIndex
CREATE INDEX "contact_tenantId_name_id_idx" ON "contact"("tenantId", "name", "id");

-- CreateIndex
CREATE INDEX "contact_tenantId_warmnessScore_id_idx" ON "contact"("tenantId", "warmnessScore", "id");

-- CreateIndex
CREATE INDEX "contact_tenantId_leadStatus_idx" ON "contact"("tenantId", "leadStatus");

-- CreateIndex
CREATE INDEX "contact_warmnessNextChangeAt_tenantId_idx" ON "contact"("warmnessNextChangeAt", "tenantId");

-- CreateIndex
CREATE UNIQUE INDEX "contact_tenantId_pipedrivePersonId_key" ON "contact"("tenantId", "pipedrivePersonId");

-- CreateIndex
CREATE INDEX "organization_tenantId_name_id_idx" ON "organization"("tenantId", "name", "id");

-- CreateIndex
CREATE INDEX "organization_tenantId_bareName_idx" ON "organization"("tenantId", "bareName");

-- CreateIndex
CREATE INDEX "organization_tenantId_industry_idx" ON "organization"("tenantId", "industry");

-- CreateIndex
CREATE INDEX "organization_tenantId_country_idx" ON "organization"("tenantId", "country");

-- CreateIndex
CREATE INDEX "organization_similar_idx" ON "organization" USING GIN ("normalizedName" gin_trgm_ops);

-- CreateIndex
CREATE UNIQUE INDEX "organization_tenantId_pipedriveOrgId_key" ON "organization"("tenantId", "pipedriveOrgId");

-- AddForeignKey
ALTER TABLE "organization_alias" ADD CONSTRAINT "organization_alias_tenantId_organizationId_fkey" FOREIGN KEY ("tenantId", "organizationId") REFERENCES "organization"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "activity" ADD CONSTRAINT "activity_tenantId_contactId_fkey" FOREIGN KEY ("tenantId", "contactId") REFERENCES "contact"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "activity" ADD CONSTRAINT "activity_tenantId_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "user"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deal" ADD CONSTRAINT "deal_tenantId_contactId_fkey" FOREIGN KEY ("tenantId", "contactId") REFERENCES "contact"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deal" ADD CONSTRAINT "deal_tenantId_organizationId_fkey" FOREIGN KEY ("tenantId", "organizationId") REFERENCES "organization"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "crm_connection" ADD CONSTRAINT "crm_connection_tenantId_connectedBy_fkey" FOREIGN KEY ("tenantId", "connectedBy") REFERENCES "user"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "crm_sync" ADD CONSTRAINT "crm_sync_tenantId_startedBy_fkey" FOREIGN KEY ("tenantId", "startedBy") REFERENCES "user"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "crm_sync_failure" ADD CONSTRAINT "crm_sync_failure_tenantId_syncId_fkey" FOREIGN KEY ("tenantId", "syncId") REFERENCES "crm_sync"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the schema language can't say.

ALTER TABLE "contact" ADD CONSTRAINT "contact_warmness_check" CHECK ("warmnessScore" BETWEEN 0 AND 10);
ALTER TABLE "contact" ADD CONSTRAINT "contact_responseRate_check" CHECK ("responseRate" BETWEEN 0 AND 1);

CREATE UNIQUE INDEX "crm_sync_active_key" ON "crm_sync"("tenantId", "provider") WHERE "status" IN ('QUEUED', 'RUNNING');

-- The orders of lists. Each expression rises where its column falls, and has a value where the column has none, so that a
-- cursor is one comparison of rows, which one range of the index answers in either direction. In step with orders.ts.
CREATE INDEX "contact_priority_idx" ON "contact"("tenantId", (CASE WHEN "addedToCampaign" THEN 0 ELSE 1 END), "warmnessScore",
  (coalesce("lastContactedAt", '-infinity'::timestamptz)), (('2200-01-01 00:00:00+00'::timestamptz - "createdAt")), "id");
CREATE INDEX "contact_owner_priority_idx" ON "contact"("tenantId", "ownerId", (CASE WHEN "addedToCampaign" THEN 0 ELSE 1 END), "warmnessScore",
  (coalesce("lastContactedAt", '-infinity'::timestamptz)), (('2200-01-01 00:00:00+00'::timestamptz - "createdAt")), "id");
CREATE INDEX "contact_organization_priority_idx" ON "contact"("tenantId", "organizationId", (CASE WHEN "addedToCampaign" THEN 0 ELSE 1 END), "warmnessScore",
  (coalesce("lastContactedAt", '-infinity'::timestamptz)), (('2200-01-01 00:00:00+00'::timestamptz - "createdAt")), "id");
CREATE INDEX "contact_last_contacted_idx" ON "contact"("tenantId", (coalesce("lastContactedAt", '-infinity'::timestamptz)), "id");
CREATE INDEX "contact_email_idx" ON "contact"("tenantId", (lower("email")));
CREATE INDEX "contact_search_begin_idx" ON "contact"("tenantId", (left("searchText", 100)) COLLATE "C");
CREATE INDEX "contact_search_name_idx" ON "contact" USING GIN (to_tsvector('simple', split_part("searchText", '|', 1)));
CREATE INDEX "contact_search_idx" ON "contact" USING GIN (to_tsvector('simple', "searchText"));
CREATE INDEX "organization_size_idx" ON "organization"("tenantId", (-"contactCount"), "name", "id");
CREATE INDEX "organization_last_activity_idx" ON "organization"("tenantId", (coalesce("lastActivityAt", '-infinity'::timestamptz)), "id");
CREATE INDEX "organization_search_idx" ON "organization" USING GIN (to_tsvector('simple', "searchText"));

-- The figures of organizations. Differences are added to what is stored while the organization's row is locked, so that they
-- are right whoever else writes; organizations are locked in the order of their ids, before their contacts where a
-- transaction locks both.
CREATE FUNCTION "keepOrganizationFigures"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  tenants uuid[]; ids uuid[]; contacts integer[]; warmth integer[]; newest timestamptz[]; lost timestamptz[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg("tenantId"), array_agg("organizationId"), array_agg(n), array_agg(w), array_agg(l), array_fill(NULL::timestamptz, ARRAY[count(*)::integer])
      INTO tenants, ids, contacts, warmth, newest, lost
      FROM (SELECT "tenantId", "organizationId", count(*)::integer n, sum("warmnessScore")::integer w, max("lastActivityAt") l
        FROM after_rows WHERE "organizationId" IS NOT NULL GROUP BY 1, 2) changed;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg("tenantId"), array_agg("organizationId"), array_agg(-n), array_agg(-w), array_fill(NULL::timestamptz, ARRAY[count(*)::integer]), array_agg(l)
      INTO tenants, ids, contacts, warmth, newest, lost
      FROM (SELECT "tenantId", "organizationId", count(*)::integer n, sum("warmnessScore")::integer w, max("lastActivityAt") l
        FROM before_rows WHERE "organizationId" IS NOT NULL GROUP BY 1, 2) changed;
  ELSE
    SELECT array_agg("tenantId"), array_agg("organizationId"), array_agg(n), array_agg(w), array_agg(gained), array_agg(gone)
      INTO tenants, ids, contacts, warmth, newest, lost
      FROM (SELECT "tenantId", "organizationId", sum(n)::integer n, sum(w)::integer w, max(gained) gained, max(gone) gone
        FROM (
          SELECT "tenantId", "organizationId", 1 n, "warmnessScore" w, "lastActivityAt" gained, NULL::timestamptz gone FROM after_rows
          UNION ALL
          SELECT "tenantId", "organizationId", -1, -"warmnessScore", NULL, "lastActivityAt" FROM before_rows
        ) rows WHERE "organizationId" IS NOT NULL GROUP BY 1, 2
        HAVING sum(n) <> 0 OR sum(w) <> 0 OR max(gained) IS DISTINCT FROM max(gone)) changed;
  END IF;
  IF tenants IS NULL THEN RETURN NULL; END IF;
  PERFORM FROM organization o JOIN unnest(tenants, ids) AS c("tenantId", id) ON o."tenantId" = c."tenantId" AND o.id = c.id
    ORDER BY o.id FOR NO KEY UPDATE OF o;
  UPDATE organization o SET
    "contactCount" = o."contactCount" + c.contacts,
    "warmnessSum" = o."warmnessSum" + c.warmth,
    -- Only where the contact of the newest activity left, or lost that activity, the others must be looked at.
    "lastActivityAt" = CASE WHEN c.lost >= o."lastActivityAt" AND (c.newest IS NULL OR c.newest < c.lost)
      THEN (SELECT max(k."lastActivityAt") FROM contact k WHERE k."tenantId" = o."tenantId" AND k."organizationId" = o.id)
      ELSE greatest(o."lastActivityAt", c.newest) END
  FROM unnest(tenants, ids, contacts, warmth, newest, lost) AS c("tenantId", id, contacts, warmth, newest, lost)
  WHERE o."tenantId" = c."tenantId" AND o.id = c.id;
  RETURN NULL;
END $$;

CREATE TRIGGER "contact_figures_inserted" AFTER INSERT ON "contact" REFERENCING NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "keepOrganizationFigures"();
CREATE TRIGGER "contact_figures_updated" AFTER UPDATE ON "contact" REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "keepOrganizationFigures"();
CREATE TRIGGER "contact_figures_deleted" AFTER DELETE ON "contact" REFERENCING OLD TABLE AS before_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "keepOrganizationFigures"();

-- The distinct words of contacts. Words stay when their last contact goes: then they find nothing. No word is longer than an
-- index can hold. Inserted in one order, so that two transactions never wait for each other.
CREATE FUNCTION "keepSearchWords"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO search_word ("tenantId", word)
      SELECT DISTINCT c."tenantId", left(w.word, 64) FROM after_rows c, string_to_table(c."searchText", ' ') w(word)
      WHERE w.word NOT IN ('', '|') ORDER BY 1, 2 ON CONFLICT DO NOTHING;
  ELSE
    INSERT INTO search_word ("tenantId", word)
      SELECT DISTINCT c."tenantId", left(w.word, 64)
      FROM after_rows c JOIN before_rows b ON b."tenantId" = c."tenantId" AND b.id = c.id AND b."searchText" <> c."searchText",
        string_to_table(c."searchText", ' ') w(word)
      WHERE w.word NOT IN ('', '|') ORDER BY 1, 2 ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "contact_words_inserted" AFTER INSERT ON "contact" REFERENCING NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "keepSearchWords"();
CREATE TRIGGER "contact_words_updated" AFTER UPDATE ON "contact" REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "keepSearchWords"();

-- What was there before: words without accents, as the code would cut them. Warmness follows, for every contact is due.
UPDATE "organization" SET "bareName" = "normalizedName",
  "searchText" = trim(regexp_replace(regexp_replace(normalize(lower("name"), NFKD), '[\u0300-\u036f]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'));
UPDATE "contact" c SET "searchText" = concat_ws(' | ',
  trim(regexp_replace(regexp_replace(normalize(lower(c."name"), NFKD), '[\u0300-\u036f]', '', 'g'), '[^[:alnum:]]+', ' ', 'g')),
  trim(regexp_replace(coalesce(lower(c."email"), ''), '[^[:alnum:]]+', ' ', 'g')),
  coalesce((SELECT o."searchText" FROM "organization" o WHERE o."tenantId" = c."tenantId" AND o."id" = c."organizationId"), ''));
