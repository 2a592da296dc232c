-- The fewest blocks that cover [from, to) without reaching beyond it; null means no bound. What
-- remains at the edges is shorter than a block.
CREATE OR REPLACE FUNCTION "workflowBlocks"("_from" timestamptz, "_to" timestamptz)
RETURNS TABLE ("level" integer, "first" integer, "last" integer) LANGUAGE sql IMMUTABLE AS $$
  WITH "whole" AS (
    -- Without a bound: one that no block of the highest level has been cut by, further away than any date.
    SELECT coalesce(ceil(date_part('epoch', "_from") / 28800)::int, -(1 << 30)) AS "lo", coalesce(floor(date_part('epoch', "_to") / 28800)::int, 1 << 30) AS "hi"
  ), "levels" AS (
    SELECT l."level", -((-w."lo") >> (3 * l."level")) AS "lo", w."hi" >> (3 * l."level") AS "hi", -((-w."lo") >> (3 * l."level" + 3)) * 8 AS "upLo", (w."hi" >> (3 * l."level" + 3)) * 8 AS "upHi"
    FROM "whole" w CROSS JOIN generate_series(0, 3) AS l("level")
  )
  SELECT l."level", p."first", p."end" - 1
  FROM "levels" l CROSS JOIN LATERAL (
    SELECT l."lo", l."hi" WHERE l."level" = 3 OR l."upLo" >= l."upHi"
    UNION ALL SELECT l."lo", l."upLo" WHERE l."level" < 3 AND l."upLo" < l."upHi"
    UNION ALL SELECT l."upHi", l."hi" WHERE l."level" < 3 AND l."upLo" < l."upHi"
  ) AS p("first", "end")
  WHERE p."first" < p."end"
$$;
