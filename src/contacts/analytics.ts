/** What the contacts of a tenant are like as a whole: from figures that are kept, and an index. */
import { sql } from 'kysely';
import { prepare } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';

/** Those with most contacts; industries are free text, so that there may be any number. */
const MAX_INDUSTRIES = 200;
const SCORES = Array.from({ length: 11 }, (_, score) => score);

export interface WarmnessBucket {
  score: number;
  contacts: number;
}
export interface IndustryBucket {
  /** Null stands for organizations without one. */
  industry: string | null;
  organizations: number;
  contacts: number;
  averageWarmness: number | null;
}
export interface ContactAnalytics {
  contacts: number;
  withOrganization: number;
  /** One for each score from 0 to 10. */
  warmness: WarmnessBucket[];
  industries: IndustryBucket[];
}

const contactsByScore = prepare(() =>
  query
    .selectFrom('contact')
    .select((eb) => ['warmnessScore as score', eb.fn.countAll<number>().as('contacts')])
    .groupBy('warmnessScore'),
);
const contactsOfAll = prepare(() =>
  query
    .selectFrom('organization')
    .select(sql<number>`coalesce(sum("contactCount"), 0)`.as('contacts')),
);
const organizationsByIndustry = prepare(() =>
  query
    .selectFrom('organization')
    .select((eb) => ['industry', eb.fn.countAll<number>().as('organizations')])
    .select([
      sql<number>`sum("contactCount")`.as('contacts'),
      sql<number>`sum("warmnessSum")`.as('warmth'),
    ])
    .groupBy('industry')
    .orderBy('contacts', 'desc')
    .orderBy('industry')
    .limit(MAX_INDUSTRIES),
);

export async function contactAnalytics(
  platform: Platform,
  viewer: Viewer,
): Promise<ContactAnalytics> {
  const database = platform.database.forTenant(viewer);
  const [scores, [assigned], industries] = await Promise.all([
    database.runPrepared(contactsByScore, {}),
    database.runPrepared(contactsOfAll, {}),
    database.runPrepared(organizationsByIndustry, {}),
  ]);
  const byScore = new Map(scores.map(({ score, contacts }) => [score, contacts]));
  return {
    contacts: scores.reduce((sum, { contacts }) => sum + contacts, 0),
    withOrganization: assigned?.contacts ?? 0,
    warmness: SCORES.map((score) => ({ score, contacts: byScore.get(score) ?? 0 })),
    industries: industries.map(({ warmth, ...bucket }) => ({
      ...bucket,
      averageWarmness: bucket.contacts === 0 ? null : warmth / bucket.contacts,
    })),
  };
}
