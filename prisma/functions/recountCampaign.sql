-- Recounts a campaign from its raw rows: first the state of its messages, then the counters.
-- Returns by how much the counters were off. The folder, which alone changes the messages' state,
-- is locked out meanwhile; what is being sent is added afterwards by moveCounters.
CREATE OR REPLACE FUNCTION "recountCampaign"("_tenantId" uuid, "_campaignId" uuid)
RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  "_drift" integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('fold ' || "_tenantId"::text, 0));
  INSERT INTO "campaign_figures" ("tenantId", "campaignId") VALUES ("_tenantId", "_campaignId") ON CONFLICT DO NOTHING;
  PERFORM FROM "campaign_figures" f WHERE f."tenantId" = "_tenantId" AND f."campaignId" = "_campaignId" FOR UPDATE;
  UPDATE "message" m
  SET "status" = s."status", "deliveredAt" = s."deliveredAt", "readAt" = s."readAt", "failedAt" = s."failedAt", "errorMessage" = s."error", "repliedAt" = s."repliedAt"
  FROM (
    SELECT o."id", coalesce(e."status", 'SENT') AS "status", e."deliveredAt", e."readAt", e."failedAt", e."error", least(
      (SELECT min(r."at") FROM "message" r
        WHERE r."tenantId" = "_tenantId" AND r."quotedMessageId" = o."whatsappMessageId" AND r."direction" = 'IN'
          AND r."phoneNumberId" = o."phoneNumberId" AND r."at" >= date_trunc('second', o."at")),
      (SELECT min(r."at") FROM "message" r
        WHERE r."tenantId" = "_tenantId" AND r."person" = o."person" AND r."direction" = 'IN' AND r."quotedMessageId" IS NULL
          AND r."phoneNumberId" = o."phoneNumberId" AND r."at" BETWEEN date_trunc('second', o."at") AND o."repliesUntil")) AS "repliedAt"
    FROM "message" o, LATERAL (
      SELECT max(l."status") AS "status", min(l."at") FILTER (WHERE l."status" = 'DELIVERED') AS "deliveredAt", min(l."at") FILTER (WHERE l."status" = 'READ') AS "readAt",
        min(l."at") FILTER (WHERE l."status" = 'FAILED') AS "failedAt", min(l."error") AS "error"
      FROM "message_status_log" l WHERE l."tenantId" = "_tenantId" AND l."whatsappMessageId" = o."whatsappMessageId"
    ) e
    WHERE o."tenantId" = "_tenantId" AND o."campaignId" = "_campaignId"
  ) s
  WHERE m."tenantId" = "_tenantId" AND m."id" = s."id" AND (m."status", m."deliveredAt", m."readAt", m."failedAt", m."errorMessage", m."repliedAt")
    IS DISTINCT FROM (s."status", s."deliveredAt", s."readAt", s."failedAt", s."error", s."repliedAt");
  "_drift" := coalesce("campaignDrift"("_tenantId", "_campaignId"), 0);
  INSERT INTO "campaign_counter" AS k ("tenantId", "campaignId", "templateId", "total", "sent", "delivered", "read", "replied", "failed")
  SELECT "_tenantId", "_campaignId", c.* FROM "countCampaign"("_tenantId", "_campaignId") c
  ON CONFLICT ("tenantId", "campaignId", "templateId") DO UPDATE
  SET "total" = EXCLUDED."total", "sent" = EXCLUDED."sent", "delivered" = EXCLUDED."delivered", "read" = EXCLUDED."read", "replied" = EXCLUDED."replied", "failed" = EXCLUDED."failed"
  WHERE (k."total", k."sent", k."delivered", k."read", k."replied", k."failed") IS DISTINCT FROM
    (EXCLUDED."total", EXCLUDED."sent", EXCLUDED."delivered", EXCLUDED."read", EXCLUDED."replied", EXCLUDED."failed");
  UPDATE "campaign_figures" f SET "version" = f."version" + 1, "computedAt" = clock_timestamp() WHERE f."tenantId" = "_tenantId" AND f."campaignId" = "_campaignId";
  RETURN "_drift";
END
$$;
