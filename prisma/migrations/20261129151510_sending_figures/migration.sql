-- AlterTable
ALTER TABLE "send_queue" ADD COLUMN     "refusedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "timeZone" TEXT NOT NULL DEFAULT 'UTC';

-- CreateTable
CREATE TABLE "sending_figure" (
    "tenantId" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "level" SMALLINT NOT NULL,
    "block" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "writer" SMALLINT NOT NULL,
    "sent" INTEGER NOT NULL DEFAULT 0,
    "delivered" INTEGER NOT NULL DEFAULT 0,
    "read" INTEGER NOT NULL DEFAULT 0,
    "replied" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "sending_figure_pkey" PRIMARY KEY ("tenantId","subject","level","block","name","writer")
);

set local check_function_bodies = off;

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
    WHERE q."tenantId" = "_tenantId" AND q."campaignId" = "_campaignId" AND q."retries" < "_maxRetries"
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

-- The rows of "sending_figure" that a message counts in, by the half-hour in which it was sent; its
-- error is null unless it failed. Days are enough for most of a range, and there are fewer of them.
CREATE OR REPLACE FUNCTION "sendingFigureKeys"("_block" integer, "_template" text, "_number" text,
  "_error" text)
RETURNS TABLE ("subject" text, "level" integer, "block" integer, "name" text)
LANGUAGE sql IMMUTABLE AS $$
  SELECT k.* FROM (VALUES ('ALL', 0, "_block", ''), ('TEMPLATE', 0, "_block", "_template"), ('TEMPLATE', 1, "_block" / 48, "_template"),
    ('NUMBER', 0, "_block", "_number"), ('NUMBER', 1, "_block" / 48, "_number"), ('ERROR', 0, "_block", "_error"), ('ERROR', 1, "_block" / 48, "_error"))
    AS k("subject", "level", "block", "name")
  WHERE k."name" IS NOT NULL
$$;

-- Rows are raised again and again, and no index has what is raised.
ALTER TABLE "sending_figure" SET (fillfactor = 70);

-- From here to the commit nobody else changes messages, so that nothing is missed between these and the first figures.
CREATE TRIGGER "message_figures_inserted" AFTER INSERT ON "message" REFERENCING NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "keepSendingFigures"();
CREATE TRIGGER "message_figures_updated" AFTER UPDATE ON "message" REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "keepSendingFigures"();
CREATE TRIGGER "send_queue_figures_updated" AFTER UPDATE ON "send_queue" REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "keepSendingFigures"();

INSERT INTO "sending_figure" ("tenantId", "subject", "level", "block", "name", "writer", "sent", "delivered", "read", "replied", "failed")
SELECT t."id", c."subject", c."level", c."block", c."name", 0, c."sent", c."delivered", c."read", c."replied", c."failed"
FROM "tenant" t, LATERAL "countSendingFigures"(t."id") c;
