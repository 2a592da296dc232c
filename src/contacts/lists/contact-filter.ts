/**
 * Filters of contacts, checked and turned into conditions on `contact`: for lists of contacts, and
 * for other domains that select contacts by a filter.
 */
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import { LeadStatus } from '../../../generated/kysely.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import {
  type Given,
  givenId,
  inGraphQL,
  NOTES_LENGTH,
  parseDetail,
  parseId,
  parseMoment,
  parseSearch,
} from '../../platform/input.ts';
import { FUZZY_SEARCH_WEIGHT, searchFilter } from '../../schema-builder/weights.ts';
import { CONSENT_STATES, consentIsOneOf } from '../consent/consent.ts';
import { type CampaignOutcome, CampaignOutcomeFilter, hasOutcome } from './campaign-outcome.ts';
import { campaignFirst, neverFirst } from './orders.ts';
import { type ContactSearch, isFound, readSearch } from './search.ts';

/** A text that is compared with a column as it is. */
export function detailFilter() {
  return z.string().register(inGraphQL, { maxLength: NOTES_LENGTH }).nullish();
}

/** Which contacts a list shows; parseContactFilter checks it, for lists and campaigns alike. */
export const ContactFilter = z
  .object({
    search: searchFilter(FUZZY_SEARCH_WEIGHT).describe(
      'Contacts with words in their name, e-mails or organization that begin with the words of this text, or with a phone number that is in it: in any spelling, with or without country code, or its last digits (at least 5). Case, accents and typing errors do not matter; in scripts without spaces, words are found inside of others.',
    ),
    ownerId: givenId().nullish().describe('Contacts that this user owns.'),
    organizationId: givenId().nullish().describe('Contacts that work for this organization.'),
    industry: detailFilter().describe('Contacts of organizations with exactly this industry.'),
    country: detailFilter().describe(
      'Contacts of organizations in exactly this country, as it was entered.',
    ),
    leadStatus: z
      .array(z.enum(LeadStatus))
      .nullish()
      .describe('Contacts with one of these lead statuses; an empty list finds nobody.'),
    addedToCampaign: z
      .boolean()
      .nullish()
      .describe('True: contacts that were added to a campaign; false: those that never were.'),
    campaign: CampaignOutcomeFilter.nullish().describe(
      'Contacts of whom this is true, for a follow-up of a campaign: what became of its message to them.',
    ),
    notCampaign: CampaignOutcomeFilter.nullish().describe(
      'Contacts of whom this is not true, those included whom the campaign never wrote to. Together with `campaign` it finds, for example, those in a campaign who did not read its message.',
    ),
    marketingConsent: z
      .array(z.enum(CONSENT_STATES))
      .nullish()
      .describe('Contacts whose consent is in one of these states; an empty list finds nobody.'),
    minWarmness: z.int().nullish().describe('Contacts whose warmness score is this or higher.'),
    maxWarmness: z.int().nullish().describe('Contacts whose warmness score is this or lower.'),
    notContactedSince: z
      .string()
      .register(inGraphQL, { type: 'DateTime' })
      .nullish()
      .describe(
        'Contacts without a call, e-mail or meeting since this moment, those never contacted included.',
      ),
  })
  .describe(
    'Which contacts to select: those that match every field. What is left out or null does not restrict.',
  );
/** A filter as given, before it is checked. */
export type ContactFilter = Given<typeof ContactFilter>;

/** A checked filter. */
export interface ContactCondition {
  /** All of the filter but its search, as a condition on `contact`; null if it filters nothing. */
  where: RawBuilder<boolean> | null;
  /** The search text as typed, not yet split into words; null if there is none. */
  search: string | null;
}

/**
 * Checks a filter. Throws BAD_USER_INPUT that names the wrong field as a path below `argument`.
 */
export function parseContactFilter(
  filter: ContactFilter | null | undefined,
  argument = 'filter',
): ContactCondition {
  const conditions = conditionsOf(filter ?? {}, argument);
  return {
    where: conditions.length === 0 ? null : sql<boolean>`(${sql.join(conditions, sql` and `)})`,
    search: parseSearch(`${argument}.search`, filter?.search),
  };
}

function conditionsOf(filter: ContactFilter, argument: string): RawBuilder<unknown>[] {
  const { ownerId, organizationId, industry, country, leadStatus, addedToCampaign } = filter;
  const { campaign, notCampaign, marketingConsent } = filter;
  const { minWarmness, maxWarmness, notContactedSince } = filter;
  const column = (name: string) => sql.ref(`contact.${name}`);
  const path = (field: keyof ContactFilter) => `${argument}.${field}`;
  return [
    ...whenGiven(ownerId, (id) => {
      return sql`${column('ownerId')} = ${parseId(['User'], path('ownerId'), id)}::uuid`;
    }),
    ...whenGiven(organizationId, (id) => {
      const uuid = parseId(['Organization'], path('organizationId'), id);
      return sql`${column('organizationId')} = ${uuid}::uuid`;
    }),
    ...whenGiven(industry ?? country, () => {
      const details = {
        industry: parseDetail(path('industry'), industry),
        country: parseDetail(path('country'), country),
      };
      return sql`${column('organizationId')} in (${organizationIds(details)})`;
    }),
    ...whenGiven(leadStatus, (statuses) => {
      return sql`${column('leadStatus')} = any(${statuses}::"LeadStatus"[])`;
    }),
    ...whenGiven(addedToCampaign, (added) => {
      return sql`${campaignFirst(column('addedToCampaign'))} = ${added ? 0 : 1}::int`;
    }),
    ...whenGiven(campaign, (wanted) => hasOutcome(outcomeOf(wanted, path('campaign')))),
    ...whenGiven(notCampaign, (unwanted) => {
      return sql`not ${hasOutcome(outcomeOf(unwanted, path('notCampaign')))}`;
    }),
    ...whenGiven(marketingConsent, consentIsOneOf),
    ...whenGiven(minWarmness, (score) => sql`${column('warmnessScore')} >= ${score}::int`),
    ...whenGiven(maxWarmness, (score) => sql`${column('warmnessScore')} <= ${score}::int`),
    ...whenGiven(notContactedSince, (since) => {
      const moment = parseMoment(path('notContactedSince'), since);
      return sql`${neverFirst(column('lastContactedAt'))} < ${moment}::timestamptz`;
    }),
  ];
}

function outcomeOf(given: Given<typeof CampaignOutcomeFilter>, path: string): CampaignOutcome {
  const { campaignId, status, replied } = given;
  return { campaignId: parseId(['Campaign'], `${path}.campaignId`, campaignId), status, replied };
}

function whenGiven<Value>(
  value: Value | null | undefined,
  condition: (value: Value) => RawBuilder<unknown>,
): RawBuilder<unknown>[] {
  return value == null ? [] : [condition(value)];
}

function organizationIds(details: { industry: string | null; country: string | null }) {
  const { industry, country } = details;
  let organizations = query.selectFrom('organization').select('organization.id');
  if (industry !== null) organizations = organizations.where('industry', '=', industry);
  if (country !== null) organizations = organizations.where('country', '=', country);
  return organizations;
}

/** Splits a search text into words and corrects them: `readSearch`, or a loader that batches. */
export type SearchReader = (text: string) => Promise<ContactSearch | null>;

/**
 * The contacts that match a filter, as a statement to select from. Its search text is corrected
 * first (one statement), so that misspelled words match too.
 */
export async function matchingContacts(
  database: TenantQueries,
  condition: ContactCondition,
  read: SearchReader = (text) => readSearch(database, text),
) {
  const contacts = filteredContacts(condition);
  if (condition.search === null) return { contacts, search: null };
  const search = await read(condition.search);
  return { contacts: contacts.where(isFound(search)), search };
}

/** The contacts that match a filter without its search text. */
export function filteredContacts({ where }: ContactCondition) {
  const contacts = query.selectFrom('contact');
  return where === null ? contacts : contacts.where(where);
}
