-- The addresses and numbers that contacts have already, in a transaction of its own: the one before has
-- locked the table for its triggers. Writers of the same contact wait, so that no old value comes back.
WITH "locked" AS MATERIALIZED (
  SELECT "tenantId", id, email, phone, "phoneE164", "pipedrivePersonId" FROM "contact"
  WHERE email IS NOT NULL OR phone IS NOT NULL OR "phoneE164" IS NOT NULL ORDER BY id FOR SHARE
), "said" AS (
  SELECT l.*, r."record"->>'email' AS "saidEmail", r."record"->>'phone' AS "saidPhone" FROM "locked" l
  LEFT JOIN "crm_record" r ON r."tenantId" = l."tenantId" AND r."kind" = 'persons' AND r."externalId" = l."pipedrivePersonId"
)
INSERT INTO "contact_point" ("tenantId", "contactId", "kind", "key", "value", "source")
  SELECT "tenantId", id, 'EMAIL'::"ContactPointKind", "emailKey"(email), email,
    (CASE WHEN "emailKey"(email) = "emailKey"("saidEmail") THEN 'PIPEDRIVE' ELSE 'USER' END)::"ContactPointSource"
  FROM "said" WHERE email IS NOT NULL
  UNION ALL
  SELECT "tenantId", id, 'PHONE', "phoneKey"(phone, "phoneE164"), coalesce(phone, "phoneE164"),
    (CASE WHEN phone = "saidPhone" THEN 'PIPEDRIVE' ELSE 'USER' END)::"ContactPointSource"
  FROM "said" WHERE phone IS NOT NULL OR "phoneE164" IS NOT NULL
  ON CONFLICT DO NOTHING;
