-- The rows of "sending_figure" that a message counts in, by the half-hour in which it was sent; its
-- error is null unless it failed. Days are enough for most of a range, and there are fewer of them.
CREATE OR REPLACE FUNCTION "sendingFigureKeys"("_block" integer, "_template" text, "_number" text,
  "_error" text)
RETURNS TABLE ("subject" text, "level" integer, "block" integer, "name" text)
LANGUAGE sql IMMUTABLE AS $$
  SELECT k.* FROM (VALUES ('ALL', 0, "_block", ''), ('TEMPLATE', 0, "_block", "_template"), ('TEMPLATE', 1, "_block" / 48, "_template"),
    ('NUMBER', 0, "_block", "_number"), ('NUMBER', 1, "_block" / 48, "_number"), ('ERROR', 0, "_block", "_error"), ('ERROR', 1, "_block" / 48, "_error"))
    AS k("subject", "level", "block", "name")
  WHERE k."name" IS NOT NULL
$$;
