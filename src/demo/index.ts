/**
 * Demo data: two agencies with their clients and work packages, the same every time on every
 * machine, counted from today.
 *
 * All of it is written in one transaction, so that a load that is broken off leaves nothing. Scale
 * 1 is 200 work packages, 5,000 contacts with 50,000 activities, 1,000 organizations, 500 clients
 * with their packets, a campaign of 50,857 messages, and 120 properties with what breaks in them;
 * parts that are not asked for come in the small volume that the others need.
 */
import type pg from 'pg';
import { refreshFigures } from '../contacts/warmness/kept-figures.ts';
import { withClient } from '../platform/database/client.ts';
import { TenantTransaction } from '../platform/database/tenant-database.ts';
import { type CalendarDay, fromCalendarDay, today } from '../platform/time.ts';
import { ARTIFACT_TYPES, ARTIFACTS } from '../work-packages/artifacts/types.ts';
import { type Acquaintance, activityRows, dealRows, type History } from './activities.ts';
import { type DemoArtifact, libraryOf } from './artifacts.ts';
import { writeCampaigns } from './campaigns.ts';
import { type Companies, clientsOf, contactRows, organizationRows } from './companies.ts';
import { DEMO_TABLES, type DemoTable, insertRows } from './insert.ts';
import { type ClientSurroundings, starterRowsOf, writeClient } from './intake.ts';
import { type PackageContext, type PackageRows, writePackage } from './packages.ts';
import { bothRow, clientRow, idOf, TENANTS, teamRows, tenantRow } from './tenants.ts';
import { type DemoPart, type DemoVolume, refuseExisting, shareOf, volumeOf } from './volume.ts';
import { type MaintenanceSurroundings, maintenanceRows } from './workflows.ts';

export { DEMO_USERS } from './tenants.ts';
export { DEMO_PARTS, DemoDataExistsError, type DemoPart } from './volume.ts';

export interface DemoDataOptions {
  /** Multiplies the volume; above 0. */
  scale: number;
  /** The parts to load in full; all when absent. */
  only?: readonly DemoPart[];
  /** The setting HOURS_PER_WORKING_DAY, by which stored dates are computed; 8 when absent. */
  hoursPerWorkingDay?: number;
  /** The setting PACKET_MAX_ATTEMPTS; 3 when absent. */
  packetMaxAttempts?: number;
  /** The day that everything is counted from; today in UTC when absent. */
  today?: CalendarDay;
  onProgress?: (progress: DemoProgress) => void;
}

export interface DemoProgress {
  part: DemoPart;
  /**
   * Rows of all parts: contacts, organizations, activities, about 75 for each work package, 5 for
   * each client, and the messages of the big campaign.
   */
  done: number;
  total: number;
}

const ROWS_PER_PACKAGE = 75;
const PACKAGES_PER_BATCH = 200;
/** The client, the answers and the packets. */
const ROWS_PER_CLIENT = 5;
const CLIENTS_PER_BATCH = 100;
/** The property, its assets and requests, and half a technician. */
const ROWS_PER_PROPERTY = 6;
const CONTACTS_PER_BATCH = 5_000;
/** Of this loader alone; two at once write one after the other. */
const DEMO_LOCK = 72_707_370;

/** Whether a migrated database holds any tenant. */
export async function hasData(databaseUrl: string): Promise<boolean> {
  return withClient({ url: databaseUrl, applicationName: 'sheaf demo data' }, async (client) => {
    const { rows } = await client.query<{ present: boolean }>(
      'select exists (select from tenant) as present',
    );
    return rows[0]?.present ?? false;
  });
}

/**
 * Fills a migrated database; what is there already stays. Throws a DemoDataExistsError where demo
 * data is.
 */
export async function loadDemoData(databaseUrl: string, options: DemoDataOptions): Promise<void> {
  await withClient({ url: databaseUrl, applicationName: 'sheaf demo data' }, async (client) => {
    await client.query('begin');
    await client.query('set local statement_timeout = 0');
    await client.query('select pg_advisory_xact_lock($1)', [DEMO_LOCK]);
    const volume = volumeOf(options);
    await refuseExisting(client, volume);
    await load(client, volume, options);
    await client.query('commit');
    // The planner knows nothing of new tables until the autovacuum has come by, and index-only
    // scans need its map.
    await client.query(
      `vacuum (analyze) ${[...DEMO_TABLES, 'search_word'].map((table) => `"${table}"`).join(', ')}`,
    );
  });
}

async function load(
  client: pg.Client,
  volume: DemoVolume,
  options: DemoDataOptions,
): Promise<void> {
  const day = options.today ?? today();
  const midnight = fromCalendarDay(day).getTime();
  const { organizations, contacts, activities, workPackages, clients, messages, properties } =
    volume;
  const ofPeople = organizations + contacts + activities;
  const total =
    ofPeople +
    workPackages * ROWS_PER_PACKAGE +
    clients * ROWS_PER_CLIENT +
    messages +
    properties * ROWS_PER_PROPERTY;
  let done = 0;
  const advance = (part: DemoPart) => (count: number) => {
    done += count;
    options.onProgress?.({ part, done, total });
  };
  for (const tenant of TENANTS) {
    const companies = {
      tenant,
      organizations: shareOf(tenant, volume.organizations),
      contacts: shareOf(tenant, volume.contacts),
      midnight,
    };
    const people = await loadPeople(client, companies, advance('contacts'));
    const history = { tenant, people, midnight };
    await loadHistory(
      client,
      {
        history,
        count: shareOf(tenant, volume.activities),
        now: options.today === undefined ? undefined : new Date(midnight),
      },
      advance('contacts'),
    );
    const library = libraryOf(tenant, midnight);
    await insertArtifacts(client, library);
    const clients = clientsOf(companies).flatMap(({ contact, organization }) =>
      organization ? [{ contact, organization }] : [],
    );
    const surroundings = {
      tenant,
      today: day,
      midnight,
      hoursPerWorkingDay: options.hoursPerWorkingDay ?? 8,
      clients,
      library,
    };
    await loadPackages(
      client,
      { surroundings, count: shareOf(tenant, volume.workPackages) },
      advance('workpackages'),
    );
    const intake = {
      tenant,
      today: day,
      contacts: companies.contacts,
      maxAttempts: options.packetMaxAttempts ?? 3,
    };
    await loadClients(
      client,
      { surroundings: intake, count: shareOf(tenant, volume.clients) },
      advance('intake'),
    );
    const ownMessages = tenant === TENANTS[0] ? messages : 0;
    await writeCampaigns(
      client,
      { tenant, midnight, contacts: companies.contacts, messages: ownMessages },
      advance('campaigns'),
    );
    await loadMaintenance(
      client,
      { tenant, midnight, properties: shareOf(tenant, volume.properties) },
      advance('workflows'),
    );
  }
}

async function loadMaintenance(
  client: pg.Client,
  surroundings: MaintenanceSurroundings,
  advance: (count: number) => void,
): Promise<void> {
  for (const [table, rows] of Object.entries(maintenanceRows(surroundings)))
    await insertRows(client, table as DemoTable, rows);
  advance(surroundings.properties * ROWS_PER_PROPERTY);
}

async function loadPeople(
  client: pg.Client,
  companies: Companies,
  advance: (count: number) => void,
): Promise<Acquaintance[]> {
  const { tenant, midnight } = companies;
  await insertRows(client, 'tenant', [tenantRow(tenant, midnight)]);
  await insertRows(client, 'user', teamRows(tenant, midnight));
  await insertRows(client, 'organization', counted(organizationRows(companies), advance));
  const people: Acquaintance[] = [];
  await insertRows(
    client,
    'contact',
    counted(remembering(contactRows(companies), people), advance),
  );
  await insertRows(client, 'user', [clientRow(tenant, midnight), bothRow(tenant, midnight)]);
  return people;
}

function* remembering(rows: Iterable<Acquaintance>, people: Acquaintance[]): Generator<object> {
  for (const row of rows) {
    people.push({
      ownerId: row.ownerId,
      organizationId: row.organizationId,
      createdAt: row.createdAt,
    });
    yield row;
  }
}

interface HistoryVolume {
  history: History;
  count: number;
  /** What the figures are computed for; the database's own time when absent. */
  now: Date | undefined;
}

async function loadHistory(
  client: pg.Client,
  { history, count, now }: HistoryVolume,
  advance: (count: number) => void,
): Promise<void> {
  await insertRows(client, 'activity', counted(activityRows(history, count), advance));
  await insertRows(client, 'deal', dealRows(history));
  const tx = new TenantTransaction(history.tenant.id, (config) => client.query(config));
  const ids = history.people.map((_person, index) => idOf(history.tenant, 'contact', index));
  for (let first = 0; first < ids.length; first += CONTACTS_PER_BATCH)
    await refreshFigures(tx, ids.slice(first, first + CONTACTS_PER_BATCH), now);
  await tx.finish();
}

function* counted(rows: Iterable<object>, advance: (count: number) => void): Generator<object> {
  for (const row of rows) {
    advance(1);
    yield row;
  }
}

async function loadPackages(
  client: pg.Client,
  { surroundings, count }: { surroundings: PackageContext; count: number },
  advance: (count: number) => void,
): Promise<void> {
  for (let first = 0; first < count; first += PACKAGES_PER_BATCH) {
    const numbers = Array.from(
      { length: Math.min(PACKAGES_PER_BATCH, count - first) },
      (_element, index) => first + index,
    );
    const written = numbers.map((number) => writePackage(surroundings, number));
    await insertPackages(client, written);
    advance(numbers.length * ROWS_PER_PACKAGE);
  }
}

async function loadClients(
  client: pg.Client,
  { surroundings, count }: { surroundings: ClientSurroundings; count: number },
  advance: (count: number) => void,
): Promise<void> {
  for (const [table, rows] of Object.entries(starterRowsOf(surroundings)))
    await insertRows(client, table as DemoTable, rows);
  for (let first = 0; first < count; first += CLIENTS_PER_BATCH) {
    const written = Array.from(
      { length: Math.min(CLIENTS_PER_BATCH, count - first) },
      (_element, index) => writeClient(surroundings, first + index),
    );
    await insertRows(
      client,
      'client',
      written.map((of) => of.client),
    );
    await insertRows(
      client,
      'intake_progress',
      written.flatMap((of) => of.intake ?? []),
    );
    await insertRows(
      client,
      'packet',
      written.flatMap((of) => of.packets),
    );
    advance(written.length * ROWS_PER_CLIENT);
  }
}

async function insertPackages(client: pg.Client, written: readonly PackageRows[]): Promise<void> {
  const rows = {
    work_package: written.map(({ workPackage }) => workPackage),
    work_package_phase: written.flatMap(({ phases }) => phases),
    work_package_item: written.flatMap(({ items }) => items),
    collateral: written.flatMap(({ collateral }) => collateral),
  };
  for (const [table, ofTable] of Object.entries(rows))
    await insertRows(client, table as keyof typeof rows, ofTable);
  const artifacts = written.flatMap((of) => of.artifacts);
  await insertArtifacts(client, artifacts);
}

async function insertArtifacts(
  client: pg.Client,
  artifacts: readonly DemoArtifact[],
): Promise<void> {
  for (const type of ARTIFACT_TYPES) {
    const rows = artifacts.filter((artifact) => artifact.type === type).map(({ row }) => row);
    await insertRows(client, ARTIFACTS[type].table, rows);
  }
}
