-- CreateEnum
CREATE TYPE "ContactPointKind" AS ENUM ('EMAIL', 'PHONE');

-- CreateEnum
CREATE TYPE "ContactPointSource" AS ENUM ('USER', 'PIPEDRIVE');

-- CreateTable
CREATE TABLE "contact_point" (
    "tenantId" UUID NOT NULL,
    "contactId" UUID NOT NULL,
    "kind" "ContactPointKind" NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "label" TEXT,
    "source" "ContactPointSource" NOT NULL DEFAULT 'USER',
    "position" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "contact_point_pkey" PRIMARY KEY ("tenantId","contactId","kind","key")
);

-- CreateIndex
CREATE INDEX "contact_point_tenantId_kind_key_idx" ON "contact_point"("tenantId", "kind", "key");

-- AddForeignKey
ALTER TABLE "contact_point" ADD CONSTRAINT "contact_point_tenantId_contactId_fkey" FOREIGN KEY ("tenantId", "contactId") REFERENCES "contact"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

set local check_function_bodies = off;

-- An e-mail as it is compared; the same as `emailKey` of the server.
CREATE OR REPLACE FUNCTION "emailKey"("_email" text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT lower("_email" COLLATE "C")
$$;

-- Trigger of "contact": keeps the primary e-mail and phone of contacts among their points, also
-- where a process that does not know of points writes the columns. What replaces the primary one
-- takes its place; whoever keeps the old one as well writes the list afterwards.
CREATE OR REPLACE FUNCTION "keepContactPoints"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO contact_point ("tenantId", "contactId", kind, key, value)
      SELECT "tenantId", id, 'EMAIL'::"ContactPointKind", "emailKey"(email), email FROM after_rows WHERE email IS NOT NULL
      UNION ALL
      SELECT "tenantId", id, 'PHONE', "phoneKey"(phone, "phoneE164"), coalesce(phone, "phoneE164") FROM after_rows
      WHERE phone IS NOT NULL OR "phoneE164" IS NOT NULL
      ON CONFLICT DO NOTHING;
    RETURN NULL;
  END IF;
  IF "emailKey"(OLD.email) IS DISTINCT FROM "emailKey"(NEW.email) THEN
    DELETE FROM contact_point
      WHERE "tenantId" = OLD."tenantId" AND "contactId" = OLD.id AND kind = 'EMAIL' AND key = "emailKey"(OLD.email);
  END IF;
  IF "phoneKey"(OLD.phone, OLD."phoneE164") IS DISTINCT FROM "phoneKey"(NEW.phone, NEW."phoneE164") THEN
    DELETE FROM contact_point
      WHERE "tenantId" = OLD."tenantId" AND "contactId" = OLD.id AND kind = 'PHONE' AND key = "phoneKey"(OLD.phone, OLD."phoneE164");
  END IF;
  INSERT INTO contact_point AS p ("tenantId", "contactId", kind, key, value)
    SELECT NEW."tenantId", NEW.id, kind::"ContactPointKind", key, value
    FROM (VALUES ('EMAIL', "emailKey"(NEW.email), NEW.email), ('PHONE', "phoneKey"(NEW.phone, NEW."phoneE164"), coalesce(NEW.phone, NEW."phoneE164"))) v(kind, key, value)
    WHERE key IS NOT NULL
    ON CONFLICT ("tenantId", "contactId", kind, key) DO UPDATE SET value = excluded.value WHERE p.value <> excluded.value;
  RETURN NULL;
END $$;

-- A phone as it is compared, by its E.164 form if it has one; the same as `phoneKey` of the server.
CREATE OR REPLACE FUNCTION "phoneKey"("_phone" text, "_e164" text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce("_e164", '?' || lower("_phone" COLLATE "C"))
$$;

CREATE TRIGGER "contact_points_added" AFTER INSERT ON "contact" REFERENCING NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "keepContactPoints"();
-- By rows: nearly all updates of contacts leave these columns alone, and then cost nothing.
CREATE TRIGGER "contact_points_changed" AFTER UPDATE ON "contact" FOR EACH ROW
  WHEN (OLD."email" IS DISTINCT FROM NEW."email" OR OLD."phone" IS DISTINCT FROM NEW."phone" OR OLD."phoneE164" IS DISTINCT FROM NEW."phoneE164")
  EXECUTE FUNCTION "keepContactPoints"();

-- A number is found by its beginning and by its end.
CREATE INDEX "contact_point_phone_idx" ON "contact_point" ("tenantId", "key" COLLATE "C") WHERE "kind" = 'PHONE';
CREATE INDEX "contact_point_phone_end_idx" ON "contact_point" ("tenantId", reverse("key") COLLATE "C") WHERE "kind" = 'PHONE';

SELECT "trackKind"('contact_point', 'CONTACTS');
