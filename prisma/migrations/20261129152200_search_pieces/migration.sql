-- The characters and pairs of neighbours in the runs of a search text that are written without
-- spaces between words: what stands inside of a run is found by them. None of other scripts. The
-- same ranges as in the server's search-runs.ts.
CREATE OR REPLACE FUNCTION "searchPieces"("_text" text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF "_text" COLLATE "C" !~ '[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u3005-\u3007\u3031-\u318f\u31f0-\u31ff\u3400-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]' THEN
    RETURN '{}';
  END IF;
  RETURN ARRAY(
    SELECT DISTINCT substr(m.run[1], i, size)
    FROM regexp_matches("_text" COLLATE "C", '[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u3005-\u3007\u3031-\u318f\u31f0-\u31ff\u3400-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]+', 'g') m(run),
      generate_series(1, length(m.run[1])) i, (VALUES (1), (2)) s(size)
    WHERE i + size - 1 <= length(m.run[1]));
END $$;

-- What stands inside of runs without spaces. GIN takes the tenant's condition as a filter, as in the other indexes of words.
CREATE INDEX "contact_search_pieces_idx" ON "contact" USING GIN ("searchPieces"("searchText"));

-- ß is found as ss.
UPDATE "user" SET "searchText" = replace("searchText", 'ß', 'ss') WHERE "searchText" LIKE '%ß%';
UPDATE "organization" SET "searchText" = replace("searchText", 'ß', 'ss') WHERE "searchText" LIKE '%ß%';
UPDATE "contact" SET "searchText" = replace("searchText", 'ß', 'ss') WHERE "searchText" LIKE '%ß%';
UPDATE "work_package" SET "searchText" = replace("searchText", 'ß', 'ss') WHERE "searchText" LIKE '%ß%';
UPDATE "blog" SET "searchText" = replace("searchText", 'ß', 'ss') WHERE "searchText" LIKE '%ß%';
UPDATE "persona" SET "searchText" = replace("searchText", 'ß', 'ss') WHERE "searchText" LIKE '%ß%';
UPDATE "template" SET "searchText" = replace("searchText", 'ß', 'ss') WHERE "searchText" LIKE '%ß%';
UPDATE "deck" SET "searchText" = replace("searchText", 'ß', 'ss') WHERE "searchText" LIKE '%ß%';
UPDATE "page" SET "searchText" = replace("searchText", 'ß', 'ss') WHERE "searchText" LIKE '%ß%';
UPDATE "campaign" SET "searchText" = replace("searchText", 'ß', 'ss') WHERE "searchText" LIKE '%ß%';
UPDATE "client" SET "searchText" = replace("searchText", 'ß', 'ss') WHERE "searchText" LIKE '%ß%';
UPDATE "property" SET "searchText" = replace("searchText", 'ß', 'ss') WHERE "searchText" LIKE '%ß%';
