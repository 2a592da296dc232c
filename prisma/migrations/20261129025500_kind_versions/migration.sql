-- DropTable
DROP TABLE "list_version";

-- CreateTable
CREATE TABLE "kind_version" (
    "tenantId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "slot" SMALLINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,

    CONSTRAINT "kind_version_pkey" PRIMARY KEY ("tenantId","kind","slot")
);

-- CreateTable
CREATE TABLE "kind_epoch" (
    "kind" TEXT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,

    CONSTRAINT "kind_epoch_pkey" PRIMARY KEY ("kind")
);

-- Every change updates a row in place.
ALTER TABLE "kind_version" SET (fillfactor = 50);
ALTER TABLE "kind_epoch" SET (fillfactor = 50);

-- Which kinds a transaction changes is learned here, where no statement can pass it by: a cascade, a trigger, a function, a hand.
-- The server begins its transactions with sheaf.kinds = '|' and ends them with "raiseKinds". Whoever does not raises the epoch
-- of the kind at once, for all tenants: coarser, and right.
CREATE FUNCTION "noteKind"() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- The last statement of a transaction. Whatever waits for the commit happens first, so that it is noted too; the row of a counter
-- is locked no longer than the commit takes, and all in the order of their names. What is changed after it raises the epoch.
-- Returns the kinds, with a | before, between and after them.
CREATE FUNCTION "raiseKinds"("_tenantId" uuid) RETURNS text LANGUAGE plpgsql AS $$
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

-- Makes changes of a table changes of its kind, as "@kind" in schema.prisma says. With columns, updates of others don't count.
CREATE FUNCTION "trackKind"("_table" text, "_kind" text, "_columns" text[] DEFAULT '{}') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER kind AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE%s ON %I FOR EACH STATEMENT EXECUTE FUNCTION "noteKind"(%L)',
    CASE WHEN "_columns" = '{}' THEN '' ELSE ' OF ' || (SELECT string_agg(quote_ident(c), ', ') FROM unnest("_columns") c) END, "_table", "_kind");
END $$;

SELECT "trackKind"(t, kind) FROM (VALUES
  ('user', 'USERS'),
  ('organization', 'ORGANIZATIONS'),
  ('organization_alias', 'ORGANIZATIONS'),
  ('contact', 'CONTACTS'),
  ('activity', 'CONTACTS'),
  ('deal', 'CONTACTS'),
  ('search_word', 'CONTACTS'),
  ('crm_connection', 'CRM'),
  ('crm_sync', 'CRM'),
  ('crm_sync_failure', 'CRM'),
  ('work_package', 'WORK_PACKAGES'),
  ('work_package_phase', 'WORK_PACKAGES'),
  ('work_package_item', 'WORK_PACKAGES'),
  ('collateral', 'WORK_PACKAGES'),
  ('blog', 'ARTIFACTS'),
  ('persona', 'ARTIFACTS'),
  ('template', 'ARTIFACTS'),
  ('deck', 'ARTIFACTS'),
  ('page', 'ARTIFACTS'),
  ('whatsapp_opt_out', 'CAMPAIGNS'),
  ('campaign', 'CAMPAIGNS'),
  ('campaign_template', 'CAMPAIGNS'),
  ('campaign_contact', 'CAMPAIGNS'),
  ('campaign_figures', 'CAMPAIGN_FIGURES'),
  ('campaign_counter', 'CAMPAIGN_FIGURES'),
  ('question_block', 'INTAKE_CATALOG'),
  ('question', 'INTAKE_CATALOG'),
  ('intake_path', 'INTAKE_CATALOG'),
  ('intake_path_block', 'INTAKE_CATALOG'),
  ('client', 'CLIENTS'),
  ('intake_progress', 'CLIENTS'),
  ('packet', 'PACKETS'),
  ('packet_template', 'INTAKE_CATALOG'),
  ('notification', 'NOTIFICATIONS'),
  ('notification_counter', 'NOTIFICATIONS'),
  ('workflow', 'WORKFLOWS'),
  ('workflow_version', 'WORKFLOWS'),
  ('workflow_execution', 'EXECUTIONS'),
  ('workflow_step_run', 'EXECUTIONS'),
  ('workflow_figure', 'EXECUTIONS'),
  ('property', 'MAINTENANCE'),
  ('asset', 'MAINTENANCE'),
  ('technician', 'MAINTENANCE'),
  ('maintenance_request', 'MAINTENANCE')
) tables(t, kind);
-- nextSendAt moves with each batch of messages.
SELECT "trackKind"('whatsapp_number', 'CAMPAIGNS', ARRAY['phoneNumberId', 'displayPhoneNumber', 'accessToken', 'messagesPerSecond', 'connectedAt']);

-- The versions by which answers are compared: of kinds, by their name; of what was changed past the server, with a "!"; of work
-- packages, by their id. What has never changed has no row. "#" stands for the database itself: restored from a backup, or taken over
-- by a replica that had fallen behind, it may count the same numbers again.
CREATE FUNCTION "kindVersions"("_tenantId" uuid, "_kinds" text[], "_epochs" text[], "_packages" uuid[])
RETURNS TABLE ("name" text, "version" bigint) LANGUAGE sql STABLE AS $$
  SELECT kind, sum(version)::bigint FROM kind_version WHERE "tenantId" = "_tenantId" AND kind = ANY("_kinds") GROUP BY kind
  UNION ALL
  SELECT kind || '!', version FROM kind_epoch WHERE kind = ANY("_epochs")
  UNION ALL
  SELECT id::text, version FROM work_package WHERE "tenantId" = "_tenantId" AND id = ANY("_packages")
  UNION ALL
  SELECT '#', (extract(epoch FROM pg_postmaster_start_time()) * 1000)::bigint + 'kind_version'::regclass::oid::bigint
$$;
