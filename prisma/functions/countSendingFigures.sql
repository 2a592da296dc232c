-- The figures of all campaigns of a tenant, counted from its messages and queue: the truth that
-- "sending_figure" is checked against, as long as no message has been erased.
CREATE OR REPLACE FUNCTION "countSendingFigures"("_tenantId" uuid)
RETURNS TABLE ("subject" text, "level" integer, "block" integer, "name" text, "sent" integer,
  "delivered" integer, "read" integer, "replied" integer, "failed" integer)
LANGUAGE sql STABLE AS $$
  WITH "counted" AS (
    SELECT floor(date_part('epoch', m."at") / 1800)::int AS "block", m."campaignId", m."templateId", m."phoneNumberId",
      CASE WHEN m."status" = 'FAILED' THEN coalesce("errorCodeOf"(m."errorMessage")::text, '') END AS "error", count(*) AS "sent",
      count(*) FILTER (WHERE m."status" IN ('DELIVERED', 'READ')) AS "delivered", count(*) FILTER (WHERE m."status" = 'READ') AS "read",
      count(m."repliedAt") AS "replied", count(*) FILTER (WHERE m."status" = 'FAILED') AS "failed"
    FROM "message" m WHERE m."tenantId" = "_tenantId" AND m."direction" = 'OUT' AND m."templateId" IS NOT NULL GROUP BY 1, 2, 3, 4, 5
  )
  SELECT r."subject", r."level", r."block", r."name", sum(r."sent")::int, sum(r."delivered")::int, sum(r."read")::int, sum(r."replied")::int, sum(r."failed")::int
  FROM (
    SELECT k.*, CASE WHEN k."subject" <> 'ERROR' THEN c."sent" ELSE 0 END AS "sent", CASE WHEN k."subject" <> 'ERROR' THEN c."delivered" ELSE 0 END AS "delivered",
      CASE WHEN k."subject" <> 'ERROR' THEN c."read" ELSE 0 END AS "read", CASE WHEN k."subject" <> 'ERROR' THEN c."replied" ELSE 0 END AS "replied", c."failed"
    FROM "counted" c JOIN "campaign_template" t ON t."tenantId" = "_tenantId" AND t."campaignId" = c."campaignId" AND t."id" = c."templateId",
      LATERAL "sendingFigureKeys"(c."block", t."templateName", c."phoneNumberId", c."error") k
    UNION ALL
    SELECT 'ERROR', l."level", CASE l."level" WHEN 0 THEN q."block" ELSE q."block" / 48 END, q."name", 0, 0, 0, 0, q."failed"
    FROM (
      SELECT floor(date_part('epoch', q."refusedAt") / 1800)::int AS "block", coalesce("errorCodeOf"(q."errorMessage")::text, '') AS "name", count(*) AS "failed"
      FROM "send_queue" q WHERE q."tenantId" = "_tenantId" AND q."refusedAt" IS NOT NULL GROUP BY 1, 2
    ) q, (VALUES (0), (1)) AS l("level")
  ) r GROUP BY 1, 2, 3, 4
$$;
