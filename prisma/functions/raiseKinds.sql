-- The last statement of a transaction. Whatever waits for the commit happens first, so that it is noted too; the row of a counter
-- is locked no longer than the commit takes, and all in the order of their names. What is changed after it raises the epoch.
-- Returns the kinds, with a | before, between and after them.
CREATE OR REPLACE FUNCTION "raiseKinds"("_tenantId" uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  noted text;
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  noted := current_setting('sheaf.kinds', true);
  IF length(noted) > 1 THEN
    INSERT INTO kind_version AS v ("tenantId", kind, slot)
      SELECT "_tenantId", changed, pg_backend_pid() % 8 FROM string_to_table(btrim(noted, '|'), '|') changed ORDER BY changed
      ON CONFLICT ("tenantId", kind, slot) DO UPDATE SET version = v.version + 1;
  END IF;
  PERFORM set_config('sheaf.kinds', '', true);
  RETURN noted;
END $$;
