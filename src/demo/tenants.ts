/** The two agencies of the demo data and who works there. */
import { searchText } from '../platform/text.ts';
import { DAY } from '../platform/time.ts';
import { demoId } from './random.ts';

export interface DemoTenant {
  /** Names everything of the tenant: ids, e-mail addresses, chance. */
  key: 'north' | 'south';
  id: string;
  name: string;
  country: 'US' | 'GB';
  /** Which part of the volume is this tenant's. */
  share: number;
  /**
   * How the portal finds the package of client@…: the contact's own, or another contact's of its
   * company.
   */
  clientMatch: 'CONTACT' | 'COMPANY';
  team: readonly string[];
  client: string;
}

const NORTH: DemoTenant = {
  key: 'north',
  id: demoId('north'),
  name: 'Northwind Studio',
  country: 'US',
  share: 0.7,
  clientMatch: 'CONTACT',
  team: ['Olivia Hart', 'Marcus Webb', 'Priya Raman', 'Diego Fuentes', 'Hannah Kowalski'],
  client: 'Claire Donovan',
};

const SOUTH: DemoTenant = {
  key: 'south',
  id: demoId('south'),
  name: 'Southbank Creative',
  country: 'GB',
  share: 0.3,
  clientMatch: 'COMPANY',
  team: ['Oscar Pemberton', 'Maeve Gallagher', 'Tomás Oliveira', 'Ayesha Siddiqui'],
  client: 'Callum Fraser',
};

export const TENANTS: readonly DemoTenant[] = [NORTH, SOUTH];

/** Who works for both agencies, and so names one in the header x-tenant; owns nothing there. */
const BOTH = { name: 'Bo Lindqvist', email: 'both@agencies.example', role: 'MEMBER' as const };

/**
 * Who can sign in to the demo data, each by `npm run token -- EMAIL`; there are more members of the
 * teams.
 */
export const DEMO_USERS: readonly {
  email: string;
  role: 'OWNER' | 'MEMBER' | 'CLIENT';
  tenant: string;
}[] = [
  ...TENANTS.flatMap(({ key, name }) => [
    { email: `owner@${key}.example`, role: 'OWNER' as const, tenant: name },
    { email: `member@${key}.example`, role: 'MEMBER' as const, tenant: name },
    { email: `client@${key}.example`, role: 'CLIENT' as const, tenant: name },
  ]),
  ...TENANTS.map(({ name }) => ({ email: BOTH.email, role: BOTH.role, tenant: name })),
];

/** The id of a thing of a tenant, such as `contact` 17. */
export function idOf(tenant: DemoTenant, kind: string, number: number | string): string {
  return demoId(`${tenant.key}/${kind}/${number}`);
}

/** The row of a tenant; it opened two years before `midnight`. */
export function tenantRow(tenant: DemoTenant, midnight: number) {
  const { id, name, country } = tenant;
  return { id, name, country, createdAt: new Date(midnight - 730 * DAY) };
}

/** The users of a tenant but its client: the first is the owner, all others are members. */
export function teamRows(tenant: DemoTenant, midnight: number) {
  return tenant.team.map((name, index) => {
    const email = `${['owner', 'member'][index] ?? name.split(' ')[0]?.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')}@${tenant.key}.example`;
    const role = index === 0 ? 'OWNER' : 'MEMBER';
    const createdAt = new Date(midnight - (729 - index * 90) * DAY);
    return {
      tenantId: tenant.id,
      id: idOf(tenant, 'user', index),
      name,
      email,
      role,
      contactId: null,
      searchText: searchText(name, email),
      createdAt,
    };
  });
}

/** The user of whoever works for both agencies. */
export function bothRow(tenant: DemoTenant, midnight: number) {
  const { name, email, role } = BOTH;
  const createdAt = new Date(midnight - 30 * DAY);
  return {
    tenantId: tenant.id,
    id: idOf(tenant, 'user', 'both'),
    name,
    email,
    role,
    contactId: null,
    searchText: searchText(name, email),
    createdAt,
  };
}

/** The user of the portal; it is the contact 0. */
export function clientRow(tenant: DemoTenant, midnight: number) {
  const email = `client@${tenant.key}.example`;
  return {
    tenantId: tenant.id,
    id: idOf(tenant, 'user', 'client'),
    name: tenant.client,
    email,
    role: 'CLIENT',
    contactId: idOf(tenant, 'contact', 0),
    searchText: searchText(tenant.client, email),
    createdAt: new Date(midnight - 60 * DAY),
  };
}
