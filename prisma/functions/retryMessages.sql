-- Puts messages of a campaign that failed back into its queue, and returns how many: those that were
-- tried and certainly not sent ("_unsent"), and those that the provider took and reported as failed
-- ("_undelivered"), with these error codes (any if null), each at most "_maxRetries" times in all.
-- What may have arrived is never sent again.
--
-- The message of a former try stays, with a new id and without a template, so that its late events
-- still find it and it no longer counts. The folder, which alone changes the messages' state, is
-- locked out meanwhile; the caller has locked the campaign.
CREATE OR REPLACE FUNCTION "retryMessages"("_tenantId" uuid, "_campaignId" uuid, "_unsent" boolean,
  "_undelivered" boolean, "_codes" integer[], "_maxRetries" integer)
RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  "_ids" uuid[];
  "_moves" record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('fold ' || "_tenantId"::text, 0));
  SELECT array_agg(c."id") INTO "_ids" FROM (
    SELECT q."id" FROM "send_queue" q
    LEFT JOIN "message" m ON m."tenantId" = "_tenantId" AND m."id" = q."id"
    WHERE q."tenantId" = "_tenantId" AND q."campaignId" = "_campaignId" AND q."retries" < "_maxRetries" AND q."contactId" IS NOT NULL
      AND ("_unsent" AND q."status" = 'FAILED' AND q."attempts" > 0 AND q."sendingAt" IS NULL
        OR "_undelivered" AND q."status" = 'SENT' AND m."status" = 'FAILED')
      AND ("_codes" IS NULL OR "errorCodeOf"(coalesce(m."errorMessage", q."errorMessage")) = ANY("_codes"))
    ORDER BY q."id"
    FOR UPDATE OF q
  ) c;
  IF "_ids" IS NULL THEN RETURN 0; END IF;
  WITH "before" AS (
    SELECT q."id", q."templateId", m."id" IS NOT NULL AS "wasSent", CASE WHEN m."repliedAt" IS NOT NULL THEN coalesce(m."person", m."id"::text) END AS "replier"
    FROM "send_queue" q LEFT JOIN "message" m ON m."tenantId" = "_tenantId" AND m."id" = q."id"
    WHERE q."tenantId" = "_tenantId" AND q."id" = ANY("_ids")
  ), "queued" AS (
    UPDATE "send_queue" q
    SET "status" = 'QUEUED', "attempts" = 0, "retries" = q."retries" + 1, "sendingAt" = NULL, "sentAt" = NULL, "nextAttemptAt" = NULL, "whatsappMessageId" = NULL, "errorMessage" = NULL, "refusedAt" = NULL
    WHERE q."tenantId" = "_tenantId" AND q."id" = ANY("_ids")
  ), "kept" AS (
    UPDATE "message" m SET "id" = gen_random_uuid(), "templateId" = NULL WHERE m."tenantId" = "_tenantId" AND m."id" = ANY("_ids")
  ), "moved" AS (
    SELECT b."templateId", -(count(*) FILTER (WHERE b."wasSent"))::int AS "sent", -count(*)::int AS "failed",
      -(count(DISTINCT b."replier") FILTER (WHERE NOT EXISTS (
        SELECT FROM "message" o
        WHERE o."tenantId" = "_tenantId" AND o."person" = b."replier" AND o."campaignId" = "_campaignId" AND o."templateId" = b."templateId"
          AND o."direction" = 'OUT' AND o."repliedAt" IS NOT NULL AND o."id" <> ALL("_ids")
      )))::int AS "replied"
    FROM "before" b GROUP BY b."templateId"
  )
  SELECT array_agg("_campaignId") AS "campaignIds", array_agg(m."templateId") AS "templateIds", array_agg(0) AS "none", array_agg(m."sent") AS "sent", array_agg(m."replied") AS "replied", array_agg(m."failed") AS "failed"
  INTO "_moves" FROM "moved" m;
  PERFORM "moveCounters"("_tenantId", "_moves"."campaignIds", "_moves"."templateIds", "_moves"."none", "_moves"."sent", "_moves"."none", "_moves"."none", "_moves"."replied", "_moves"."failed");
  RETURN cardinality("_ids");
END
$$;
