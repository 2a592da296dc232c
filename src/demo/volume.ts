/** How much demo data there is to be, and how much there is already. */
import type pg from 'pg';
import { FULL_MESSAGES } from './finished-campaign.ts';
import type { DemoTable } from './insert.ts';
import { DEMO_USERS, type DemoTenant, TENANTS } from './tenants.ts';

/** What `only` may name. */
export const DEMO_PARTS = ['contacts', 'workpackages', 'campaigns', 'intake', 'workflows'] as const;
export type DemoPart = (typeof DEMO_PARTS)[number];

/** How many there are of both tenants together. */
export interface DemoVolume {
  organizations: number;
  contacts: number;
  activities: number;
  workPackages: number;
  clients: number;
  /** Of the big campaign, which the first tenant has. */
  messages: number;
  properties: number;
}

/** The demo data is there already; `sufficient` when nothing of what was asked for is missing. */
export class DemoDataExistsError extends Error {
  readonly sufficient: boolean;

  constructor(existing: DemoVolume, wanted: DemoVolume) {
    super(
      `There is demo data already: ${existing.contacts} contacts, ${existing.organizations} organizations, ${existing.workPackages} work packages and ${existing.clients} clients.`,
    );
    this.name = 'DemoDataExistsError';
    this.sufficient = (Object.keys(wanted) as (keyof DemoVolume)[]).every(
      (kind) => existing[kind] >= wanted[kind],
    );
  }
}

const FULL: DemoVolume = {
  organizations: 1_000,
  contacts: 5_000,
  activities: 50_000,
  workPackages: 200,
  clients: 500,
  messages: FULL_MESSAGES,
  properties: 120,
};
const NOTHING: DemoVolume = {
  organizations: 0,
  contacts: 0,
  activities: 0,
  workPackages: 0,
  clients: 0,
  messages: 0,
  properties: 0,
};
/** The most that a part has when only others were asked for. */
const SMALL_SCALE = 0.1;

/** The volume of a scale; of parts that are not asked for, little. */
export function volumeOf({
  scale,
  only = DEMO_PARTS,
}: {
  scale: number;
  only?: readonly DemoPart[];
}): DemoVolume {
  const scaleOf = (part: DemoPart) => (only.includes(part) ? scale : Math.min(scale, SMALL_SCALE));
  const count = (kind: keyof DemoVolume, part: DemoPart) =>
    Math.max(TENANTS.length * 2, Math.round(FULL[kind] * scaleOf(part)));
  return {
    organizations: count('organizations', 'contacts'),
    contacts: count('contacts', 'contacts'),
    activities: count('activities', 'contacts'),
    workPackages: count('workPackages', 'workpackages'),
    clients: count('clients', 'intake'),
    messages: count('messages', 'campaigns'),
    properties: count('properties', 'workflows'),
  };
}

/** Throws a DemoDataExistsError where any demo data is. */
export async function refuseExisting(client: pg.Client, wanted: DemoVolume): Promise<void> {
  const ids = TENANTS.map(({ id }) => id);
  const emails = DEMO_USERS.map(({ email }) => email);
  const { rows: present } = await client.query(
    'select from "user" where "tenantId" = any($1::uuid[]) or email = any($2::text[]) limit 1',
    [ids, emails],
  );
  if (present.length === 0) return;
  const count = (table: DemoTable) =>
    `(select count(*)::int from ${table} where "tenantId" = any($1::uuid[]))`;
  const text = `select ${count('organization')} as organizations, ${count('contact')} as contacts, ${count('activity')} as activities,
    ${count('work_package')} as "workPackages", ${count('client')} as clients, ${count('send_queue')} as messages, ${count('property')} as properties`;
  const { rows } = await client.query<DemoVolume>(text, [ids]);
  throw new DemoDataExistsError(rows[0] ?? NOTHING, wanted);
}

/** The share of the first tenant is rounded, and the second has the rest. */
export function shareOf(tenant: DemoTenant, total: number): number {
  const first = Math.max(2, Math.min(total - 2, Math.round(total * (TENANTS[0]?.share ?? 1))));
  return tenant === TENANTS[0] ? first : total - first;
}
