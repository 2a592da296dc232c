/** The list of artifacts, of all types together. */
import { sql } from 'kysely';
import type { ArtifactStatus, ArtifactType } from '../../../generated/kysely.ts';
import {
  applyPage,
  NEWEST_FIRST,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import { matchesSearch } from '../../platform/database/search.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { parseSearch } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { summariesOf } from './summaries.ts';
import { ARTIFACT_TYPES, ARTIFACTS, type ArtifactSummary } from './types.ts';

export interface ArtifactListArguments extends PageArguments {
  filter?: {
    types?: ArtifactType[] | null;
    status?: ArtifactStatus[] | null;
    search?: string | null;
  } | null;
}

/** The artifacts that match a filter: of each type, what selects them. */
function matchingArtifacts(filter: ArtifactListArguments['filter']) {
  const { types, status } = filter ?? {};
  const search = parseSearch('filter.search', filter?.search);
  return ARTIFACT_TYPES.filter((type) => types == null || types.includes(type)).map((type) => ({
    table: ARTIFACTS[type].table,
    rows: summariesOf(type)
      .$if(status != null, (rows) =>
        rows.where(sql<boolean>`status::text = any(${status}::text[])`),
      )
      .$if(search !== null, (rows) =>
        rows.where(matchesSearch(ARTIFACTS[type].table, search ?? '')),
      ),
  }));
}

/**
 * A page of artifacts of all types, newest first: one statement, in which the table of each type
 * contributes at most a page.
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
