-- WhatsApp's code in the text of an error: "(#131042) ..." in what it answers, and "... (131042)" in
-- what a status says (see ingest/events.ts); null for a text without one.
CREATE OR REPLACE FUNCTION "errorCodeOf"("_error" text)
RETURNS integer
LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT coalesce(substring("_error" from '^\(#([0-9]{1,9})\)'), substring("_error" from '\(([0-9]{1,9})\)$'))::integer
$$;
