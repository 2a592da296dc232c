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
    "messageIds" TEXT[],
    "statuses" "DeliveryStatus"[],
    "moments" BIGINT[],
    "sendIds" TEXT[],
    "errors" TEXT[],
    "phones" TEXT[],
    "quotedIds" TEXT[],
    "optedOut" BOOLEAN[],

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
