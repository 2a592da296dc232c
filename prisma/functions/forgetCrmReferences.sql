-- Trigger of "contact" and "organization": what records of the CRM refer to and is deleted here is
-- looked for again by the next sync.
CREATE OR REPLACE FUNCTION "forgetCrmReferences"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'contact' THEN
    UPDATE crm_record r SET "contactId" = NULL FROM before_rows b
      WHERE r."tenantId" = b."tenantId" AND r."contactId" = b.id;
  ELSE
    UPDATE crm_record r SET "organizationId" = NULL FROM before_rows b
      WHERE r."tenantId" = b."tenantId" AND r."organizationId" = b.id;
  END IF;
  RETURN NULL;
END $$;
