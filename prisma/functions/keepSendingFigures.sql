-- Trigger of "message" and "send_queue": keeps the figures of all campaigns by the moment of
-- sending. A message counts while it has a template: a former try of one that was sent again has
-- none. Rows are raised in the order of their key, and each kind of writer has its own, so that a
-- folder and senders don't wait for each other, and nobody waits in a circle.
--
-- It joins nothing: the folder's settings, under which it runs, would make that a nested loop.
CREATE OR REPLACE FUNCTION "keepSendingFigures"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  "_moves" record;
BEGIN
  IF TG_TABLE_NAME = 'send_queue' THEN
    SELECT array_agg(m."tenantId") AS "tenantIds", array_agg(m."block") AS "blocks", array_agg(m."name") AS "names", array_agg(m."failed") AS "failed" INTO "_moves"
    FROM (
      SELECT r."tenantId", floor(date_part('epoch', r."refusedAt") / 1800)::int AS "block", coalesce("errorCodeOf"(r."errorMessage")::text, '') AS "name", sum(r."sign")::int AS "failed"
      FROM (
        SELECT 1 AS "sign", a."tenantId", a."refusedAt", a."errorMessage" FROM after_rows a WHERE a."refusedAt" IS NOT NULL
        UNION ALL SELECT -1, b."tenantId", b."refusedAt", b."errorMessage" FROM before_rows b WHERE b."refusedAt" IS NOT NULL
      ) r GROUP BY 1, 2, 3 HAVING sum(r."sign") <> 0
    ) m;
    IF "_moves"."tenantIds" IS NULL THEN RETURN NULL; END IF;
    INSERT INTO "sending_figure" AS f ("tenantId", "subject", "level", "block", "name", "writer", "failed")
    SELECT m."tenantId", 'ERROR', k."level", k."block", m."name", 2, sum(m."failed")
    FROM unnest("_moves"."tenantIds", "_moves"."blocks", "_moves"."names", "_moves"."failed") AS m("tenantId", "block", "name", "failed"),
      LATERAL (VALUES (0, m."block"), (1, m."block" / 48)) AS k("level", "block")
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT ("tenantId", "subject", "level", "block", "name", "writer") DO UPDATE SET "failed" = f."failed" + excluded."failed";
    RETURN NULL;
  END IF;
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(m."tenantId") AS "tenantIds", array_agg(m."block") AS "blocks", array_agg(m."campaignId") AS "campaignIds", array_agg(m."templateId") AS "templateIds",
      array_agg(m."phoneNumberId") AS "numbers", array_agg(m."error") AS "errors", array_agg(m."sent") AS "sent", array_agg(m."delivered") AS "delivered",
      array_agg(m."read") AS "read", array_agg(m."replied") AS "replied", array_agg(m."failed") AS "failed" INTO "_moves"
    FROM (
      SELECT a."tenantId", floor(date_part('epoch', a."at") / 1800)::int AS "block", a."campaignId", a."templateId", a."phoneNumberId",
        CASE WHEN a."status" = 'FAILED' THEN coalesce("errorCodeOf"(a."errorMessage")::text, '') END AS "error", count(*)::int AS "sent",
        (count(*) FILTER (WHERE a."status" IN ('DELIVERED', 'READ')))::int AS "delivered", (count(*) FILTER (WHERE a."status" = 'READ'))::int AS "read",
        count(a."repliedAt")::int AS "replied", (count(*) FILTER (WHERE a."status" = 'FAILED'))::int AS "failed"
      FROM after_rows a WHERE a."direction" = 'OUT' AND a."templateId" IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
    ) m;
  ELSE
    SELECT array_agg(m."tenantId") AS "tenantIds", array_agg(m."block") AS "blocks", array_agg(m."campaignId") AS "campaignIds", array_agg(m."templateId") AS "templateIds",
      array_agg(m."phoneNumberId") AS "numbers", array_agg(m."error") AS "errors", array_agg(m."sent") AS "sent", array_agg(m."delivered") AS "delivered",
      array_agg(m."read") AS "read", array_agg(m."replied") AS "replied", array_agg(m."failed") AS "failed" INTO "_moves"
    FROM (
      SELECT r."tenantId", floor(date_part('epoch', r."at") / 1800)::int AS "block", r."campaignId", r."templateId", r."phoneNumberId",
        CASE WHEN r."status" = 'FAILED' THEN coalesce("errorCodeOf"(r."errorMessage")::text, '') END AS "error", sum(r."sign")::int AS "sent",
        coalesce(sum(r."sign") FILTER (WHERE r."status" IN ('DELIVERED', 'READ')), 0)::int AS "delivered", coalesce(sum(r."sign") FILTER (WHERE r."status" = 'READ'), 0)::int AS "read",
        coalesce(sum(r."sign") FILTER (WHERE r."repliedAt" IS NOT NULL), 0)::int AS "replied", coalesce(sum(r."sign") FILTER (WHERE r."status" = 'FAILED'), 0)::int AS "failed"
      FROM (
        SELECT 1 AS "sign", a."tenantId", a."at", a."campaignId", a."templateId", a."phoneNumberId", a."status", a."errorMessage", a."repliedAt" FROM after_rows a
        WHERE a."direction" = 'OUT' AND a."templateId" IS NOT NULL
        UNION ALL SELECT -1, b."tenantId", b."at", b."campaignId", b."templateId", b."phoneNumberId", b."status", b."errorMessage", b."repliedAt" FROM before_rows b
        WHERE b."direction" = 'OUT' AND b."templateId" IS NOT NULL
      ) r GROUP BY 1, 2, 3, 4, 5, 6
    ) m WHERE (m."sent", m."delivered", m."read", m."replied", m."failed") <> (0, 0, 0, 0, 0);
  END IF;
  IF "_moves"."tenantIds" IS NULL THEN RETURN NULL; END IF;
  INSERT INTO "sending_figure" AS f ("tenantId", "subject", "level", "block", "name", "writer", "sent", "delivered", "read", "replied", "failed")
  SELECT m."tenantId", k."subject", k."level", k."block", k."name", CASE TG_OP WHEN 'INSERT' THEN 1 ELSE 0 END,
    sum(CASE WHEN k."subject" <> 'ERROR' THEN m."sent" ELSE 0 END), sum(CASE WHEN k."subject" <> 'ERROR' THEN m."delivered" ELSE 0 END), sum(CASE WHEN k."subject" <> 'ERROR' THEN m."read" ELSE 0 END),
    sum(CASE WHEN k."subject" <> 'ERROR' THEN m."replied" ELSE 0 END), sum(m."failed")
  FROM (
    SELECT m.*, (SELECT t."templateName" FROM "campaign_template" t WHERE t."tenantId" = m."tenantId" AND t."campaignId" = m."campaignId" AND t."id" = m."templateId") AS "template"
    FROM unnest("_moves"."tenantIds", "_moves"."blocks", "_moves"."campaignIds", "_moves"."templateIds", "_moves"."numbers", "_moves"."errors", "_moves"."sent", "_moves"."delivered", "_moves"."read", "_moves"."replied", "_moves"."failed")
      AS m("tenantId", "block", "campaignId", "templateId", "number", "error", "sent", "delivered", "read", "replied", "failed")
  ) m, LATERAL "sendingFigureKeys"(m."block", m."template", m."number", m."error") k
  GROUP BY 1, 2, 3, 4, 5 HAVING (sum(m."sent"), sum(m."delivered"), sum(m."read"), sum(m."replied"), sum(m."failed")) <> (0, 0, 0, 0, 0)
  ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT ("tenantId", "subject", "level", "block", "name", "writer") DO UPDATE
  SET "sent" = f."sent" + excluded."sent", "delivered" = f."delivered" + excluded."delivered", "read" = f."read" + excluded."read",
    "replied" = f."replied" + excluded."replied", "failed" = f."failed" + excluded."failed";
  RETURN NULL;
END
$$;
