-- What is kept to recognize an identity of somebody who was erased (see "erased_identity").
CREATE OR REPLACE FUNCTION "erasedHash"("_tenantId" uuid, "_kind" "ErasedIdentityKind", "_value" text)
RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to("_tenantId"::text || ' ' || "_kind"::text || ' ' || "_value", 'UTF8')), 'hex')
$$;
