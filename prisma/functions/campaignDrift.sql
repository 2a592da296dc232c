-- The sum of the differences between a campaign's kept counters and its raw rows; null if no
-- counters are kept.
CREATE OR REPLACE FUNCTION "campaignDrift"("_tenantId" uuid, "_campaignId" uuid)
RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT sum(abs(k."total" - c."total") + abs(k."sent" - c."sent") + abs(k."delivered" - c."delivered") + abs(k."read" - c."read")
    + abs(k."replied" - c."replied") + abs(k."failed" - c."failed"))::int
  FROM "countCampaign"("_tenantId", "_campaignId") c
  JOIN "campaign_counter" k ON k."tenantId" = "_tenantId" AND k."campaignId" = "_campaignId" AND k."templateId" = c."templateId"
$$;
