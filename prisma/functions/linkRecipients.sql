-- Makes identities one person's, pair by pair, and returns what each person was called before and
-- is called now, of those whose name changed. A person's name is the least of the names that came
-- together. Only the folder calls it, which then lets messages and counters follow.
--
-- Identities are looked up by subqueries and never joined: without statistics, a join of 10,000 new
-- pairs compared each of them with every row.
CREATE OR REPLACE FUNCTION "linkRecipients"("_tenantId" uuid, "_ones" text[], "_others" text[])
RETURNS TABLE ("before" text, "after" text)
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_material = off AS $$
#variable_conflict use_column
DECLARE
  "_pairs" record;
  "_names" text[];
BEGIN
  SELECT array_agg(p."one") AS "ones", array_agg(p."other") AS "others" INTO "_pairs"
  FROM (SELECT DISTINCT e."one", e."other" FROM unnest("_ones", "_others") AS e("one", "other") WHERE e."one" <> e."other") p
  -- Nobody learns who somebody was that was erased.
  WHERE p."one" NOT LIKE 'erased:%' AND p."other" NOT LIKE 'erased:%' AND ((SELECT i."person" FROM "recipient_identity" i WHERE i."tenantId" = "_tenantId" AND i."identity" = p."one")
    = (SELECT i."person" FROM "recipient_identity" i WHERE i."tenantId" = "_tenantId" AND i."identity" = p."other")) IS NOT TRUE;
  IF "_pairs"."ones" IS NULL THEN RETURN; END IF;

  INSERT INTO "recipient_identity" ("tenantId", "identity", "person", "learnedAt")
  SELECT "_tenantId", n."identity", n."identity", now() FROM (SELECT DISTINCT unnest("_pairs"."ones" || "_pairs"."others") AS "identity") n
  ON CONFLICT DO NOTHING;
  "_names" := ARRAY(SELECT DISTINCT (SELECT i."person" FROM "recipient_identity" i WHERE i."tenantId" = "_tenantId" AND i."identity" = e."identity")
    FROM unnest("_pairs"."ones" || "_pairs"."others") AS e("identity"));
  -- Each round gives every name the least of its neighbours, so it ends: names only become less.
  LOOP
    UPDATE "recipient_identity" i SET "person" = l."less"
    FROM (
      SELECT greatest(e."one", e."other") AS "name", min(least(e."one", e."other")) AS "less"
      FROM (
        SELECT (SELECT i."person" FROM "recipient_identity" i WHERE i."tenantId" = "_tenantId" AND i."identity" = e."one") AS "one",
          (SELECT i."person" FROM "recipient_identity" i WHERE i."tenantId" = "_tenantId" AND i."identity" = e."other") AS "other"
        FROM unnest("_pairs"."ones", "_pairs"."others") AS e("one", "other")
        OFFSET 0
      ) e
      WHERE e."one" <> e."other" GROUP BY 1
    ) l
    WHERE i."tenantId" = "_tenantId" AND i."person" = l."name";
    EXIT WHEN NOT FOUND;
  END LOOP;
  -- A person's name is one of their identities.
  RETURN QUERY SELECT n."before", n."after"
    FROM (
      SELECT n."name" AS "before", (SELECT i."person" FROM "recipient_identity" i WHERE i."tenantId" = "_tenantId" AND i."identity" = n."name") AS "after"
      FROM unnest("_names") AS n("name")
      OFFSET 0
    ) n
    WHERE n."before" <> n."after";
END
$$;
