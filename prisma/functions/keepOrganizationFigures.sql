-- Trigger of "contact": keeps the figures of organizations. Differences are added to the stored
-- values under a lock on the organization, so they are right whatever else writes. Organizations
-- are locked in the order of their ids, and before their contacts if a transaction locks both.
CREATE OR REPLACE FUNCTION "keepOrganizationFigures"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  tenants uuid[]; ids uuid[]; contacts integer[]; warmth integer[]; newest timestamptz[]; lost timestamptz[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg("tenantId"), array_agg("organizationId"), array_agg(n), array_agg(w), array_agg(l), array_fill(NULL::timestamptz, ARRAY[count(*)::integer])
      INTO tenants, ids, contacts, warmth, newest, lost
      FROM (SELECT "tenantId", "organizationId", count(*)::integer n, sum("warmnessScore")::integer w, max("lastActivityAt") l
        FROM after_rows WHERE "organizationId" IS NOT NULL GROUP BY 1, 2) changed;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg("tenantId"), array_agg("organizationId"), array_agg(-n), array_agg(-w), array_fill(NULL::timestamptz, ARRAY[count(*)::integer]), array_agg(l)
      INTO tenants, ids, contacts, warmth, newest, lost
      FROM (SELECT "tenantId", "organizationId", count(*)::integer n, sum("warmnessScore")::integer w, max("lastActivityAt") l
        FROM before_rows WHERE "organizationId" IS NOT NULL GROUP BY 1, 2) changed;
  ELSE
    SELECT array_agg("tenantId"), array_agg("organizationId"), array_agg(n), array_agg(w), array_agg(gained), array_agg(gone)
      INTO tenants, ids, contacts, warmth, newest, lost
      FROM (SELECT "tenantId", "organizationId", sum(n)::integer n, sum(w)::integer w, max(gained) gained, max(gone) gone
        FROM (
          SELECT "tenantId", "organizationId", 1 n, "warmnessScore" w, "lastActivityAt" gained, NULL::timestamptz gone FROM after_rows
          UNION ALL
          SELECT "tenantId", "organizationId", -1, -"warmnessScore", NULL, "lastActivityAt" FROM before_rows
        ) rows WHERE "organizationId" IS NOT NULL GROUP BY 1, 2
        HAVING sum(n) <> 0 OR sum(w) <> 0 OR max(gained) IS DISTINCT FROM max(gone)) changed;
  END IF;
  IF tenants IS NULL THEN RETURN NULL; END IF;
  PERFORM FROM organization o JOIN unnest(tenants, ids) AS c("tenantId", id) ON o."tenantId" = c."tenantId" AND o.id = c.id
    ORDER BY o.id FOR NO KEY UPDATE OF o;
  UPDATE organization o SET
    "contactCount" = o."contactCount" + c.contacts,
    "warmnessSum" = o."warmnessSum" + c.warmth,
    -- Only where the contact of the newest activity left, or lost that activity, the others must be looked at.
    "lastActivityAt" = CASE WHEN c.lost >= o."lastActivityAt" AND (c.newest IS NULL OR c.newest < c.lost)
      THEN (SELECT max(k."lastActivityAt") FROM contact k WHERE k."tenantId" = o."tenantId" AND k."organizationId" = o.id)
      ELSE greatest(o."lastActivityAt", c.newest) END
  FROM unnest(tenants, ids, contacts, warmth, newest, lost) AS c("tenantId", id, contacts, warmth, newest, lost)
  WHERE o."tenantId" = c."tenantId" AND o.id = c.id;
  RETURN NULL;
END $$;
