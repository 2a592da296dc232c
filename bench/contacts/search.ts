/**
 * Searching contacts as one types: one client, one text after the other, no page from the cache.
 */
import type { DemoBench } from '../demo.ts';
import { median, percentile } from '../report.ts';
import type { Sheaf } from '../sheaf.ts';
import { ask, forgetLists } from './lists.ts';
import { SEARCHES } from './queries.ts';

export interface SearchFindings {
  p50Ms: number;
  p95Ms: number;
  /** The texts of the greatest medians, slowest first. */
  slowest: { text: string; ms: number }[];
  /** Texts for which nobody was found. */
  empty: number;
}

const SEARCH = `query ($search: String!) {
  contacts(first: 20, filter: { search: $search }) { nodes { id name email jobTitle warmnessScore organization { id name } } pageInfo { hasNextPage endCursor } }
}`;
const SHOWN = 8;

export async function measureSearch(bench: DemoBench, api: Sheaf): Promise<SearchFindings> {
  const times = new Map<string, number[]>(SEARCHES.map((text) => [text, []]));
  let empty = 0;
  for (let round = 0; round <= bench.rounds; round += 1) {
    for (const [search, taken] of times) {
      await forgetLists(bench);
      const { text, ms } = await ask(api, SEARCH, { search });
      // The first round warms up; it looks whether all are found.
      if (round > 0) taken.push(ms);
      else if (text.includes('"nodes":[]')) empty += 1;
    }
  }
  const all = [...times.values()].flat();
  const slowest = [...times]
    .map(([text, taken]) => ({ text, ms: median(taken) }))
    .sort((a, b) => b.ms - a.ms);
  return {
    p50Ms: median(all),
    p95Ms: percentile(all, 0.95),
    slowest: slowest.slice(0, SHOWN),
    empty,
  };
}
