-- A WhatsApp number has one tenant, whoever proved last that it is theirs. The connection of the tenant that had it ends here, in the
-- transaction of the one that takes it, and nowhere else does a tenant change rows of another one: a campaign that runs pauses, one that is
-- scheduled is a draft again, and each says why. Returns those campaigns; those that are over only lose the number.
-- Takers of one number follow each other by the lock, so that each sees the row that the one before has made.
CREATE FUNCTION "takeWhatsappNumber"("_tenantId" uuid, "_phoneNumberId" text, "_reason" text)
RETURNS TABLE ("tenantId" uuid, "campaignId" uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  "_number" record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('whatsapp-number:' || "_phoneNumberId", 0));
  SELECT n."tenantId", n."id" INTO "_number" FROM "whatsapp_number" n
    WHERE n."phoneNumberId" = "_phoneNumberId" AND n."tenantId" <> "_tenantId" FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RETURN QUERY
  UPDATE "campaign" c SET "whatsAppNumberId" = NULL, "statusReason" = "_reason", "updatedAt" = clock_timestamp(),
    "status" = CASE c."status" WHEN 'RUNNING' THEN 'PAUSED'::"CampaignStatus" WHEN 'SCHEDULED' THEN 'DRAFT'::"CampaignStatus" ELSE c."status" END
  WHERE c."tenantId" = "_number"."tenantId" AND c."whatsAppNumberId" = "_number"."id" AND c."status" IN ('DRAFT', 'SCHEDULED', 'RUNNING', 'PAUSED')
  RETURNING c."tenantId", c."id";
  UPDATE "campaign" c SET "whatsAppNumberId" = NULL WHERE c."tenantId" = "_number"."tenantId" AND c."whatsAppNumberId" = "_number"."id";
  DELETE FROM "whatsapp_number" n WHERE n."tenantId" = "_number"."tenantId" AND n."id" = "_number"."id";
END
$$;
