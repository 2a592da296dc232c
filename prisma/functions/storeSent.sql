-- Records messages that the provider accepted: their rows in "send_queue" become SENT, their
-- messages are inserted, the counters move. Rows already recorded stay as they are, so both the
-- sender and a status event may report a message. Returns the messages that were recorded now.
CREATE OR REPLACE FUNCTION "storeSent"("_tenantId" uuid, "_sendIds" uuid[], "_messageIds" text[],
  "_phoneNumberIds" text[], "_replyDays" integer)
RETURNS TABLE ("campaignId" uuid, "messageId" text)
LANGUAGE plpgsql AS $$
DECLARE
  "_changes" record;
BEGIN
  -- In one order, for a sender and a folder may store the same rows at the same moment.
  PERFORM FROM "send_queue" q WHERE q."tenantId" = "_tenantId" AND q."id" = ANY("_sendIds") ORDER BY q."id" FOR UPDATE;
  WITH "sent" AS (
    SELECT DISTINCT ON (s."messageId") s.*
    FROM (
      SELECT DISTINCT ON (s."sendId") s.* FROM unnest("_sendIds", "_messageIds", "_phoneNumberIds") AS s("sendId", "messageId", "phoneNumberId") ORDER BY s."sendId", s."messageId"
    ) s
    WHERE NOT EXISTS (SELECT FROM "message" m WHERE m."tenantId" = "_tenantId" AND m."whatsappMessageId" = s."messageId")
    ORDER BY s."messageId", s."sendId"
  ), "before" AS (
    SELECT q."id", q."status", s."messageId", s."phoneNumberId" FROM "send_queue" q JOIN "sent" s ON s."sendId" = q."id"
    WHERE q."tenantId" = "_tenantId" AND q."sendingAt" IS NOT NULL AND q."whatsappMessageId" IS NULL AND q."status" IN ('SENDING', 'FAILED')
  ), "stored" AS (
    UPDATE "send_queue" q SET "status" = 'SENT', "whatsappMessageId" = b."messageId", "sentAt" = q."sendingAt", "errorCode" = NULL, "errorMessage" = NULL, "nextAttemptAt" = NULL
    FROM "before" b WHERE q."tenantId" = "_tenantId" AND q."id" = b."id"
    RETURNING q."id", q."campaignId", q."templateId", q."phone", q."sentAt", b."messageId", b."phoneNumberId", b."status" = 'FAILED' AS "wasFailed"
  ), "inserted" AS (
    INSERT INTO "message" ("tenantId", "id", "direction", "phoneNumberId", "phone", "person", "whatsappMessageId", "at", "campaignId", "templateId", "status", "repliesUntil")
    SELECT "_tenantId", s."id", 'OUT', s."phoneNumberId", s."phone",
      coalesce((SELECT i."person" FROM "recipient_identity" i WHERE i."tenantId" = "_tenantId" AND i."identity" = s."phone"), s."phone"), s."messageId", s."sentAt", s."campaignId", s."templateId", 'SENT', s."sentAt" + make_interval(days => "_replyDays")
    FROM "stored" s
  ), "moved" AS (
    SELECT s."campaignId", s."templateId", count(*)::int AS "sent", -(count(*) FILTER (WHERE s."wasFailed"))::int AS "failed" FROM "stored" s GROUP BY 1, 2
  )
  SELECT (SELECT array_agg(s."campaignId" ORDER BY s."id") FROM "stored" s) AS "storedCampaignIds", (SELECT array_agg(s."messageId" ORDER BY s."id") FROM "stored" s) AS "messageIds",
    array_agg(m."campaignId") AS "campaignIds", array_agg(m."templateId") AS "templateIds", array_agg(m."sent") AS "sent", array_agg(m."failed") AS "failed", array_agg(0) AS "none"
  INTO "_changes" FROM "moved" m;
  IF "_changes"."messageIds" IS NULL THEN RETURN; END IF;
  PERFORM "moveCounters"("_tenantId", "_changes"."campaignIds", "_changes"."templateIds", "_changes"."none", "_changes"."sent", "_changes"."none", "_changes"."none", "_changes"."none", "_changes"."failed");
  RETURN QUERY SELECT * FROM unnest("_changes"."storedCampaignIds", "_changes"."messageIds");
END
$$;
