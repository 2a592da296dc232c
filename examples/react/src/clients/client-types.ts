import type { ClientType } from '../generated/graphql.ts';

/** In the order in which they are offered. */
export const CLIENT_TYPES: readonly ClientType[] = [
  'INDIVIDUAL',
  'ATHLETE',
  'YOUTH',
  'SENIOR',
  'CORPORATE',
];

export const CLIENT_TYPE_LABEL: Record<ClientType, string> = {
  INDIVIDUAL: 'Individual',
  ATHLETE: 'Athlete',
  YOUTH: 'Youth',
  SENIOR: 'Senior',
  CORPORATE: 'Corporate',
};
