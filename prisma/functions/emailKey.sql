-- An e-mail as it is compared; the same as `emailKey` of the server.
CREATE OR REPLACE FUNCTION "emailKey"("_email" text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT lower("_email" COLLATE "C")
$$;
