-- Trigger of "contact": keeps the distinct words of contacts. Words stay when their last contact
-- goes; they then find nothing. Words are cut to a length that an index can hold. Inserted in a
-- fixed order, so that two transactions never deadlock.
CREATE OR REPLACE FUNCTION "keepSearchWords"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO search_word ("tenantId", word)
      SELECT DISTINCT c."tenantId", left(w.word, 64) FROM after_rows c, string_to_table(c."searchText", ' ') w(word)
      WHERE w.word NOT IN ('', '|') ORDER BY 1, 2 ON CONFLICT DO NOTHING;
  ELSE
    INSERT INTO search_word ("tenantId", word)
      SELECT DISTINCT c."tenantId", left(w.word, 64)
      FROM after_rows c JOIN before_rows b ON b."tenantId" = c."tenantId" AND b.id = c.id AND b."searchText" <> c."searchText",
        string_to_table(c."searchText", ' ') w(word)
      WHERE w.word NOT IN ('', '|') ORDER BY 1, 2 ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
