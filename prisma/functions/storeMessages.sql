-- Records messages that the provider accepted: their rows in "send_queue" become SENT, their
-- messages are inserted. Rows already recorded stay as they are, so both the sender and a status
-- event may report a message. Returns the messages that were recorded now; the caller moves the
-- counters, last in its transaction: queue rows, then messages, then figures is everyone's order.
CREATE OR REPLACE FUNCTION "storeMessages"("_tenantId" uuid, "_sendIds" uuid[],
  "_messageIds" text[], "_phoneNumberIds" text[], "_replyDays" integer)
RETURNS TABLE ("campaignId" uuid, "templateId" uuid, "messageId" text, "wasFailed" boolean)
LANGUAGE plpgsql AS $$
BEGIN
  -- In one order, for a sender and a folder may store the same rows at the same moment.
  PERFORM FROM "send_queue" q WHERE q."tenantId" = "_tenantId" AND q."id" = ANY("_sendIds") ORDER BY q."id" FOR UPDATE;
  RETURN QUERY
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
    RETURNING q."id", q."campaignId", q."templateId", q."phone", q."sentAt", q."contactId", b."messageId", b."phoneNumberId", b."status" = 'FAILED' AS "wasFailed"
  ), "inserted" AS (
    INSERT INTO "message" ("tenantId", "id", "direction", "phoneNumberId", "phone", "person", "whatsappMessageId", "at", "campaignId", "templateId", "status", "repliesUntil")
    SELECT "_tenantId", s."id", 'OUT', s."phoneNumberId", s."phone",
      coalesce((SELECT i."person" FROM "recipient_identity" i WHERE i."tenantId" = "_tenantId" AND i."identity" = s."phone"), s."phone", CASE WHEN s."contactId" IS NULL THEN 'erased:' || s."id" END), s."messageId", s."sentAt", s."campaignId", s."templateId", 'SENT', s."sentAt" + make_interval(days => "_replyDays")
    FROM "stored" s
  )
  SELECT s."campaignId", s."templateId", s."messageId", s."wasFailed" FROM "stored" s ORDER BY s."id";
END
$$;
