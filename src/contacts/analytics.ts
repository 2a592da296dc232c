/**
 * Figures of all contacts of a tenant. They come from what organizations keep and from an index, so
 * they cost little even with many contacts; on the replica if there is one.
 */
import { sql } from 'kysely';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';

/** The industries with the most contacts; they are free text, so there may be any number. */
export const MAX_INDUSTRIES = 200;
const SCORES = Array.from({ length: 11 }, (_, score) => score);

/** How many contacts have a score. */
export interface WarmnessBucket {
  score: number;
  contacts: number;
}
/** Organizations of an industry, and their contacts. */
export interface IndustryBucket {
  /** Null for the organizations without an industry. */
  industry: string | null;
  organizations: number;
  contacts: number;
  averageWarmness: number | null;
}
/** Figures of all contacts of a tenant. */
export interface ContactAnalytics {
  contacts: number;
  withOrganization: number;
  /** One bucket for each score from 0 to 10, in that order. */
  warmness: WarmnessBucket[];
  industries: IndustryBucket[];
}

const contactsByScore = prepare(() =>
  query
    .selectFrom('contact')
    .select((eb) => ['warmnessScore as score', eb.fn.countAll<number>().as('contacts')])
    .groupBy('warmnessScore'),
);
const contactsWithOrganization = prepare(() =>
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
      sql<number>`sum("warmnessSum")`.as('warmnessSum'),
    ])
    .groupBy('industry')
    .orderBy('contacts', 'desc')
    .orderBy('industry')
    .limit(MAX_INDUSTRIES),
);

/** The figures as they are now, in three statements. */
export async function contactAnalytics(
  platform: Platform,
  viewer: Viewer,
): Promise<ContactAnalytics> {
  const database = platform.replica.forTenant(viewer);
  const [scores, [employed], industries] = await Promise.all([
    database.runPrepared(contactsByScore, {}),
    database.runPrepared(contactsWithOrganization, {}),
    database.runPrepared(organizationsByIndustry, {}),
  ]);
  const byScore = new Map(scores.map(({ score, contacts }) => [score, contacts]));
  return {
    contacts: scores.reduce((sum, { contacts }) => sum + contacts, 0),
    withOrganization: employed?.contacts ?? 0,
    warmness: SCORES.map((score) => ({ score, contacts: byScore.get(score) ?? 0 })),
    industries: industries.map(({ warmnessSum, ...bucket }) => ({
      ...bucket,
      averageWarmness: bucket.contacts === 0 ? null : warmnessSum / bucket.contacts,
    })),
  };
}
