-- Trigger of "campaign": a change of state is a new version of the campaign's figures, so that
-- subscribers see how it ends. Deferred to the end of the transaction, because the figures' row is
-- the last one a transaction locks (see moveCounters).
CREATE OR REPLACE FUNCTION "campaignStateChanged"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "campaign_figures" f SET "version" = f."version" + 1 WHERE f."tenantId" = NEW."tenantId" AND f."campaignId" = NEW."id";
  RETURN NULL;
END
$$;
