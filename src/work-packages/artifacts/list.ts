/** The list of artifacts, of all types together. */
import { sql } from 'kysely';
import { z } from 'zod';
import { ArtifactStatus, ArtifactType } from '../../../generated/kysely.ts';
import { whereGiven } from '../../platform/database/filters.ts';
import {
  applyPage,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../../platform/database/ordering.ts';
import { matchesSearch } from '../../platform/database/search.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { type Given, parseSearch } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { searchFilter } from '../../schema-builder/weights.ts';
import { summariesOf } from './summaries.ts';
import { ARTIFACT_TYPES, ARTIFACTS, type ArtifactSummary } from './types.ts';

/** Which artifacts a list shows. */
export const ArtifactFilter = z
  .object({
    types: z
      .array(z.enum(ArtifactType))
      .nullish()
      .describe('Artifacts of one of these types; an empty list finds none.'),
    status: z
      .array(z.enum(ArtifactStatus))
      .nullish()
      .describe('Artifacts with one of these statuses; an empty list finds none.'),
    search: searchFilter().describe(
      'Artifacts whose title or other short texts have words that begin with the words of this text. Content is not searched.',
    ),
  })
  .describe('Which artifacts to list. What is left out or null does not restrict the list.');

/** Without a filter, artifacts of all types and statuses. */
export interface ArtifactListArguments extends PageArguments {
  filter?: Given<typeof ArtifactFilter> | null;
}

/** For each type that the filter allows, the query of its matching artifacts. */
function matchingArtifacts(filter: ArtifactListArguments['filter']) {
  const { types, status } = filter ?? {};
  const search = parseSearch('filter.search', filter?.search);
  return ARTIFACT_TYPES.filter((type) => types == null || types.includes(type)).map((type) => ({
    table: ARTIFACTS[type].table,
    rows: summariesOf(type)
      .$call(
        whereGiven(status, (statuses) => sql<boolean>`status::text = any(${statuses}::text[])`),
      )
      .$call(whereGiven(search, (text) => matchesSearch(ARTIFACTS[type].table, text))),
  }));
}

/**
 * A page of artifacts of all types, newest first: one statement, to which the table of each type
 * contributes at most a page. `count` runs a statement of its own, when it is called.
 */
export async function listArtifacts(
  platform: Platform,
  viewer: Viewer,
  args: ArtifactListArguments,
) {
  const page = parsePage(args, NEWEST_FIRST);
  const matching = matchingArtifacts(args.filter);
  if (matching.length === 0) return { ...toPage<ArtifactSummary>([], page), count: async () => 0 };
  const database = platform.database.forTenant(viewer);
  const parts = matching.map(({ rows, table }) => sql`(${applyPage(rows, table, page)})`);
  const union = sql<ArtifactSummary>`(${sql.join(parts, sql` union all `)})`.as<'artifact'>(
    'artifact',
  );
  const rows = applyPage(query.selectFrom(union).selectAll(), 'artifact', page);
  return {
    ...toPage(await database.run(rows), page),
    count: async () => {
      const counts = matching.map((one) => sql`(select count(*) from (${one.rows}) as matching)`);
      const sum = sql<number>`${sql.join(counts, sql` + `)}`;
      const [counted] = await database.run(query.selectNoFrom(sum.as('count')));
      return counted?.count ?? 0;
    },
  };
}
