/** Loads an agency's people: its team, its contacts with their organizations, and their history. */
import type pg from 'pg';
import { refreshFigures } from '../../contacts/warmness/kept-figures.ts';
import { TenantTransaction } from '../../platform/database/tenant-database.ts';
import type { Advance, Agency } from '../agency.ts';
import { counted, insertRows } from '../insert.ts';
import { bothRow, clientRow, idOf, teamRows, tenantRow } from '../tenants.ts';
import { type Acquaintance, activityRows, dealRows } from './activities.ts';
import { contactRows, organizationRows } from './companies.ts';

const CONTACTS_PER_BATCH = 5_000;

/**
 * Inserts the tenant, its users, organizations, contacts, activities and deals; resolves once
 * warmness is stored.
 */
export async function loadContacts(
  client: pg.Client,
  agency: Agency,
  advance: Advance,
): Promise<void> {
  const { tenant, midnight } = agency;
  await insertRows(client, 'tenant', [tenantRow(tenant, midnight)]);
  await insertRows(client, 'user', teamRows(tenant, midnight));
  await insertRows(client, 'organization', counted(organizationRows(agency), advance));
  const people: Acquaintance[] = [];
  const contacts = remembering(contactRows(agency), people);
  await insertRows(client, 'contact', counted(contacts, advance));
  await insertRows(client, 'user', [clientRow(tenant, midnight), bothRow(tenant, midnight)]);
  await insertRows(client, 'activity', counted(activityRows(agency, people), advance));
  await insertRows(client, 'deal', dealRows(agency, people));
  await computeFigures(client, agency, people.length);
}

/** The same rows; what activities need to know of them is kept in `people`. */
function* remembering<Row extends Acquaintance>(
  rows: Iterable<Row>,
  people: Acquaintance[],
): Generator<Row> {
  for (const row of rows) {
    const { ownerId, organizationId, createdAt } = row;
    people.push({ ownerId, organizationId, createdAt });
    yield row;
  }
}

/** Stores the figures of all contacts, by the domain's own rule. */
async function computeFigures(client: pg.Client, agency: Agency, contacts: number): Promise<void> {
  const { tenant, asOf } = agency;
  const tx = new TenantTransaction(tenant.id, (config) => client.query(config));
  const ids = Array.from({ length: contacts }, (_, index) => idOf(tenant, 'contact', index));
  for (let first = 0; first < contacts; first += CONTACTS_PER_BATCH)
    await refreshFigures(tx, ids.slice(first, first + CONTACTS_PER_BATCH), asOf);
}
