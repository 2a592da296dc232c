-- AlterTable
ALTER TABLE "campaign_template" ADD COLUMN     "components" JSONB,
ADD COLUMN     "fallbackLanguages" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "whatsapp_number" ADD COLUMN     "templatesChangedAt" TIMESTAMPTZ(3),
ADD COLUMN     "templatesListedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "whatsapp_template" ADD COLUMN     "category" TEXT,
ADD COLUMN     "components" JSONB,
ADD COLUMN     "hasNames" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "listedAt" TIMESTAMPTZ(3);
