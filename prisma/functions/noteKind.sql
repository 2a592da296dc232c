-- Which kinds a transaction changes is learned here, where no statement can pass it by: a cascade, a trigger, a function, a hand.
-- The server begins its transactions with sheaf.kinds = '|' and ends them with "raiseKinds". Whoever does not raises the epoch
-- of the kind at once, for all tenants: coarser, and right.
CREATE OR REPLACE FUNCTION "noteKind"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  noted text := current_setting('sheaf.kinds', true);
BEGIN
  IF coalesce(noted, '') = '' THEN
    INSERT INTO kind_epoch AS e (kind) VALUES (TG_ARGV[0]) ON CONFLICT (kind) DO UPDATE SET version = e.version + 1;
  ELSIF strpos(noted, '|' || TG_ARGV[0] || '|') = 0 THEN
    PERFORM set_config('sheaf.kinds', noted || TG_ARGV[0] || '|', true);
  END IF;
  RETURN NULL;
END $$;
