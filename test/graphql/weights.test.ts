/**
 * What costs more than its objects: searches, analyses, counts. How many objects cost what is in
 * cost.test.ts.
 */
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { costOf } from '../../src/graphql/cost.ts';
import { schema } from '../../src/graphql/schema.ts';

function cost(source: string, variables: Record<string, unknown> = {}): number {
  return costOf(schema, parse(source))(variables);
}

test.each([
  ['a list', '{ contacts(first: 10) { nodes { id } } }', 11],
  [
    'a search among contacts',
    '{ contacts(first: 10, filter: { search: "a" }) { nodes { id } } }',
    511,
  ],
  [
    'a search among organizations',
    '{ organizations(first: 10, filter: { search: "a" }) { nodes { id } } }',
    61,
  ],
  [
    'a search among work packages',
    '{ workPackages(first: 10, filter: { search: "a" }) { nodes { id } } }',
    61,
  ],
  ['a search by an argument', '{ properties(first: 10, search: "a") { nodes { id } } }', 61],
  ['a search for null', '{ contacts(first: 10, filter: { search: null }) { nodes { id } } }', 11],
  [
    'a search for what a variable says',
    'query ($s: String) { contacts(first: 10, filter: { search: $s }) { nodes { id } } }',
    511,
  ],
  [
    'a filter without a search',
    '{ contacts(first: 10, filter: { country: "NZ" }) { nodes { id } } }',
    11,
  ],
  ['what a free-text name may mean', '{ organizationMatches(name: "a") { exact: score } }', 505],
  ['an analysis', '{ contactAnalytics { total: totalContacts } }', 101],
  ['a count', '{ contacts(first: 0) { totalCount } }', 11],
  [
    'a count for each of many',
    '{ organizations(first: 5) { nodes { contacts(first: 0) { totalCount } } } }',
    1 + 5 * (1 + 11),
  ],
])('%s', (_title, source, expected) => {
  expect(cost(source)).toBe(expected);
});

test.each([
  ['with a search', { filter: { search: 'a' } }, 511],
  ['without one', { filter: { country: 'NZ' } }, 11],
  ['with null for one', { filter: { search: null } }, 11],
  ['that is null', { filter: null }, 11],
  ['that is absent', {}, 11],
  ['of another kind', { filter: 'search' }, 11],
])('a filter in a variable, %s', (_title, variables, expected) => {
  expect(
    cost(
      'query ($filter: ContactFilter) { contacts(first: 10, filter: $filter) { nodes { id } } }',
      variables,
    ),
  ).toBe(expected);
});

test('a filter in a variable that has a default', () => {
  const source =
    'query ($filter: ContactFilter = { search: "a" }) { contacts(first: 10, filter: $filter) { nodes { id } } }';
  expect([cost(source), cost(source, { filter: {} })]).toEqual([511, 11]);
});

test.each([
  [
    'written out',
    'mutation { addCampaignContacts(input: { campaignId: "x", contactFilter: { search: "a" } }) { campaign { id } } }',
    502,
  ],
  [
    'without a search',
    'mutation { addCampaignContacts(input: { campaignId: "x", contactFilter: { country: "NZ" } }) { campaign { id } } }',
    2,
  ],
  [
    'whose filter a variable has',
    'mutation ($f: ContactFilter) { createCampaign(input: { name: "x", contactFilter: $f }) { campaign { id } } }',
    502,
  ],
])('a filter within the input of a mutation, %s', (_title, source, expected) => {
  expect(cost(source)).toBe(expected);
});

test('a filter within an input that a variable has', () => {
  const source =
    'mutation ($input: AddCampaignContactsInput!) { addCampaignContacts(input: $input) { campaign { id } } }';
  const input = (contactFilter: unknown) => ({ input: { campaignId: 'x', contactFilter } });
  expect([
    cost(source, input({ search: 'a' })),
    cost(source, input({ search: null })),
    cost(source, input(null)),
    cost(source),
  ]).toEqual([502, 2, 2, 2]);
});

test('twenty searches in one request are over the limit', () => {
  const searches = Array.from(
    { length: 20 },
    (_, index) => `a${index}: contacts(first: 1, filter: { search: "a" }) { nodes { id } }`,
  );
  expect(cost(`{ ${searches.join(' ')} }`)).toBeGreaterThan(10_000);
});
