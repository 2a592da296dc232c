/**
 * Exports of contacts: what a filter finds, as a file that is made while it is downloaded. Its
 * columns are those that imports take. This is the head of the room `exports`: asking for one;
 * file.ts makes it.
 */
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { ContactFileFormat } from '../../../generated/kysely.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { HOUR } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { ContactFilter, parseContactFilter } from '../lists/contact-filter.ts';

/** For how long a file can be downloaded. */
export const KEEP_EXPORT_MS = HOUR;

/** The input of `exportContacts`. */
export const ExportContacts = z
  .object({
    filter: ContactFilter.nullish().describe('Which contacts; all unless given.'),
    format: z.enum(ContactFileFormat).default('CSV').describe('How the file is written.'),
  })
  .describe('Which contacts to export, and how.');

/** An export, ready to be downloaded. */
export interface ExportRow {
  id: string;
  format: ContactFileFormat;
  createdAt: string;
}

/** Notes what is to be exported. Throws BAD_USER_INPUT for a wrong filter. */
export async function exportContacts(
  platform: Platform,
  viewer: Viewer,
  { filter, format }: z.output<typeof ExportContacts>,
) {
  parseContactFilter(filter, 'input.filter');
  const row = {
    id: uuidv7(),
    format,
    filter: JSON.stringify(filter ?? {}),
    createdById: viewer.userId,
  };
  const [created] = await platform.database
    .forTenant(viewer)
    .transaction((tx) =>
      tx.run(
        query.insertInto('contact_export').values(row).returning(['id', 'format', 'createdAt']),
      ),
    );
  return { export: created };
}

const byId = prepare((p: { id: string }) =>
  query
    .selectFrom('contact_export')
    .select(['id', 'format', 'filter', 'createdAt'])
    .where('id', '=', p.id),
);

/** An export with its filter; null if there is none with this id, or no longer. */
export async function findExport(platform: Platform, viewer: Viewer, id: string) {
  const [found] = await platform.database.forTenant(viewer).runPrepared(byId, { id });
  if (!found || Date.parse(found.createdAt) + KEEP_EXPORT_MS < Date.now()) return null;
  return { ...found, filter: ContactFilter.parse(found.filter) };
}
