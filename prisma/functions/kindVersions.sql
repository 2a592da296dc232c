-- The versions by which answers are compared: of kinds, by their name; of what was changed past the server, with a "!"; of work
-- packages, by their id. What has never changed has no row. "#" stands for the database itself: restored from a backup, or taken over
-- by a replica that had fallen behind, it may count the same numbers again.
CREATE OR REPLACE FUNCTION "kindVersions"("_tenantId" uuid, "_kinds" text[], "_epochs" text[], "_packages" uuid[])
RETURNS TABLE ("name" text, "version" bigint) LANGUAGE sql STABLE AS $$
  SELECT kind, sum(version)::bigint FROM kind_version WHERE "tenantId" = "_tenantId" AND kind = ANY("_kinds") GROUP BY kind
  UNION ALL
  SELECT kind || '!', version FROM kind_epoch WHERE kind = ANY("_epochs")
  UNION ALL
  SELECT id::text, version FROM work_package WHERE "tenantId" = "_tenantId" AND id = ANY("_packages")
  UNION ALL
  SELECT '#', (extract(epoch FROM pg_postmaster_start_time()) * 1000)::bigint + 'kind_version'::regclass::oid::bigint
$$;
