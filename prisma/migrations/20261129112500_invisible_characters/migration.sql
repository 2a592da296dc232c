-- Names are compared without characters that nobody sees, and with every way of typing an apostrophe as one: \p{Cf} and
-- lone accents go from the names that are stored. An organization whose new name another one has keeps its old one, which is
-- unique, and is offered as a match by its bare name.
CREATE FUNCTION pg_temp."renormalized"("_name" text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT btrim(regexp_replace(regexp_replace(regexp_replace("_name", '(^| )\u0301', '', 'g'),
    '[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f`\u02b9-\u02bd\u02c8]', '', 'g'), ' +', ' ', 'g'))
$$;

WITH "changed" AS (
  SELECT o."tenantId", o.id, pg_temp."renormalized"(o."normalizedName") AS "name", o."createdAt" FROM "organization" o
  WHERE pg_temp."renormalized"(o."normalizedName") <> o."normalizedName"
), "ranked" AS (
  SELECT c.*, row_number() OVER (PARTITION BY c."tenantId", c."name" ORDER BY c."createdAt", c.id) AS "rank" FROM "changed" c
)
UPDATE "organization" o SET
  "normalizedName" = CASE WHEN r."rank" = 1 AND r."name" <> '' AND NOT EXISTS (
      SELECT FROM "organization" t WHERE t."tenantId" = o."tenantId" AND t."normalizedName" = r."name")
    THEN r."name" ELSE o."normalizedName" END,
  "bareName" = pg_temp."renormalized"(o."bareName")
FROM "ranked" r WHERE o."tenantId" = r."tenantId" AND o.id = r.id;

-- The words that people and organizations are found by: invisible characters no longer part them.
CREATE FUNCTION pg_temp."words"("_text" text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT btrim(regexp_replace(lower(regexp_replace(normalize(coalesce("_text", ''), NFKD), '[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f\u0300-\u036f]', '', 'g')), '[^[:alnum:]]+', ' ', 'g'))
$$;
UPDATE "organization" SET "searchText" = pg_temp."words"("name") WHERE "name" ~ '[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]';
UPDATE "contact" c SET "searchText" = pg_temp."words"(c."name") || ' | ' || pg_temp."words"(c."email") || ' | ' ||
    coalesce((SELECT o."searchText" FROM "organization" o WHERE o."tenantId" = c."tenantId" AND o.id = c."organizationId"), '')
  WHERE c."name" ~ '[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]' OR c."email" ~ '[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]'
    OR EXISTS (SELECT FROM "organization" o WHERE o."tenantId" = c."tenantId" AND o.id = c."organizationId" AND o."name" ~ '[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]');
DROP FUNCTION pg_temp."renormalized"(text);
DROP FUNCTION pg_temp."words"(text);
