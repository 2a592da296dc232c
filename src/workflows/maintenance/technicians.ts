/** Technicians: what they can repair, and where they are. */
import { sql } from 'kysely';
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
import { query } from '../../platform/database/tenant-scope.ts';
import { name, parseArgument, text } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { coordinates } from './coordinates.ts';

const TECHNICIAN_COLUMNS = [
  'id',
  'name',
  'skills',
  'latitude',
  'longitude',
  'openRequests',
  'createdAt',
] as const;

/** Technicians by their ids, in any order. */
export const techniciansById = prepare((p: { ids: string[] }) =>
  query.selectFrom('technician').select(TECHNICIAN_COLUMNS).where('id', '=', anyOf(p.ids)),
);

/** The maximum length of a skill, in characters. */
export const MAX_SKILL_LENGTH = 200;
const MAX_SKILLS = 50;

/** A skill or the category of an asset, as the two are compared. */
export function skillKey(skill: string): string {
  return skill.trim().toLowerCase();
}

/**
 * A page of the tenant's technicians, newest first; with `skill` only those that have it, ignoring
 * case.
 */
export async function listTechnicians(
  platform: Platform,
  viewer: Viewer,
  args: PageArguments & { skill?: string | null },
) {
  const page = parsePage(args, NEWEST_FIRST);
  const database = platform.database.forTenant(viewer);
  const matching = query.selectFrom('technician').$call(
    whereGiven(args.skill, (skill) => {
      const key = skillKey(parseArgument(text(MAX_SKILL_LENGTH), 'skill', skill));
      return sql<boolean>`${sql.ref('technician.skillKeys')} @> array[${key}::text]`;
    }),
  );
  const rows = await database.run(
    applyPage(matching.select(TECHNICIAN_COLUMNS), 'technician', page),
  );
  return { ...toPage(rows, page), count: () => countRows(database, matching) };
}

/** The input of `createTechnician`. */
export const CreateTechnician = z
  .object({
    name: name().describe("The person's name."),
    skills: z
      .array(name(MAX_SKILL_LENGTH))
      .max(MAX_SKILLS, `Expected at most ${MAX_SKILLS} skills.`)
      .describe(
        'What the technician can repair: categories of assets, such as "Plumbing"; case does not matter.',
      ),
    ...coordinates,
  })
  .describe('A new technician, and where the technician sets out from.');

/** Stores a technician; skills that are given twice count once. */
export async function createTechnician(
  platform: Platform,
  viewer: Viewer,
  { skills, ...values }: z.output<typeof CreateTechnician>,
) {
  const row = {
    ...values,
    id: uuidv7(),
    skills: [...new Set(skills)],
    skillKeys: [...new Set(skills.map(skillKey))],
  };
  const [technician] = await platform.database
    .forTenant(viewer)
    .run(query.insertInto('technician').values(row).returning(TECHNICIAN_COLUMNS));
  return { technician };
}
