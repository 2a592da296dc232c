/**
 * Demo data: two agencies with their clients and work packages, the same every time on every
 * machine, counted from today.
 *
 * All of it is written in one transaction, so that a load that fails leaves nothing. Scale 1 is 200
 * work packages, 5,000 contacts with 50,000 activities, 1,000 organizations, 500 clients with their
 * packets, a campaign of 50,857 messages, and 120 properties with what breaks in them. Parts that
 * were not asked for get the small volume that the others need.
 */
import type pg from 'pg';
import { withClient } from '../platform/database/client.ts';
import { type CalendarDay, fromCalendarDay, today } from '../platform/time.ts';
import type { DemoVolume } from './agency.ts';
import { loadCampaigns } from './campaigns/campaigns.ts';
import { loadContacts } from './contacts/load.ts';
import { DEMO_TABLES } from './insert.ts';
import { loadClients } from './intake/load.ts';
import { loadMaintenance } from './maintenance.ts';
import { TENANTS } from './tenants.ts';
import { type DemoPart, refuseExisting, rowsOf, volumeFor, volumeOf } from './volume.ts';
import { loadWorkPackages } from './work-packages/load.ts';

export { DEMO_USERS } from './tenants.ts';
export { DEMO_PARTS, DemoDataExistsError, type DemoPart } from './volume.ts';

/** What to load, and the settings that stored values depend on. */
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
  /** Called as rows are written. */
  onProgress?: (progress: DemoProgress) => void;
}

/** How far loading has got, in rows. */
export interface DemoProgress {
  /** The part that is being written. */
  part: DemoPart;
  /**
   * Rows of all parts: contacts, organizations, activities, about 75 for each work package, 5 for
   * each client, 6 for each property, and the messages of the big campaign.
   */
  done: number;
  total: number;
}

const CONNECTION = { applicationName: 'sheaf demo data' };
/** The advisory lock of this loader, so that two at once write one after the other. */
const DEMO_LOCK = 72_707_370;

/** Whether a migrated database has any tenant. */
export async function hasData(databaseUrl: string): Promise<boolean> {
  return withClient({ ...CONNECTION, url: databaseUrl }, async (client) => {
    const { rows } = await client.query<{ present: boolean }>(
      'select exists (select from tenant) as present',
    );
    return rows[0]?.present ?? false;
  });
}

/**
 * Fills a migrated database, and keeps what is in it. Resolves once everything is committed and
 * analyzed. Throws a DemoDataExistsError if the database has demo data.
 */
export async function loadDemoData(databaseUrl: string, options: DemoDataOptions): Promise<void> {
  await withClient({ ...CONNECTION, url: databaseUrl }, async (client) => {
    await client.query('begin');
    await client.query('set local statement_timeout = 0');
    await client.query('select pg_advisory_xact_lock($1)', [DEMO_LOCK]);
    const volume = volumeOf(options);
    await refuseExisting(client, volume);
    await load(client, volume, options);
    await client.query('commit');
    // The planner knows nothing of new tables until autovacuum has run, and index-only scans need
    // its visibility map.
    const tables = [...DEMO_TABLES, 'search_word'].map((table) => `"${table}"`);
    await client.query(`vacuum (analyze) ${tables.join(', ')}`);
  });
}

async function load(
  client: pg.Client,
  volume: DemoVolume,
  options: DemoDataOptions,
): Promise<void> {
  const total = rowsOf(volume);
  let done = 0;
  const advance = (part: DemoPart) => (rows: number) => {
    done += rows;
    options.onProgress?.({ part, done, total });
  };
  const day = options.today ?? today();
  const midnight = fromCalendarDay(day).getTime();
  for (const tenant of TENANTS) {
    const agency = {
      tenant,
      volume: volumeFor(tenant, volume),
      today: day,
      midnight,
      asOf: options.today === undefined ? undefined : new Date(midnight),
      hoursPerWorkingDay: options.hoursPerWorkingDay ?? 8,
      packetMaxAttempts: options.packetMaxAttempts ?? 3,
    };
    await loadContacts(client, agency, advance('contacts'));
    await loadWorkPackages(client, agency, advance('workpackages'));
    await loadClients(client, agency, advance('intake'));
    await loadCampaigns(client, agency, advance('campaigns'));
    await loadMaintenance(client, agency, advance('workflows'));
  }
}
