/** How much demo data is wanted, and how much the database has. */
import type pg from 'pg';
import { keysOf } from '../platform/records.ts';
import type { DemoVolume } from './agency.ts';
import { FULL_MESSAGES } from './campaigns/finished-campaign.ts';
import type { DemoTable } from './insert.ts';
import { DEMO_USERS, type DemoTenant, TENANTS } from './tenants.ts';

/** What `only` may name. */
export const DEMO_PARTS = ['contacts', 'workpackages', 'campaigns', 'intake', 'workflows'] as const;
/** One of DEMO_PARTS. */
export type DemoPart = (typeof DEMO_PARTS)[number];

/** There is demo data already; it is `sufficient` if it has all that was asked for. */
export class DemoDataExistsError extends Error {
  readonly sufficient: boolean;

  constructor(existing: DemoVolume, wanted: DemoVolume) {
    super(
      `There is demo data already: ${existing.contacts} contacts, ${existing.organizations} organizations, ${existing.workPackages} work packages and ${existing.clients} clients.`,
    );
    this.name = 'DemoDataExistsError';
    this.sufficient = keysOf(wanted).every((kind) => existing[kind] >= wanted[kind]);
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
/** The largest scale of a part that was not asked for. */
const SMALL_SCALE = 0.1;

/** The volume of both agencies; parts that are not in `only` stay small. */
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

/** Throws a DemoDataExistsError if the database has any demo data. */
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
  const text = `
    select ${count('organization')} as organizations, ${count('contact')} as contacts,
      ${count('activity')} as activities, ${count('work_package')} as "workPackages",
      ${count('client')} as clients, ${count('send_queue')} as messages,
      ${count('property')} as properties`;
  const { rows } = await client.query<DemoVolume>(text, [ids]);
  throw new DemoDataExistsError(rows[0] ?? NOTHING, wanted);
}

/** The volume of one agency: the first one's share is rounded, and the second has the rest. */
export function volumeFor(tenant: DemoTenant, total: DemoVolume): DemoVolume {
  const isFirst = tenant === TENANTS[0];
  const share = (count: number) => {
    const first = Math.max(2, Math.min(count - 2, Math.round(count * (TENANTS[0]?.share ?? 1))));
    return isFirst ? first : count - first;
  };
  return {
    organizations: share(total.organizations),
    contacts: share(total.contacts),
    activities: share(total.activities),
    workPackages: share(total.workPackages),
    clients: share(total.clients),
    messages: isFirst ? total.messages : 0,
    properties: share(total.properties),
  };
}

/** About how many rows belong to one of these. */
export const ROWS_PER_PACKAGE = 75;
/** The client, the answers and the packets. */
export const ROWS_PER_CLIENT = 5;
/** The property, its assets and requests, and half a technician. */
export const ROWS_PER_PROPERTY = 6;

/** About how many rows a volume has. */
export function rowsOf(volume: DemoVolume): number {
  return (
    volume.organizations +
    volume.contacts +
    volume.activities +
    volume.workPackages * ROWS_PER_PACKAGE +
    volume.clients * ROWS_PER_CLIENT +
    volume.messages +
    volume.properties * ROWS_PER_PROPERTY
  );
}
