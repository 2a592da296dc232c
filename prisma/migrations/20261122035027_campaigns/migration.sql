-- CreateEnum
CREATE TYPE "CampaignStatus" AS ENUM ('DRAFT', 'SCHEDULED', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "SendStatus" AS ENUM ('QUEUED', 'SENDING', 'SENT', 'FAILED');

-- CreateEnum
CREATE TYPE "DeliveryStatus" AS ENUM ('SENT', 'FAILED', 'DELIVERED', 'READ');

-- CreateEnum
CREATE TYPE "MessageDirection" AS ENUM ('IN', 'OUT');

-- CreateEnum
CREATE TYPE "WebhookEventKind" AS ENUM ('STATUS', 'MESSAGE', 'PREFERENCE', 'KNOWN');

-- CreateTable
CREATE TABLE "whatsapp_number" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "phoneNumberId" TEXT NOT NULL,
    "displayPhoneNumber" TEXT NOT NULL,
    "accessToken" TEXT NOT NULL,
    "nextSendAt" TIMESTAMPTZ(6),
    "messagesPerSecond" INTEGER,
    "connectedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "whatsapp_number_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "whatsapp_opt_out" (
    "tenantId" UUID NOT NULL,
    "phone" TEXT NOT NULL,
    "optedOut" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "whatsapp_opt_out_pkey" PRIMARY KEY ("tenantId","phone")
);

-- CreateTable
CREATE TABLE "campaign" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "status" "CampaignStatus" NOT NULL DEFAULT 'DRAFT',
    "statusReason" TEXT,
    "whatsAppNumberId" UUID,
    "scheduledAt" TIMESTAMPTZ(3),
    "startedAt" TIMESTAMPTZ(3),
    "completedAt" TIMESTAMPTZ(3),
    "contactCount" INTEGER NOT NULL DEFAULT 0,
    "searchText" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "campaign_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "campaign_template" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "campaignId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "templateName" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "weight" INTEGER NOT NULL DEFAULT 1,
    "parameters" TEXT[],

    CONSTRAINT "campaign_template_pkey" PRIMARY KEY ("tenantId","campaignId","id")
);

-- CreateTable
CREATE TABLE "campaign_contact" (
    "tenantId" UUID NOT NULL,
    "campaignId" UUID NOT NULL,
    "contactId" UUID NOT NULL,

    CONSTRAINT "campaign_contact_pkey" PRIMARY KEY ("tenantId","campaignId","contactId")
);

-- CreateTable
CREATE TABLE "send_queue" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "campaignId" UUID NOT NULL,
    "templateId" UUID NOT NULL,
    "contactId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "phone" TEXT,
    "status" "SendStatus" NOT NULL DEFAULT 'QUEUED',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "sendingAt" TIMESTAMPTZ(3),
    "sentAt" TIMESTAMPTZ(3),
    "whatsappMessageId" TEXT,
    "errorCode" INTEGER,
    "errorMessage" TEXT,

    CONSTRAINT "send_queue_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "message" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "direction" "MessageDirection" NOT NULL,
    "phoneNumberId" TEXT NOT NULL,
    "phone" TEXT,
    "whatsappMessageId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "quotedMessageId" TEXT,
    "campaignId" UUID,
    "templateId" UUID,
    "status" "DeliveryStatus",
    "repliesUntil" TIMESTAMPTZ(3),
    "deliveredAt" TIMESTAMPTZ(3),
    "readAt" TIMESTAMPTZ(3),
    "failedAt" TIMESTAMPTZ(3),
    "errorMessage" TEXT,
    "repliedAt" TIMESTAMPTZ(3),

    CONSTRAINT "message_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "message_status_log" (
    "tenantId" UUID NOT NULL,
    "whatsappMessageId" TEXT NOT NULL,
    "status" "DeliveryStatus" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "error" TEXT,

    CONSTRAINT "message_status_log_pkey" PRIMARY KEY ("tenantId","whatsappMessageId","status","at")
);

-- CreateTable
CREATE TABLE "webhook_inbox" (
    "tenantId" UUID NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "kind" "WebhookEventKind" NOT NULL,
    "phoneNumberId" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "messageIds" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "statuses" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "moments" BIGINT[] DEFAULT ARRAY[]::BIGINT[],
    "sendIds" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "errors" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "phones" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "quotedIds" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "optedOut" BOOLEAN[] DEFAULT ARRAY[]::BOOLEAN[],

    CONSTRAINT "webhook_inbox_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "campaign_figures" (
    "tenantId" UUID NOT NULL,
    "campaignId" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "computedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "frozenAt" TIMESTAMPTZ(3),
    "thawedAt" TIMESTAMPTZ(3),
    "eventsDroppedAt" TIMESTAMPTZ(3),

    CONSTRAINT "campaign_figures_pkey" PRIMARY KEY ("tenantId","campaignId")
);

-- CreateTable
CREATE TABLE "campaign_counter" (
    "tenantId" UUID NOT NULL,
    "campaignId" UUID NOT NULL,
    "templateId" UUID NOT NULL,
    "total" INTEGER NOT NULL DEFAULT 0,
    "sent" INTEGER NOT NULL DEFAULT 0,
    "delivered" INTEGER NOT NULL DEFAULT 0,
    "read" INTEGER NOT NULL DEFAULT 0,
    "replied" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "campaign_counter_pkey" PRIMARY KEY ("tenantId","campaignId","templateId")
);

-- CreateTable
CREATE TABLE "response_change" (
    "tenantId" UUID NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "messageIds" UUID[],

    CONSTRAINT "response_change_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "whatsapp_number_phoneNumberId_key" ON "whatsapp_number"("phoneNumberId");

-- CreateIndex
CREATE INDEX "campaign_tenantId_createdAt_id_idx" ON "campaign"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "campaign_tenantId_status_createdAt_id_idx" ON "campaign"("tenantId", "status", "createdAt", "id");

-- CreateIndex
CREATE INDEX "campaign_tenantId_whatsAppNumberId_idx" ON "campaign"("tenantId", "whatsAppNumberId");

-- CreateIndex
CREATE UNIQUE INDEX "campaign_template_tenantId_campaignId_position_key" ON "campaign_template"("tenantId", "campaignId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "campaign_template_tenantId_campaignId_templateName_key" ON "campaign_template"("tenantId", "campaignId", "templateName");

-- CreateIndex
CREATE INDEX "campaign_contact_tenantId_contactId_idx" ON "campaign_contact"("tenantId", "contactId");

-- CreateIndex
CREATE INDEX "send_queue_tenantId_contactId_idx" ON "send_queue"("tenantId", "contactId");

-- CreateIndex
CREATE UNIQUE INDEX "send_queue_tenantId_campaignId_position_key" ON "send_queue"("tenantId", "campaignId", "position");

-- CreateIndex
CREATE INDEX "message_tenantId_phone_at_idx" ON "message"("tenantId", "phone", "at");

-- CreateIndex
CREATE UNIQUE INDEX "message_tenantId_whatsappMessageId_key" ON "message"("tenantId", "whatsappMessageId");

-- CreateIndex
CREATE INDEX "message_status_log_at_idx" ON "message_status_log" USING BRIN ("at");

-- AddForeignKey
ALTER TABLE "campaign" ADD CONSTRAINT "campaign_tenantId_whatsAppNumberId_fkey" FOREIGN KEY ("tenantId", "whatsAppNumberId") REFERENCES "whatsapp_number"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_template" ADD CONSTRAINT "campaign_template_tenantId_campaignId_fkey" FOREIGN KEY ("tenantId", "campaignId") REFERENCES "campaign"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_contact" ADD CONSTRAINT "campaign_contact_tenantId_campaignId_fkey" FOREIGN KEY ("tenantId", "campaignId") REFERENCES "campaign"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_contact" ADD CONSTRAINT "campaign_contact_tenantId_contactId_fkey" FOREIGN KEY ("tenantId", "contactId") REFERENCES "contact"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "send_queue" ADD CONSTRAINT "send_queue_tenantId_campaignId_templateId_fkey" FOREIGN KEY ("tenantId", "campaignId", "templateId") REFERENCES "campaign_template"("tenantId", "campaignId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "send_queue" ADD CONSTRAINT "send_queue_tenantId_contactId_fkey" FOREIGN KEY ("tenantId", "contactId") REFERENCES "contact"("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_tenantId_campaignId_templateId_fkey" FOREIGN KEY ("tenantId", "campaignId", "templateId") REFERENCES "campaign_template"("tenantId", "campaignId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_figures" ADD CONSTRAINT "campaign_figures_tenantId_campaignId_fkey" FOREIGN KEY ("tenantId", "campaignId") REFERENCES "campaign"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_counter" ADD CONSTRAINT "campaign_counter_tenantId_campaignId_templateId_fkey" FOREIGN KEY ("tenantId", "campaignId", "templateId") REFERENCES "campaign_template"("tenantId", "campaignId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What must hold whatever the code does.
ALTER TABLE "campaign" ADD CONSTRAINT "campaign_contactCount_check" CHECK ("contactCount" >= 0);
ALTER TABLE "campaign" ADD CONSTRAINT "campaign_completed_check" CHECK ("status" <> 'COMPLETED' OR "completedAt" IS NOT NULL);
ALTER TABLE "campaign_template" ADD CONSTRAINT "campaign_template_weight_check" CHECK ("weight" >= 1);
ALTER TABLE "send_queue" ADD CONSTRAINT "send_queue_sent_check" CHECK (("status" = 'SENT') = ("whatsappMessageId" IS NOT NULL) AND ("status" <> 'SENT' OR "sentAt" IS NOT NULL));
ALTER TABLE "send_queue" ADD CONSTRAINT "send_queue_sending_check" CHECK ("status" <> 'SENDING' OR "sendingAt" IS NOT NULL);
ALTER TABLE "send_queue" ADD CONSTRAINT "send_queue_phone_check" CHECK ("phone" IS NOT NULL OR "status" = 'FAILED');
ALTER TABLE "message" ADD CONSTRAINT "message_direction_check" CHECK (
  ("direction" = 'OUT') = ("campaignId" IS NOT NULL AND "templateId" IS NOT NULL AND "status" IS NOT NULL AND "repliesUntil" IS NOT NULL AND "phone" IS NOT NULL)
);

-- A phone gets one message of a campaign, however often it is launched.
CREATE UNIQUE INDEX "send_queue_phone_key" ON "send_queue" ("tenantId", "campaignId", "phone") WHERE "status" <> 'FAILED';

-- Of every index below only few rows are a part.
CREATE INDEX "send_queue_queued_idx" ON "send_queue" ("tenantId", "campaignId", "position") WHERE "status" = 'QUEUED';
CREATE INDEX "send_queue_sending_idx" ON "send_queue" ("tenantId", "id") INCLUDE ("sendingAt") WHERE "sendingAt" IS NOT NULL AND "whatsappMessageId" IS NULL;
CREATE INDEX "campaign_due_idx" ON "campaign" ("scheduledAt") WHERE "status" = 'SCHEDULED';
CREATE INDEX "campaign_running_idx" ON "campaign" ("tenantId", "id") WHERE "status" = 'RUNNING';
CREATE INDEX "campaign_figures_moving_idx" ON "campaign_figures" ("tenantId", "campaignId") WHERE "frozenAt" IS NULL;
CREATE INDEX "message_campaignId_idx" ON "message" ("tenantId", "campaignId") WHERE "campaignId" IS NOT NULL;
CREATE INDEX "message_quoted_idx" ON "message" ("tenantId", "quotedMessageId") WHERE "quotedMessageId" IS NOT NULL;

CREATE INDEX "campaign_search_idx" ON "campaign" USING GIN (to_tsvector('simple', "searchText"));

-- No index of "message" has a column that an event changes: with room on the page an update then touches no index.
ALTER TABLE "message" SET (fillfactor = 75);
ALTER TABLE "send_queue" SET (fillfactor = 75);
ALTER TABLE "campaign_counter" SET (fillfactor = 25);
ALTER TABLE "campaign_figures" SET (fillfactor = 25);
-- Rows live for a moment, and there may be many in a second.
ALTER TABLE "webhook_inbox" SET (autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE "response_change" SET (autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE "webhook_inbox" ALTER COLUMN "messageIds" SET STORAGE EXTERNAL;
ALTER TABLE "webhook_inbox" ALTER COLUMN "statuses" SET STORAGE EXTERNAL;
ALTER TABLE "webhook_inbox" ALTER COLUMN "moments" SET STORAGE EXTERNAL;
ALTER TABLE "webhook_inbox" ALTER COLUMN "sendIds" SET STORAGE EXTERNAL;
ALTER TABLE "webhook_inbox" ALTER COLUMN "errors" SET STORAGE EXTERNAL;
ALTER TABLE "webhook_inbox" ALTER COLUMN "phones" SET STORAGE EXTERNAL;
ALTER TABLE "webhook_inbox" ALTER COLUMN "quotedIds" SET STORAGE EXTERNAL;
ALTER TABLE "webhook_inbox" ALTER COLUMN "optedOut" SET STORAGE EXTERNAL;

-- The figures of a campaign by template, counted from the raw rows: the truth that the kept counters are held against.
CREATE FUNCTION "countCampaign"("_tenantId" uuid, "_campaignId" uuid)
RETURNS TABLE ("templateId" uuid, "total" integer, "sent" integer, "delivered" integer, "read" integer, "replied" integer, "failed" integer)
LANGUAGE sql STABLE AS $$
  WITH "queued" AS (
    SELECT q."templateId", count(*) AS "total", count(*) FILTER (WHERE q."status" = 'SENT') AS "sent", count(*) FILTER (WHERE q."status" = 'FAILED') AS "failed"
    FROM "send_queue" q WHERE q."tenantId" = "_tenantId" AND q."campaignId" = "_campaignId" GROUP BY q."templateId"
  ), "messages" AS (
    SELECT m."templateId", m."phone",
      (SELECT max(l."status") FROM "message_status_log" l WHERE l."tenantId" = "_tenantId" AND l."whatsappMessageId" = m."whatsappMessageId") AS "status",
      EXISTS (
        SELECT FROM "message" r
        WHERE r."tenantId" = "_tenantId" AND r."quotedMessageId" = m."whatsappMessageId" AND r."direction" = 'IN'
          AND r."phoneNumberId" = m."phoneNumberId" AND r."at" >= date_trunc('second', m."at")
      ) OR EXISTS (
        SELECT FROM "message" r
        WHERE r."tenantId" = "_tenantId" AND r."phone" = m."phone" AND r."direction" = 'IN' AND r."quotedMessageId" IS NULL
          AND r."phoneNumberId" = m."phoneNumberId" AND r."at" BETWEEN date_trunc('second', m."at") AND m."repliesUntil"
      ) AS "replied"
    FROM "message" m WHERE m."tenantId" = "_tenantId" AND m."campaignId" = "_campaignId"
  ), "handed" AS (
    SELECT m."templateId", count(*) FILTER (WHERE m."status" IN ('DELIVERED', 'READ')) AS "delivered", count(*) FILTER (WHERE m."status" = 'READ') AS "read",
      count(DISTINCT m."phone") FILTER (WHERE m."replied") AS "replied", count(*) FILTER (WHERE m."status" = 'FAILED') AS "failed"
    FROM "messages" m GROUP BY m."templateId"
  )
  SELECT t."id", coalesce(q."total", 0)::int, coalesce(q."sent", 0)::int, coalesce(h."delivered", 0)::int, coalesce(h."read", 0)::int,
    coalesce(h."replied", 0)::int, (coalesce(q."failed", 0) + coalesce(h."failed", 0))::int
  FROM "campaign_template" t LEFT JOIN "queued" q ON q."templateId" = t."id" LEFT JOIN "handed" h ON h."templateId" = t."id"
  WHERE t."tenantId" = "_tenantId" AND t."campaignId" = "_campaignId"
$$;

-- Moves kept counters by what the arrays say, the same index the same template, in the transaction that changes what they
-- count and after all else in it: whoever moves a campaign's counters, or counts them anew, waits for the row of its figures.
CREATE FUNCTION "moveCounters"(
  "_tenantId" uuid, "_campaignIds" uuid[], "_templateIds" uuid[],
  "_total" integer[], "_sent" integer[], "_delivered" integer[], "_read" integer[], "_replied" integer[], "_failed" integer[]
) RETURNS void LANGUAGE plpgsql AS $$
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

-- Stores that the provider took messages: their rows of "send_queue" become SENT, their messages come to be, the counters move.
-- A row that is stored already stays as it is, so that sender and status events may both say so. Answers which were stored now.
CREATE FUNCTION "storeSent"("_tenantId" uuid, "_sendIds" uuid[], "_messageIds" text[], "_phoneNumberIds" text[], "_replyDays" integer)
RETURNS TABLE ("campaignId" uuid, "messageId" text) LANGUAGE plpgsql AS $$
DECLARE
  "_changes" record;
BEGIN
  -- In one order, for a sender and a folder may store the same rows at the same moment.
  PERFORM FROM "send_queue" q WHERE q."tenantId" = "_tenantId" AND q."id" = ANY("_sendIds") ORDER BY q."id" FOR UPDATE;
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
    RETURNING q."id", q."campaignId", q."templateId", q."phone", q."sentAt", b."messageId", b."phoneNumberId", b."status" = 'FAILED' AS "wasFailed"
  ), "inserted" AS (
    INSERT INTO "message" ("tenantId", "id", "direction", "phoneNumberId", "phone", "whatsappMessageId", "at", "campaignId", "templateId", "status", "repliesUntil")
    SELECT "_tenantId", s."id", 'OUT', s."phoneNumberId", s."phone", s."messageId", s."sentAt", s."campaignId", s."templateId", 'SENT', s."sentAt" + make_interval(days => "_replyDays")
    FROM "stored" s
  ), "moved" AS (
    SELECT s."campaignId", s."templateId", count(*)::int AS "sent", -(count(*) FILTER (WHERE s."wasFailed"))::int AS "failed" FROM "stored" s GROUP BY 1, 2
  )
  SELECT (SELECT array_agg(s."campaignId" ORDER BY s."id") FROM "stored" s) AS "storedCampaignIds", (SELECT array_agg(s."messageId" ORDER BY s."id") FROM "stored" s) AS "messageIds",
    array_agg(m."campaignId") AS "campaignIds", array_agg(m."templateId") AS "templateIds", array_agg(m."sent") AS "sent", array_agg(m."failed") AS "failed", array_agg(0) AS "none"
  INTO "_changes" FROM "moved" m;
  IF "_changes"."messageIds" IS NULL THEN RETURN; END IF;
  PERFORM "moveCounters"("_tenantId", "_changes"."campaignIds", "_changes"."templateIds", "_changes"."none", "_changes"."sent", "_changes"."none", "_changes"."none", "_changes"."none", "_changes"."failed");
  RETURN QUERY SELECT * FROM unnest("_changes"."storedCampaignIds", "_changes"."messageIds");
END
$$;

-- Folds events of a tenant that are acknowledged into its messages and counters, the oldest first; all of it or nothing.
-- A message's state is the greatest and the earliest of what is known of it, so that order and repetition change nothing.
-- One folder of a tenant works at a time. Answers what it did: "taken" is null when another one is at it.
-- A function, since the events then never leave the server: 10,000 of them cost it 0.15 to 0.2 s of one core.
CREATE FUNCTION "foldEvents"("_tenantId" uuid, "_maxEvents" integer, "_replyDays" integer)
RETURNS TABLE ("taken" integer, "campaignIds" uuid[]) LANGUAGE plpgsql AS $$
DECLARE
  "_ids" bigint[];
  "_kinds" "WebhookEventKind"[];
  "_taken" integer;
  -- Ids of messages that became known, whose earlier events are to be folded too.
  "_known" text[] := '{}';
  "_settled" record;
  "_changes" record;
  "_replies" record;
  "_changed" uuid[] := '{}';
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('fold ' || "_tenantId"::text, 0)) THEN
    RETURN QUERY SELECT NULL::integer, '{}'::uuid[];
    RETURN;
  END IF;

  SELECT array_agg(i."id"), array_agg(DISTINCT i."kind"), coalesce(sum(i."size"), 0) INTO "_ids", "_kinds", "_taken"
  FROM (
    SELECT w."id", w."kind", w."size", sum(w."size") OVER (ORDER BY w."id") AS "sum"
    FROM (SELECT w."id", w."kind", w."size" FROM "webhook_inbox" w WHERE w."tenantId" = "_tenantId" ORDER BY w."id" LIMIT 500) w
  ) i
  WHERE i."sum" - i."size" < "_maxEvents";
  IF "_ids" IS NULL THEN
    RETURN QUERY SELECT 0, '{}'::uuid[];
    RETURN;
  END IF;

  IF 'STATUS' = ANY("_kinds") THEN
    INSERT INTO "message_status_log" ("tenantId", "whatsappMessageId", "status", "at", "error")
    SELECT "_tenantId", e."messageId", e."status"::"DeliveryStatus", to_timestamp(e."moment"), nullif(e."error", '')
    FROM "webhook_inbox" w, unnest(w."messageIds", w."statuses", w."moments", w."errors") AS e("messageId", "status", "moment", "error")
    WHERE w."tenantId" = "_tenantId" AND w."id" = ANY("_ids") AND w."kind" = 'STATUS'
    -- In the order of the index neighbours are written one after the other.
    ORDER BY e."messageId"
    ON CONFLICT DO NOTHING;

    -- Rows that were in hand when their sender died, or whose sender has not stored the answer yet.
    SELECT array_agg(e."sendId") AS "sendIds", array_agg(e."messageId") AS "messageIds", array_agg(e."phoneNumberId") AS "phoneNumberIds" INTO "_settled"
    FROM (
      SELECT e."sendId"::uuid AS "sendId", e."messageId", w."phoneNumberId"
      FROM "webhook_inbox" w, unnest(w."messageIds", w."sendIds") AS e("messageId", "sendId")
      WHERE w."tenantId" = "_tenantId" AND w."id" = ANY("_ids") AND w."kind" = 'STATUS' AND e."sendId" <> ''
    ) e
    JOIN "send_queue" q ON q."id" = e."sendId"
    WHERE q."tenantId" = "_tenantId" AND q."sendingAt" IS NOT NULL AND q."whatsappMessageId" IS NULL;
    IF "_settled"."sendIds" IS NOT NULL THEN
      SELECT coalesce(array_agg(s."messageId"), '{}'), coalesce(array_agg(DISTINCT s."campaignId"), '{}') INTO "_known", "_changed"
      FROM "storeSent"("_tenantId", "_settled"."sendIds", "_settled"."messageIds", "_settled"."phoneNumberIds", "_replyDays") s;
    END IF;
  END IF;

  IF 'KNOWN' = ANY("_kinds") THEN
    SELECT "_known" || array_agg(e."messageId") INTO "_known"
    FROM "webhook_inbox" w, unnest(w."messageIds") AS e("messageId")
    WHERE w."tenantId" = "_tenantId" AND w."id" = ANY("_ids") AND w."kind" = 'KNOWN';
  END IF;

  IF 'PREFERENCE' = ANY("_kinds") THEN
    INSERT INTO "whatsapp_opt_out" AS o ("tenantId", "phone", "optedOut", "at")
    SELECT DISTINCT ON (e."phone") "_tenantId", e."phone", e."optedOut", to_timestamp(e."moment")
    FROM "webhook_inbox" w, unnest(w."phones", w."optedOut", w."moments") AS e("phone", "optedOut", "moment")
    WHERE w."tenantId" = "_tenantId" AND w."id" = ANY("_ids") AND w."kind" = 'PREFERENCE'
    ORDER BY e."phone", e."moment" DESC, e."optedOut" DESC
    ON CONFLICT ("tenantId", "phone") DO UPDATE SET "optedOut" = EXCLUDED."optedOut", "at" = EXCLUDED."at"
    WHERE (EXCLUDED."at", EXCLUDED."optedOut") > (o."at", o."optedOut");
  END IF;

  WITH "event" AS (
    SELECT e."messageId", e."status"::"DeliveryStatus", to_timestamp(e."moment") AS "at", nullif(e."error", '') AS "error"
    FROM "webhook_inbox" w, unnest(w."messageIds", w."statuses", w."moments", w."errors") AS e("messageId", "status", "moment", "error")
    WHERE w."tenantId" = "_tenantId" AND w."id" = ANY("_ids") AND w."kind" = 'STATUS'
    UNION ALL
    SELECT l."whatsappMessageId", l."status", l."at", l."error" FROM "message_status_log" l
    WHERE l."tenantId" = "_tenantId" AND l."whatsappMessageId" = ANY("_known")
  ), "news" AS (
    SELECT e."messageId", max(e."status") AS "status", min(e."at") FILTER (WHERE e."status" = 'DELIVERED') AS "deliveredAt",
      min(e."at") FILTER (WHERE e."status" = 'READ') AS "readAt", min(e."at") FILTER (WHERE e."status" = 'FAILED') AS "failedAt", min(e."error") AS "error"
    FROM "event" e GROUP BY e."messageId"
  ), "updated" AS (
    UPDATE "message" m
    SET "status" = greatest(o."status", n."status"), "deliveredAt" = least(o."deliveredAt", n."deliveredAt"), "readAt" = least(o."readAt", n."readAt"),
      "failedAt" = least(o."failedAt", n."failedAt"), "errorMessage" = least(o."errorMessage", n."error")
    FROM "news" n JOIN "message" o ON o."whatsappMessageId" = n."messageId"
    WHERE m."tenantId" = "_tenantId" AND m."id" = o."id" AND o."tenantId" = "_tenantId" AND o."direction" = 'OUT'
      AND (n."status" > o."status" OR n."deliveredAt" < coalesce(o."deliveredAt", 'infinity') OR n."readAt" < coalesce(o."readAt", 'infinity')
        OR n."failedAt" < coalesce(o."failedAt", 'infinity') OR (n."error" < o."errorMessage") IS NOT FALSE AND n."error" IS NOT NULL AND n."error" IS DISTINCT FROM o."errorMessage")
    RETURNING m."id", m."campaignId", m."templateId", o."status" AS "before", m."status" AS "after"
  ), "moved" AS (
    SELECT u."campaignId", u."templateId",
      (count(*) FILTER (WHERE u."after" >= 'DELIVERED' AND u."before" < 'DELIVERED'))::int AS "delivered",
      (count(*) FILTER (WHERE u."after" = 'READ' AND u."before" < 'READ'))::int AS "read",
      (count(*) FILTER (WHERE u."after" = 'FAILED' AND u."before" < 'FAILED') - count(*) FILTER (WHERE u."after" > 'FAILED' AND u."before" = 'FAILED'))::int AS "failed"
    FROM "updated" u WHERE u."after" <> u."before" GROUP BY u."campaignId", u."templateId"
  )
  SELECT array_agg(m."campaignId") AS "campaignIds", array_agg(m."templateId") AS "templateIds", array_agg(m."delivered") AS "delivered", array_agg(m."read") AS "read",
    array_agg(m."failed") AS "failed", array_agg(0) AS "none",
    (SELECT array_agg(u."id") FROM "updated" u WHERE u."after" >= 'DELIVERED' AND u."before" < 'DELIVERED') AS "messageIds"
  INTO "_changes" FROM "moved" m WHERE m."delivered" <> 0 OR m."read" <> 0 OR m."failed" <> 0;

  IF 'MESSAGE' = ANY("_kinds") OR "_known" <> '{}' THEN
    INSERT INTO "message" ("tenantId", "id", "direction", "phoneNumberId", "phone", "whatsappMessageId", "at", "quotedMessageId")
    SELECT "_tenantId", gen_random_uuid(), 'IN', w."phoneNumberId", nullif(e."phone", ''), e."messageId", to_timestamp(e."moment"), nullif(e."quotedId", '')
    FROM "webhook_inbox" w, unnest(w."messageIds", w."phones", w."moments", w."quotedIds") AS e("messageId", "phone", "moment", "quotedId")
    WHERE w."tenantId" = "_tenantId" AND w."id" = ANY("_ids") AND w."kind" = 'MESSAGE'
    ON CONFLICT DO NOTHING;

    WITH "incoming" AS (
      SELECT m.* FROM "message" m
      WHERE m."tenantId" = "_tenantId" AND m."direction" = 'IN' AND m."whatsappMessageId" = ANY(
        SELECT e."messageId" FROM "webhook_inbox" w, unnest(w."messageIds") AS e("messageId")
        WHERE w."tenantId" = "_tenantId" AND w."id" = ANY("_ids") AND w."kind" = 'MESSAGE'
      )
    ), "pair" AS (
      SELECT m."id", i."at" FROM "incoming" i JOIN "message" m ON m."whatsappMessageId" = i."quotedMessageId"
      WHERE m."tenantId" = "_tenantId" AND m."direction" = 'OUT' AND m."phoneNumberId" = i."phoneNumberId" AND i."at" >= date_trunc('second', m."at")
      UNION ALL
      SELECT m."id", i."at" FROM "incoming" i JOIN "message" m ON m."phone" = i."phone"
      WHERE m."tenantId" = "_tenantId" AND m."direction" = 'OUT' AND i."quotedMessageId" IS NULL AND m."phoneNumberId" = i."phoneNumberId"
        AND i."at" BETWEEN date_trunc('second', m."at") AND m."repliesUntil"
      UNION ALL
      SELECT m."id", i."at" FROM "message" m JOIN "message" i ON i."quotedMessageId" = m."whatsappMessageId"
      WHERE m."tenantId" = "_tenantId" AND m."whatsappMessageId" = ANY("_known") AND m."direction" = 'OUT'
        AND i."tenantId" = "_tenantId" AND i."direction" = 'IN' AND i."phoneNumberId" = m."phoneNumberId" AND i."at" >= date_trunc('second', m."at")
      UNION ALL
      SELECT m."id", i."at" FROM "message" m JOIN "message" i ON i."phone" = m."phone"
      WHERE m."tenantId" = "_tenantId" AND m."whatsappMessageId" = ANY("_known") AND m."direction" = 'OUT'
        AND i."tenantId" = "_tenantId" AND i."direction" = 'IN' AND i."quotedMessageId" IS NULL AND i."phoneNumberId" = m."phoneNumberId"
        AND i."at" BETWEEN date_trunc('second', m."at") AND m."repliesUntil"
    ), "reply" AS (
      SELECT p."id", min(p."at") AS "at" FROM "pair" p GROUP BY p."id"
    ), "updated" AS (
      UPDATE "message" m SET "repliedAt" = r."at" FROM "reply" r JOIN "message" o ON o."id" = r."id"
      WHERE m."tenantId" = "_tenantId" AND m."id" = o."id" AND o."tenantId" = "_tenantId" AND r."at" < coalesce(o."repliedAt", 'infinity')
      RETURNING m."id", m."campaignId", m."templateId", o."repliedAt" IS NULL AS "isFirst"
    ), "moved" AS (
      SELECT u."campaignId", u."templateId", count(*)::int AS "replied" FROM "updated" u WHERE u."isFirst" GROUP BY u."campaignId", u."templateId"
    )
    SELECT array_agg(m."campaignId") AS "campaignIds", array_agg(m."templateId") AS "templateIds", array_agg(m."replied") AS "replied", array_agg(0) AS "none",
      (SELECT array_agg(u."id") FROM "updated" u WHERE u."isFirst") AS "messageIds"
    INTO "_replies" FROM "moved" m;
  ELSE
    SELECT NULL::uuid[] AS "campaignIds", NULL::uuid[] AS "templateIds", NULL::integer[] AS "replied", NULL::integer[] AS "none", NULL::uuid[] AS "messageIds" INTO "_replies";
  END IF;

  IF "_changes"."messageIds" IS NOT NULL OR "_replies"."messageIds" IS NOT NULL THEN
    INSERT INTO "response_change" ("tenantId", "messageIds") VALUES ("_tenantId", "_changes"."messageIds" || "_replies"."messageIds");
  END IF;
  IF "_changes"."campaignIds" IS NOT NULL OR "_replies"."campaignIds" IS NOT NULL THEN
    PERFORM "moveCounters"("_tenantId", "_changes"."campaignIds" || "_replies"."campaignIds", "_changes"."templateIds" || "_replies"."templateIds",
      "_changes"."none" || "_replies"."none", "_changes"."none" || "_replies"."none",
      "_changes"."delivered" || "_replies"."none", "_changes"."read" || "_replies"."none", "_changes"."none" || "_replies"."replied", "_changes"."failed" || "_replies"."none");
    "_changed" := "_changed" || "_changes"."campaignIds" || "_replies"."campaignIds";
  END IF;
  DELETE FROM "webhook_inbox" w WHERE w."tenantId" = "_tenantId" AND w."id" = ANY("_ids");
  RETURN QUERY SELECT "_taken", ARRAY(SELECT DISTINCT c FROM unnest("_changed") c);
END
$$;

-- How far the kept counters of a campaign are off, in sum; null where none are kept.
CREATE FUNCTION "campaignDrift"("_tenantId" uuid, "_campaignId" uuid) RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT sum(abs(k."total" - c."total") + abs(k."sent" - c."sent") + abs(k."delivered" - c."delivered") + abs(k."read" - c."read")
    + abs(k."replied" - c."replied") + abs(k."failed" - c."failed"))::int
  FROM "countCampaign"("_tenantId", "_campaignId") c
  JOIN "campaign_counter" k ON k."tenantId" = "_tenantId" AND k."campaignId" = "_campaignId" AND k."templateId" = c."templateId"
$$;

-- Counts a campaign anew from its raw rows: the messages' own state, then the counters. Answers how far the counters were off.
-- Only the folder changes that state, so it must not run meanwhile; what the sender has under way comes after, by moveCounters.
CREATE FUNCTION "recountCampaign"("_tenantId" uuid, "_campaignId" uuid) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  "_drift" integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('fold ' || "_tenantId"::text, 0));
  INSERT INTO "campaign_figures" ("tenantId", "campaignId") VALUES ("_tenantId", "_campaignId") ON CONFLICT DO NOTHING;
  PERFORM FROM "campaign_figures" f WHERE f."tenantId" = "_tenantId" AND f."campaignId" = "_campaignId" FOR UPDATE;
  UPDATE "message" m
  SET "status" = s."status", "deliveredAt" = s."deliveredAt", "readAt" = s."readAt", "failedAt" = s."failedAt", "errorMessage" = s."error", "repliedAt" = s."repliedAt"
  FROM (
    SELECT o."id", coalesce(e."status", 'SENT') AS "status", e."deliveredAt", e."readAt", e."failedAt", e."error", least(
      (SELECT min(r."at") FROM "message" r
        WHERE r."tenantId" = "_tenantId" AND r."quotedMessageId" = o."whatsappMessageId" AND r."direction" = 'IN'
          AND r."phoneNumberId" = o."phoneNumberId" AND r."at" >= date_trunc('second', o."at")),
      (SELECT min(r."at") FROM "message" r
        WHERE r."tenantId" = "_tenantId" AND r."phone" = o."phone" AND r."direction" = 'IN' AND r."quotedMessageId" IS NULL
          AND r."phoneNumberId" = o."phoneNumberId" AND r."at" BETWEEN date_trunc('second', o."at") AND o."repliesUntil")) AS "repliedAt"
    FROM "message" o, LATERAL (
      SELECT max(l."status") AS "status", min(l."at") FILTER (WHERE l."status" = 'DELIVERED') AS "deliveredAt", min(l."at") FILTER (WHERE l."status" = 'READ') AS "readAt",
        min(l."at") FILTER (WHERE l."status" = 'FAILED') AS "failedAt", min(l."error") AS "error"
      FROM "message_status_log" l WHERE l."tenantId" = "_tenantId" AND l."whatsappMessageId" = o."whatsappMessageId"
    ) e
    WHERE o."tenantId" = "_tenantId" AND o."campaignId" = "_campaignId"
  ) s
  WHERE m."tenantId" = "_tenantId" AND m."id" = s."id" AND (m."status", m."deliveredAt", m."readAt", m."failedAt", m."errorMessage", m."repliedAt")
    IS DISTINCT FROM (s."status", s."deliveredAt", s."readAt", s."failedAt", s."error", s."repliedAt");
  "_drift" := coalesce("campaignDrift"("_tenantId", "_campaignId"), 0);
  INSERT INTO "campaign_counter" AS k ("tenantId", "campaignId", "templateId", "total", "sent", "delivered", "read", "replied", "failed")
  SELECT "_tenantId", "_campaignId", c.* FROM "countCampaign"("_tenantId", "_campaignId") c
  ON CONFLICT ("tenantId", "campaignId", "templateId") DO UPDATE
  SET "total" = EXCLUDED."total", "sent" = EXCLUDED."sent", "delivered" = EXCLUDED."delivered", "read" = EXCLUDED."read", "replied" = EXCLUDED."replied", "failed" = EXCLUDED."failed"
  WHERE (k."total", k."sent", k."delivered", k."read", k."replied", k."failed") IS DISTINCT FROM
    (EXCLUDED."total", EXCLUDED."sent", EXCLUDED."delivered", EXCLUDED."read", EXCLUDED."replied", EXCLUDED."failed");
  UPDATE "campaign_figures" f SET "version" = f."version" + 1, "computedAt" = clock_timestamp() WHERE f."tenantId" = "_tenantId" AND f."campaignId" = "_campaignId";
  RETURN "_drift";
END
$$;

-- The figures of campaigns by template, in the order of the templates: kept ones, and counted ones where none are kept (version 0).
CREATE FUNCTION "campaignStats"("_tenantId" uuid, "_campaignIds" uuid[])
RETURNS TABLE ("campaignId" uuid, "version" integer, "computedAt" timestamptz, "frozenAt" timestamptz, "templateName" text,
  "total" integer, "sent" integer, "delivered" integer, "read" integer, "replied" integer, "failed" integer)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  "_missing" uuid;
BEGIN
  RETURN QUERY
  SELECT f."campaignId", f."version", f."computedAt", f."frozenAt", t."templateName", k."total", k."sent", k."delivered", k."read", k."replied", k."failed"
  FROM "campaign_figures" f
  JOIN "campaign_counter" k ON k."tenantId" = "_tenantId" AND k."campaignId" = f."campaignId"
  JOIN "campaign_template" t ON t."tenantId" = "_tenantId" AND t."campaignId" = f."campaignId" AND t."id" = k."templateId"
  WHERE f."tenantId" = "_tenantId" AND f."campaignId" = ANY("_campaignIds")
  ORDER BY f."campaignId", t."position";
  FOR "_missing" IN
    SELECT c."id" FROM "campaign" c WHERE c."tenantId" = "_tenantId" AND c."id" = ANY("_campaignIds")
      AND NOT EXISTS (SELECT FROM "campaign_figures" f WHERE f."tenantId" = "_tenantId" AND f."campaignId" = c."id")
  LOOP
    RETURN QUERY
    SELECT "_missing", 0, clock_timestamp(), NULL::timestamptz, t."templateName", k."total", k."sent", k."delivered", k."read", k."replied", k."failed"
    FROM "countCampaign"("_tenantId", "_missing") k
    JOIN "campaign_template" t ON t."tenantId" = "_tenantId" AND t."campaignId" = "_missing" AND t."id" = k."templateId"
    ORDER BY t."position";
  END LOOP;
END
$$;
