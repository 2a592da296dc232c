-- What was said last on whether somebody wants campaign messages: of the contact itself, or by any
-- identity of the person with this number or another one of the contact; "no" where two words are equally new. No row if nothing
-- was said. The one definition of it, for a few people: callers look only at those who said anything.
CREATE OR REPLACE FUNCTION "consentOf"("_tenantId" uuid, "_phone" text, "_contactId" uuid)
RETURNS TABLE ("id" uuid, "optedOut" boolean, "source" "ConsentSource", "at" timestamptz, "note" text)
LANGUAGE sql STABLE AS $$
  SELECT w."id", w."optedOut", w."source", w."at", w."note"
  FROM (
    WITH own AS (
      SELECT "_phone" AS "identity"
      UNION SELECT p."key" FROM "contact_point" p WHERE p."tenantId" = "_tenantId" AND p."contactId" = "_contactId" AND p."kind" = 'PHONE'
    )
    SELECT w."id" FROM "consent_word" w WHERE w."tenantId" = "_tenantId" AND w."contactId" = "_contactId"
    UNION ALL
    SELECT w."id" FROM own, "consent_word" w WHERE w."tenantId" = "_tenantId" AND w."identity" = own."identity"
    UNION ALL
    SELECT w."id" FROM own, "recipient_identity" x, "recipient_identity" y, "consent_word" w
    WHERE x."tenantId" = "_tenantId" AND x."identity" = own."identity" AND y."tenantId" = "_tenantId" AND y."person" = x."person"
      AND w."tenantId" = "_tenantId" AND w."identity" = y."identity"
  ) said JOIN "consent_word" w ON w."tenantId" = "_tenantId" AND w."id" = said."id"
  ORDER BY w."at" DESC, w."optedOut" DESC, w."id" DESC LIMIT 1
$$;
