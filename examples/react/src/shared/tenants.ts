/** The agencies of a person who has a user in several: tenants to the API, agencies to people. */
import type { CombinedError } from '@urql/core';
import type { Role } from '../generated/graphql.ts';

export interface TenantChoice {
  /** Its global id, as the header x-tenant takes it. */
  id: string;
  name: string;
  /** What the person is there. */
  role: Role;
}

export const ROLE_LABEL: Record<Role, string> = {
  OWNER: 'Owner',
  MEMBER: 'Member',
  CLIENT: 'Portal user',
};

/**
 * The tenants to choose from, where a request was refused because it names none of several;
 * otherwise undefined.
 */
export function tenantsIn(error: CombinedError): readonly TenantChoice[] | undefined {
  for (const { extensions } of error.graphQLErrors) {
    const tenants: unknown = extensions['tenants'];
    if (extensions['code'] === 'FORBIDDEN' && Array.isArray(tenants))
      return tenants.filter(isTenantChoice);
  }
  return undefined;
}

function isTenantChoice(value: unknown): value is TenantChoice {
  if (
    typeof value !== 'object' ||
    value === null ||
    !('id' in value && 'name' in value && 'role' in value)
  )
    return false;
  return (
    typeof value.id === 'string' &&
    typeof value.name === 'string' &&
    typeof value.role === 'string' &&
    value.role in ROLE_LABEL
  );
}
