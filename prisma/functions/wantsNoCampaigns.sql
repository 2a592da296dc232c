-- Whether a person, known by a number, wants no campaign messages: by the newest word of any of
-- their identities, and by "no" where two are equally new.
CREATE OR REPLACE FUNCTION "wantsNoCampaigns"("_tenantId" uuid, "_phone" text)
RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce((
    SELECT o."optedOut" FROM "whatsapp_opt_out" o
    WHERE o."tenantId" = "_tenantId" AND (o."phone" = "_phone" OR o."phone" IN (
      SELECT y."identity" FROM "recipient_identity" x JOIN "recipient_identity" y ON y."tenantId" = x."tenantId" AND y."person" = x."person"
      WHERE x."tenantId" = "_tenantId" AND x."identity" = "_phone"))
    ORDER BY o."at" DESC, o."optedOut" DESC LIMIT 1
  ), false)
$$;
