-- AlterTable
ALTER TABLE "whatsapp_number" ADD COLUMN     "accountId" TEXT,
ADD COLUMN     "isFlagged" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "messagingLimit" TEXT,
ADD COLUMN     "qualityAt" TIMESTAMPTZ(3),
ADD COLUMN     "restrictedUntil" TIMESTAMPTZ(3),
ADD COLUMN     "restriction" TEXT,
ADD COLUMN     "restrictionAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "whatsapp_template" (
    "tenantId" UUID NOT NULL,
    "accountId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "status" TEXT,
    "reason" TEXT,
    "statusAt" TIMESTAMPTZ(3),
    "quality" TEXT,
    "qualityAt" TIMESTAMPTZ(3),

    CONSTRAINT "whatsapp_template_pkey" PRIMARY KEY ("tenantId","accountId","name","language")
);

SELECT "trackKind"('whatsapp_template', 'CAMPAIGNS');
DROP TRIGGER kind ON "whatsapp_number";
SELECT "trackKind"('whatsapp_number', 'CAMPAIGNS', ARRAY['phoneNumberId', 'displayPhoneNumber', 'accessToken', 'messagesPerSecond', 'connectedAt', 'accountId', 'isFlagged', 'messagingLimit', 'restriction', 'restrictedUntil']);
