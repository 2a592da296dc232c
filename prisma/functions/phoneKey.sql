-- A phone as it is compared, by its E.164 form if it has one; the same as `phoneKey` of the server.
CREATE OR REPLACE FUNCTION "phoneKey"("_phone" text, "_e164" text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce("_e164", '?' || lower("_phone" COLLATE "C"))
$$;
