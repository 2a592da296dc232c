-- The tenant that loses a number kept answers which still showed it.
-- Gives a WhatsApp number to the tenant that last proved it owns it, and ends the connection of the
-- tenant that had it. This is the only place where one tenant changes another's rows: in that
-- tenant, running campaigns are paused and scheduled ones become drafts, each with the reason.
-- Returns these campaigns; finished ones only lose the number.
--
-- An advisory lock on the number makes takers wait for each other, so that each sees its
-- predecessor's row.
CREATE OR REPLACE FUNCTION "takeWhatsappNumber"("_tenantId" uuid, "_phoneNumberId" text,
  "_reason" text)
RETURNS TABLE ("tenantId" uuid, "campaignId" uuid)
LANGUAGE plpgsql AS $$
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
  -- "raiseKinds" raises what was noted for the tenant of the transaction only.
  INSERT INTO "kind_version" AS v ("tenantId", "kind", "slot")
    SELECT "_number"."tenantId", changed, pg_backend_pid() % 8
    FROM string_to_table(btrim(current_setting('sheaf.kinds', true), '|'), '|') changed
    ORDER BY changed
    ON CONFLICT ("tenantId", "kind", "slot") DO UPDATE SET "version" = v."version" + 1;
END
$$;
