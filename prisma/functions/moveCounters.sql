-- Adds to a campaign's kept counters. The arrays run in parallel: the same index means the same
-- template. Call it last in the transaction that changes what is counted: changing or recounting a
-- campaign's counters locks the row of its figures.
CREATE OR REPLACE FUNCTION "moveCounters"( "_tenantId" uuid, "_campaignIds" uuid[],
  "_templateIds" uuid[], "_total" integer[], "_sent" integer[], "_delivered" integer[],
  "_read" integer[], "_replied" integer[], "_failed" integer[] )
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "campaign_figures" f WHERE f."tenantId" = "_tenantId" AND f."campaignId" = ANY("_campaignIds") ORDER BY f."campaignId" FOR UPDATE;
  UPDATE "campaign_counter" c
  SET "total" = c."total" + d."total", "sent" = c."sent" + d."sent", "delivered" = c."delivered" + d."delivered",
    "read" = c."read" + d."read", "replied" = c."replied" + d."replied", "failed" = c."failed" + d."failed"
  FROM (
    SELECT m."campaignId", m."templateId", sum(m."total") AS "total", sum(m."sent") AS "sent", sum(m."delivered") AS "delivered",
      sum(m."read") AS "read", sum(m."replied") AS "replied", sum(m."failed") AS "failed"
    FROM unnest("_campaignIds", "_templateIds", "_total", "_sent", "_delivered", "_read", "_replied", "_failed")
      AS m("campaignId", "templateId", "total", "sent", "delivered", "read", "replied", "failed")
    GROUP BY m."campaignId", m."templateId"
  ) d
  WHERE c."tenantId" = "_tenantId" AND c."campaignId" = d."campaignId" AND c."templateId" = d."templateId";
  UPDATE "campaign_figures" f
  SET "version" = f."version" + 1, "computedAt" = clock_timestamp(), "frozenAt" = NULL,
    "thawedAt" = CASE WHEN f."frozenAt" IS NULL THEN f."thawedAt" ELSE clock_timestamp() END
  WHERE f."tenantId" = "_tenantId" AND f."campaignId" = ANY("_campaignIds");
END
$$;
