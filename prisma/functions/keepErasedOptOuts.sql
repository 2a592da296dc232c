-- Trigger of "contact" and "recipient_identity": who wanted no campaign messages before they were
-- erased wants none when their number or user id comes back.
CREATE OR REPLACE FUNCTION "keepErasedOptOuts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_LEVEL = 'ROW' THEN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('erase ' || NEW."tenantId"::text, 0));
    INSERT INTO consent_word ("tenantId", identity, "optedOut", source, at)
      SELECT e."tenantId", NEW."phoneE164", true, e.source, e."optedOutAt" FROM erased_identity e
      WHERE e."tenantId" = NEW."tenantId" AND e.kind = 'RECIPIENT' AND e.hash = "erasedHash"(NEW."tenantId", 'RECIPIENT', NEW."phoneE164")
      ON CONFLICT DO NOTHING;
  ELSIF TG_TABLE_NAME = 'contact' THEN
    -- An erasure, which holds the lock, sees contacts with its number, or they see what it kept.
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('erase ' || t."tenantId"::text, 0)) FROM (SELECT DISTINCT n."tenantId" FROM after_rows n) t;
    IF EXISTS (SELECT FROM erased_identity e WHERE e.kind = 'RECIPIENT') THEN
      INSERT INTO consent_word ("tenantId", identity, "optedOut", source, at)
        SELECT DISTINCT e."tenantId", n."phoneE164", true, e.source, e."optedOutAt" FROM after_rows n JOIN erased_identity e
          ON e."tenantId" = n."tenantId" AND e.kind = 'RECIPIENT' AND e.hash = "erasedHash"(n."tenantId", 'RECIPIENT', n."phoneE164")
        ON CONFLICT DO NOTHING;
    END IF;
  ELSIF EXISTS (SELECT FROM erased_identity e WHERE e.kind = 'RECIPIENT') THEN
    INSERT INTO consent_word ("tenantId", identity, "optedOut", source, at)
      SELECT DISTINCT e."tenantId", n.identity, true, e.source, e."optedOutAt" FROM after_rows n JOIN erased_identity e
        ON e."tenantId" = n."tenantId" AND e.kind = 'RECIPIENT' AND e.hash = "erasedHash"(n."tenantId", 'RECIPIENT', n.identity)
      ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
