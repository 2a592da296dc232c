/** Warmness, part by part: the rules, without a server. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  NOTHING_HAPPENED,
  type WarmnessInputs,
  warmnessOf,
} from '../../src/contacts/warmness/warmness.ts';
import { DAY } from './operations.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const UNKNOWN: WarmnessInputs = {
  ...NOTHING_HAPPENED,
  email: null,
  phone: null,
  organizationId: null,
  jobTitle: null,
  leadStatus: null,
};
const ago = (days: number) => NOW - days * DAY;
const parts = (inputs: Partial<WarmnessInputs>) => warmnessOf({ ...UNKNOWN, ...inputs }, NOW);

test('of somebody of whom nothing is known is 0, and stays so', () => {
  expect(parts({})).toEqual({
    base: 0,
    activity: 0,
    relationship: 0,
    engagement: 0,
    score: 0,
    nextChangeAt: null,
  });
});

test.each<[string, Partial<WarmnessInputs>, object]>([
  ['an e-mail', { email: 'a@b.c' }, { base: 1 }],
  [
    'all of the base',
    { email: 'a@b.c', phone: '1', organizationId: 'o', jobTitle: 'x' },
    { base: 4 },
  ],
  ['one note', { recentCount: 1 }, { activity: 1 }],
  ['three notes', { recentCount: 3 }, { activity: 3 }],
  ['ten notes', { recentCount: 10 }, { activity: 3 }],
  ['a meeting', { recentCount: 1, recentMeeting: true }, { activity: 3 }],
  [
    'a call and an e-mail',
    { recentCount: 2, recentCall: true, recentEmail: true },
    { activity: 4 },
  ],
  [
    'everything at once',
    { recentCount: 9, recentMeeting: true, recentCall: true, recentEmail: true },
    { activity: 7 },
  ],
  ['deals of 1,000', { dealValue: 1_000 }, { relationship: 0 }],
  ['deals of more than 1,000', { dealValue: 1_000.01 }, { relationship: 1 }],
  ['deals of 10,000', { dealValue: 10_000 }, { relationship: 1 }],
  ['deals of more than 10,000', { dealValue: 10_001 }, { relationship: 2 }],
  ['a qualified lead', { leadStatus: 'QUALIFIED' }, { relationship: 1 }],
  [
    'a contacted lead with a large deal',
    { leadStatus: 'CONTACTED', dealValue: 50_000 },
    { relationship: 3 },
  ],
  ['a new lead', { leadStatus: 'NEW' }, { relationship: 0 }],
  ['an unqualified lead', { leadStatus: 'UNQUALIFIED' }, { relationship: 0 }],
  ['an activity of just now', { lastActivityAt: NOW }, { engagement: 2 }],
  ['one of almost 7 days ago', { lastActivityAt: ago(7) + 1 }, { engagement: 2 }],
  ['one of 7 days ago', { lastActivityAt: ago(7) }, { engagement: 1 }],
  ['one of 30 days ago', { lastActivityAt: ago(30) }, { engagement: 0 }],
  ['one of 90 days ago', { lastActivityAt: ago(90) }, { engagement: 0 }],
  ['one of more than 90 days ago', { lastActivityAt: ago(90) - 1 }, { engagement: -1, score: 0 }],
  ['a response rate of a half', { responseRate: 0.5 }, { engagement: 0 }],
  ['a response rate of more than a half', { responseRate: 0.51 }, { engagement: 1 }],
])('%s counts', (_what, inputs, expected) => {
  expect(parts(inputs)).toMatchObject(expected);
});

test('is never more than 10', () => {
  const all = {
    email: 'a',
    phone: '1',
    organizationId: 'o',
    jobTitle: 'x',
    recentCount: 9,
    recentMeeting: true,
    recentCall: true,
    recentEmail: true,
  };
  expect(
    parts({
      ...all,
      leadStatus: 'QUALIFIED',
      dealValue: 1e6,
      lastActivityAt: NOW,
      responseRate: 1,
    }),
  ).toMatchObject({
    base: 4,
    activity: 7,
    relationship: 3,
    engagement: 3,
    score: 10,
  });
});

describe('the next change', () => {
  test('is when the next activity begins to count, or the oldest grows too old, or the last one older than 7, 30 or 90 days', () => {
    expect(parts({ nextActivityAt: NOW + DAY }).nextChangeAt).toBe(NOW + DAY);
    expect(
      parts({ recentCount: 1, oldestRecentAt: ago(28), lastActivityAt: ago(3) }).nextChangeAt,
    ).toBe(NOW + 2 * DAY);
    expect(parts({ lastActivityAt: ago(3) }).nextChangeAt).toBe(NOW + 4 * DAY);
    expect(parts({ lastActivityAt: ago(8) }).nextChangeAt).toBe(NOW + 22 * DAY);
    expect(parts({ lastActivityAt: ago(31) }).nextChangeAt).toBe(NOW + 59 * DAY + 1);
    expect(parts({ lastActivityAt: ago(91) }).nextChangeAt).toBeNull();
  });

  test('comes no later than any change of engagement', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 * DAY }),
        fc.integer({ min: 0, max: 100 * DAY }),
        (age, later) => {
          const inputs = { ...UNKNOWN, lastActivityAt: NOW - age };
          const { engagement, nextChangeAt } = warmnessOf(inputs, NOW);
          if (nextChangeAt === null || NOW + later < nextChangeAt)
            expect(warmnessOf(inputs, NOW + later).engagement).toBe(engagement);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
