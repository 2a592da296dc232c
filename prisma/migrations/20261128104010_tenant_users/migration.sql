-- DropIndex
DROP INDEX "user_email_key";

-- DropIndex
DROP INDEX "user_externalId_key";

-- CreateIndex
CREATE INDEX "user_email_idx" ON "user"("email");

-- CreateIndex
CREATE INDEX "user_externalId_idx" ON "user"("externalId");

-- CreateIndex
CREATE UNIQUE INDEX "user_tenantId_email_key" ON "user"("tenantId", "email");

-- CreateIndex
CREATE UNIQUE INDEX "user_tenantId_externalId_key" ON "user"("tenantId", "externalId");
