-- Records messages that the provider accepted (see storeMessages) and moves the counters. Returns
-- the messages that were recorded now.
CREATE OR REPLACE FUNCTION "storeSent"("_tenantId" uuid, "_sendIds" uuid[], "_messageIds" text[],
  "_phoneNumberIds" text[], "_replyDays" integer)
RETURNS TABLE ("campaignId" uuid, "messageId" text)
LANGUAGE plpgsql AS $$
DECLARE
  "_stored" record;
  "_moves" record;
BEGIN
  SELECT array_agg(s."campaignId") AS "campaignIds", array_agg(s."templateId") AS "templateIds", array_agg(s."messageId") AS "messageIds", array_agg(s."wasFailed") AS "wasFailed"
  INTO "_stored" FROM "storeMessages"("_tenantId", "_sendIds", "_messageIds", "_phoneNumberIds", "_replyDays") s;
  IF "_stored"."messageIds" IS NULL THEN RETURN; END IF;
  SELECT array_agg(m."campaignId") AS "campaignIds", array_agg(m."templateId") AS "templateIds", array_agg(m."sent") AS "sent", array_agg(m."failed") AS "failed", array_agg(0) AS "none"
  INTO "_moves" FROM (
    SELECT s."campaignId", s."templateId", count(*)::int AS "sent", -(count(*) FILTER (WHERE s."wasFailed"))::int AS "failed"
    FROM unnest("_stored"."campaignIds", "_stored"."templateIds", "_stored"."wasFailed") AS s("campaignId", "templateId", "wasFailed") GROUP BY 1, 2
  ) m;
  PERFORM "moveCounters"("_tenantId", "_moves"."campaignIds", "_moves"."templateIds", "_moves"."none", "_moves"."sent", "_moves"."none", "_moves"."none", "_moves"."none", "_moves"."failed");
  RETURN QUERY SELECT * FROM unnest("_stored"."campaignIds", "_stored"."messageIds");
END
$$;
