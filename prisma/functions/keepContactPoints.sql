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
