/** The campaigns of a tenant, newest first. */
import { z } from 'zod';
import { CampaignStatus } from '../../generated/kysely.ts';
import { anyOf, oneOf } from '../platform/database/arrays.ts';
import { whereGiven } from '../platform/database/filters.ts';
import {
  applyPage,
  countRows,
  isAtEnd,
  type PageArguments,
  parsePage,
  preparedEndPages,
  toPage,
} from '../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../platform/database/ordering.ts';
import { prepare } from '../platform/database/prepared.ts';
import {
  beginsWith,
  MAX_ORDERED_HITS,
  matchesQuery,
  matchesSearch,
} from '../platform/database/search.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { type Given, parseSearch } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { searchFilter } from '../schema-builder/weights.ts';
import { CAMPAIGN_COLUMNS, type CampaignColumn, type CampaignRow } from './rows.ts';

/** Reads campaigns by their `ids`. */
export const campaignsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('campaign').select(CAMPAIGN_COLUMNS).where('id', '=', anyOf(p.ids)),
);

/** Which campaigns a list shows. */
export const CampaignFilter = z
  .object({
    status: z
      .array(z.enum(CampaignStatus))
      .nullish()
      .describe('Only campaigns with one of these statuses; an empty list finds none.'),
    search: searchFilter().describe(
      'Only campaigns with words in their name that begin with the words of this text, such as "spr off" for "Spring offer". Accents and case are ignored.',
    ),
  })
  .describe('Which campaigns to list. What is omitted or null does not restrict the list.');

/** Which campaigns are listed, and with which columns. */
export interface CampaignListArguments extends PageArguments {
  filter?: Given<typeof CampaignFilter> | null;
  /** The columns to read; `id` and `createdAt` are among them. */
  columns: readonly CampaignColumn[];
}

const ends = preparedEndPages((page, columns: readonly CampaignColumn[]) =>
  applyPage(query.selectFrom('campaign').select(columns).$castTo<CampaignRow>(), 'campaign', page),
);

/** Reads a page of campaigns; `count` counts all that match. */
export async function listCampaigns(
  platform: Platform,
  viewer: Viewer,
  args: CampaignListArguments,
) {
  const page = parsePage(args, NEWEST_FIRST);
  const search = parseSearch('filter.search', args.filter?.search);
  const status = args.filter?.status;
  const database = platform.database.forTenant(viewer);
  const matching = query
    .selectFrom('campaign')
    .$call(whereGiven(status, (statuses) => oneOf('campaign.status', statuses)))
    .$call(whereGiven(search, (text) => matchesSearch('campaign', text)));
  const all = status == null && search === null;
  const rows =
    all && isAtEnd(page)
      ? database.runPrepared(ends(page, args.columns), page)
      : database.run(
          applyPage(matching.select(args.columns).$castTo<CampaignRow>(), 'campaign', page),
        );
  return { ...toPage(await rows, page), count: () => countRows(database, matching) };
}

/**
 * The few best campaigns that a search finds: whose name begins with the words first, then the
 * newest. One statement.
 */
export function campaignHits(
  platform: Platform,
  viewer: Viewer,
  { search, limit }: { search: { tsquery: string; words: readonly string[] }; limit: number },
): Promise<CampaignRow[]> {
  const some = query
    .selectFrom('campaign')
    .select([...CAMPAIGN_COLUMNS, 'campaign.searchText'])
    .where(matchesQuery('campaign', search.tsquery))
    .limit(MAX_ORDERED_HITS)
    .as('campaign');
  const best = query
    .selectFrom(some)
    .select(CAMPAIGN_COLUMNS)
    .orderBy(beginsWith('campaign', search.words), 'desc')
    .orderBy('campaign.createdAt', 'desc')
    .orderBy('campaign.id')
    .limit(limit);
  return platform.database.forTenant(viewer).run(best.$castTo<CampaignRow>());
}
