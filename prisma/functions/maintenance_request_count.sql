-- Trigger of "maintenance_request": keeps technician.openRequests, whatever changes the requests.
CREATE OR REPLACE FUNCTION "maintenance_request_count"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  "before" uuid;
  "after" uuid;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD."status" NOT IN ('DONE', 'CANCELLED') THEN "before" := OLD."technicianId"; END IF;
  IF TG_OP <> 'DELETE' AND NEW."status" NOT IN ('DONE', 'CANCELLED') THEN "after" := NEW."technicianId"; END IF;
  IF "before" IS DISTINCT FROM "after" THEN
    UPDATE "technician" SET "openRequests" = "openRequests" - 1 WHERE "tenantId" = OLD."tenantId" AND "id" = "before";
    UPDATE "technician" SET "openRequests" = "openRequests" + 1 WHERE "tenantId" = NEW."tenantId" AND "id" = "after";
  END IF;
  RETURN NULL;
END $$;
