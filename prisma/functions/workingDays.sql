-- Days from Monday to Friday, both ends included; 0 if "last" is before "first". 0001-01-01 was a
-- Monday.
CREATE OR REPLACE FUNCTION "workingDays"("first" date, "last" date)
RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT greatest(0,
    (("last" - date '0001-01-01') / 7) * 5 + least(("last" - date '0001-01-01') % 7 + 1, 5)
    - (("first" - 1 - date '0001-01-01') / 7) * 5 - least(("first" - 1 - date '0001-01-01') % 7 + 1, 5))
$$;
