/** Searching contacts as people type: one client, one text after the other, no cached pages. */
import type { DemoBench } from '../demo.ts';
import type { Session } from '../servers/sheaf.ts';
import { median, percentile } from '../statistics.ts';
import { ask, forgetLists } from './lists.ts';
import { SEARCHES } from './search-texts.ts';

export interface SearchFindings {
  p50Ms: number;
  p95Ms: number;
  /** The texts with the greatest medians, slowest first. */
  slowest: { text: string; ms: number }[];
  /** How many texts found nobody. */
  empty: number;
}

const SEARCH = `query ($search: String!) {
  contacts(first: 20, filter: { search: $search }) {
    nodes { id name email jobTitle warmnessScore organization { id name } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const SHOWN = 8;

export async function measureSearch(bench: DemoBench, api: Session): Promise<SearchFindings> {
  const times = new Map<string, number[]>(SEARCHES.map((text) => [text, []]));
  let empty = 0;
  for (let round = 0; round <= bench.rounds; round += 1) {
    for (const [search, taken] of times) {
      await forgetLists(bench);
      const { text, ms } = await ask(api, SEARCH, { search });
      // The first round warms up, and checks which texts find somebody.
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
