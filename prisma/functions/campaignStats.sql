-- The figures of campaigns by template, in the order of the templates: the kept ones, and where
-- none are kept (version 0) counted from the raw rows.
CREATE OR REPLACE FUNCTION "campaignStats"("_tenantId" uuid, "_campaignIds" uuid[])
RETURNS TABLE ("campaignId" uuid, "status" "CampaignStatus", "statusReason" text,
  "version" integer, "computedAt" timestamptz, "frozenAt" timestamptz, "templateName" text,
  "total" integer, "sent" integer, "delivered" integer, "read" integer, "replied" integer,
  "failed" integer)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  "_missing" record;
BEGIN
  RETURN QUERY
  SELECT f."campaignId", c."status", c."statusReason", f."version", f."computedAt", f."frozenAt", t."templateName", k."total", k."sent", k."delivered", k."read", k."replied", k."failed"
  FROM "campaign_figures" f
  JOIN "campaign" c ON c."tenantId" = "_tenantId" AND c."id" = f."campaignId"
  JOIN "campaign_counter" k ON k."tenantId" = "_tenantId" AND k."campaignId" = f."campaignId"
  JOIN "campaign_template" t ON t."tenantId" = "_tenantId" AND t."campaignId" = f."campaignId" AND t."id" = k."templateId"
  WHERE f."tenantId" = "_tenantId" AND f."campaignId" = ANY("_campaignIds")
  ORDER BY f."campaignId", t."position";
  FOR "_missing" IN
    SELECT c."id", c."status", c."statusReason" FROM "campaign" c WHERE c."tenantId" = "_tenantId" AND c."id" = ANY("_campaignIds")
      AND NOT EXISTS (SELECT FROM "campaign_figures" f WHERE f."tenantId" = "_tenantId" AND f."campaignId" = c."id")
  LOOP
    RETURN QUERY
    SELECT "_missing"."id", "_missing"."status", "_missing"."statusReason", 0, clock_timestamp(), NULL::timestamptz, t."templateName",
      k."total", k."sent", k."delivered", k."read", k."replied", k."failed"
    FROM "countCampaign"("_tenantId", "_missing"."id") k
    JOIN "campaign_template" t ON t."tenantId" = "_tenantId" AND t."campaignId" = "_missing"."id" AND t."id" = k."templateId"
    ORDER BY t."position";
  END LOOP;
END
$$;
