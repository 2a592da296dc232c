/** The two agencies of the demo data, and their users. */
import { searchText } from '../platform/text.ts';
import { DAY } from '../platform/time.ts';
import { demoId } from './random.ts';

/** One of the two agencies. */
export interface DemoTenant {
  /** Part of the names of all that it has: ids, e-mail addresses, random sources. */
  key: 'north' | 'south';
  id: string;
  name: string;
  country: 'US' | 'GB';
  /** Its share of the volume, from 0 to 1. */
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

/** The first one has the larger share. */
export const TENANTS: readonly DemoTenant[] = [NORTH, SOUTH];

/** A person who works for both agencies, and therefore has to choose one by x-tenant. */
const BOTH = { name: 'Bo Lindqvist', email: 'both@agencies.example', role: 'MEMBER' as const };

/** The users to try the demo data with, by `npm run token -- EMAIL`. The teams have more members. */
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

/** The row of a tenant, which opened two years before `midnight`. */
export function tenantRow(tenant: DemoTenant, midnight: number) {
  const { id, name, country } = tenant;
  return { id, name, country, createdAt: new Date(midnight - 730 * DAY) };
}

/** The rows of a tenant's team: the first is the owner, the others are members. */
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

/** The row of the user who works for both agencies. */
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

/** The row of the portal user, who is contact 0. */
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
