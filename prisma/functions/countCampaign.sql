-- A campaign's figures by template, counted from the raw rows: the truth that the kept counters are
-- checked against.
CREATE OR REPLACE FUNCTION "countCampaign"("_tenantId" uuid, "_campaignId" uuid)
RETURNS TABLE ("templateId" uuid, "total" integer, "sent" integer, "delivered" integer,
  "read" integer, "replied" integer, "failed" integer)
LANGUAGE sql STABLE AS $$
  WITH "queued" AS (
    SELECT q."templateId", count(*) AS "total", count(*) FILTER (WHERE q."status" = 'SENT') AS "sent", count(*) FILTER (WHERE q."status" = 'FAILED') AS "failed"
    FROM "send_queue" q WHERE q."tenantId" = "_tenantId" AND q."campaignId" = "_campaignId" GROUP BY q."templateId"
  ), "messages" AS (
    SELECT m."templateId", coalesce(m."person", m."id"::text) AS "person",
      (SELECT max(l."status") FROM "message_status_log" l WHERE l."tenantId" = "_tenantId" AND l."whatsappMessageId" = m."whatsappMessageId") AS "status",
      EXISTS (
        SELECT FROM "message" r
        WHERE r."tenantId" = "_tenantId" AND r."quotedMessageId" = m."whatsappMessageId" AND r."direction" = 'IN'
          AND r."phoneNumberId" = m."phoneNumberId" AND r."at" >= date_trunc('second', m."at")
      ) OR EXISTS (
        SELECT FROM "message" r
        WHERE r."tenantId" = "_tenantId" AND r."person" = m."person" AND r."direction" = 'IN' AND r."quotedMessageId" IS NULL
          AND r."phoneNumberId" = m."phoneNumberId" AND r."at" BETWEEN date_trunc('second', m."at") AND m."repliesUntil"
      ) AS "replied"
    FROM "message" m WHERE m."tenantId" = "_tenantId" AND m."campaignId" = "_campaignId"
  ), "handed" AS (
    SELECT m."templateId", count(*) FILTER (WHERE m."status" IN ('DELIVERED', 'READ')) AS "delivered", count(*) FILTER (WHERE m."status" = 'READ') AS "read",
      count(DISTINCT m."person") FILTER (WHERE m."replied") AS "replied", count(*) FILTER (WHERE m."status" = 'FAILED') AS "failed"
    FROM "messages" m GROUP BY m."templateId"
  )
  SELECT t."id", coalesce(q."total", 0)::int, coalesce(q."sent", 0)::int, coalesce(h."delivered", 0)::int, coalesce(h."read", 0)::int,
    coalesce(h."replied", 0)::int, (coalesce(q."failed", 0) + coalesce(h."failed", 0))::int
  FROM "campaign_template" t LEFT JOIN "queued" q ON q."templateId" = t."id" LEFT JOIN "handed" h ON h."templateId" = t."id"
  WHERE t."tenantId" = "_tenantId" AND t."campaignId" = "_campaignId"
$$;
