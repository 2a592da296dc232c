-- AlterTable
ALTER TABLE "crm_connection" ALTER COLUMN "apiUrl" DROP NOT NULL;

-- AlterTable
ALTER TABLE "crm_sync" DROP COLUMN "updatedSince";
