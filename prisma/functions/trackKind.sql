-- Makes changes of a table changes of its kind, as "@kind" in schema.prisma says. With columns, updates of others don't count.
CREATE OR REPLACE FUNCTION "trackKind"("_table" text, "_kind" text, "_columns" text[] DEFAULT '{}') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER kind AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE%s ON %I FOR EACH STATEMENT EXECUTE FUNCTION "noteKind"(%L)',
    CASE WHEN "_columns" = '{}' THEN '' ELSE ' OF ' || (SELECT string_agg(quote_ident(c), ', ') FROM unnest("_columns") c) END, "_table", "_kind");
END $$;
