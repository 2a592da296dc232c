/** Loads an agency's questions, paths and templates, and its clients. */
import type pg from 'pg';
import type { Advance, Agency } from '../agency.ts';
import { insertTables } from '../insert.ts';
import { ROWS_PER_CLIENT } from '../volume.ts';
import { starterRowsOf, writeClient } from './clients.ts';

const CLIENTS_PER_BATCH = 100;

/** Inserts the questions, paths and templates of an agency, then its clients in batches. */
export async function loadClients(
  client: pg.Client,
  agency: Agency,
  advance: Advance,
): Promise<void> {
  const { clients } = agency.volume;
  await insertTables(client, starterRowsOf(agency));
  for (let first = 0; first < clients; first += CLIENTS_PER_BATCH) {
    const count = Math.min(CLIENTS_PER_BATCH, clients - first);
    const written = Array.from({ length: count }, (_, index) => writeClient(agency, first + index));
    await insertTables(client, {
      client: written.map((of) => of.client),
      intake_progress: written.flatMap((of) => of.intake ?? []),
      packet: written.flatMap((of) => of.packets),
    });
    advance(count * ROWS_PER_CLIENT);
  }
}
