/** Properties, and the assets in them that may need repair. */
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { anyOf } from '../../platform/database/arrays.ts';
import { whereGiven } from '../../platform/database/filters.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../../platform/database/ordering.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { matchesSearch } from '../../platform/database/search.ts';
import { violates } from '../../platform/database/sql-errors.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound } from '../../platform/errors.ts';
import { idOf, name, parseSearch } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import { searchText } from '../../platform/text.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { coordinates } from './coordinates.ts';
import { MAX_SKILL_LENGTH } from './technicians.ts';

const PROPERTY_COLUMNS = ['id', 'name', 'address', 'latitude', 'longitude', 'createdAt'] as const;
const ASSET_COLUMNS = ['id', 'propertyId', 'name', 'category'] as const;

/** Properties by their ids, in any order. */
export const propertiesById = prepare((p: { ids: string[] }) =>
  query.selectFrom('property').select(PROPERTY_COLUMNS).where('id', '=', anyOf(p.ids)),
);
/** Assets by their ids, in any order. */
export const assetsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('asset').select(ASSET_COLUMNS).where('id', '=', anyOf(p.ids)),
);
/** The assets of properties, by the ids of the properties: oldest first. */
export const assetsOfProperties = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('asset')
    .select(ASSET_COLUMNS)
    .where('propertyId', '=', anyOf(p.ids))
    .orderBy('propertyId')
    .orderBy('createdAt')
    .orderBy('id'),
);

/** A page of the tenant's properties, newest first. */
export async function listProperties(
  platform: Platform,
  viewer: Viewer,
  args: PageArguments & { search?: string | null },
) {
  const page = parsePage(args, NEWEST_FIRST);
  const search = parseSearch('search', args.search);
  const database = platform.database.forTenant(viewer);
  const matching = query
    .selectFrom('property')
    .$call(whereGiven(search, (text) => matchesSearch('property', text)));
  const rows = await database.run(applyPage(matching.select(PROPERTY_COLUMNS), 'property', page));
  return { ...toPage(rows, page), count: () => countRows(database, matching) };
}

const MAX_ADDRESS_LENGTH = 500;

/** The input of `createProperty`. */
export const CreateProperty = z
  .object({
    name: name().describe('The name of the building.'),
    address: name(MAX_ADDRESS_LENGTH).describe('The address, in any form: it is not checked.'),
    ...coordinates,
  })
  .describe('A new property.');
/** The input of `createAsset`. */
export const CreateAsset = z
  .object({
    propertyId: idOf('Property').describe('The building that the asset is in.'),
    name: name().describe('What it is, such as "Boiler".'),
    category: name(MAX_SKILL_LENGTH).describe(
      'The skill that a technician needs to repair it, such as "Plumbing"; case does not matter.',
    ),
  })
  .describe('A new asset of a property.');

/** Stores a property. */
export async function createProperty(
  platform: Platform,
  viewer: Viewer,
  values: z.output<typeof CreateProperty>,
) {
  const row = { ...values, id: uuidv7(), searchText: searchText(values.name, values.address) };
  const [property] = await platform.database
    .forTenant(viewer)
    .run(query.insertInto('property').values(row).returning(PROPERTY_COLUMNS));
  return { property };
}

/** Stores an asset of a property; NOT_FOUND if there is no such property. */
export async function createAsset(
  platform: Platform,
  viewer: Viewer,
  values: z.output<typeof CreateAsset>,
) {
  try {
    const inserted = query
      .insertInto('asset')
      .values({ ...values, id: uuidv7() })
      .returning(ASSET_COLUMNS);
    const [asset] = await platform.database.forTenant(viewer).run(inserted);
    return { asset };
  } catch (error) {
    if (violates(error, 'asset_tenantId_propertyId_fkey')) throw notFound(['propertyId']);
    throw error;
  }
}
