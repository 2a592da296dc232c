/** How far items, phases and packages are: the rules, without a server. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hundredths,
  meanProgress,
  type WeighedItem,
  withProgress,
} from '../../src/work-packages/figures/progress.ts';

type Status = WeighedItem['status'];
const STATUSES: Status[] = ['NOT_STARTED', 'IN_PROGRESS', 'IN_REVIEW', 'COMPLETED'];

const anyProgress = fc.oneof(
  fc.constant({ status: 'NOT_STARTED' as Status, progressCompleted: 0 }),
  fc.constant({ status: 'COMPLETED' as Status, progressCompleted: 100 }),
  fc.record({
    status: fc.constantFrom<Status>('IN_PROGRESS', 'IN_REVIEW'),
    progressCompleted: fc.integer({ min: 1, max: 99 }),
  }),
);
const anyItem: fc.Arbitrary<WeighedItem> = fc
  .tuple(
    anyProgress,
    fc.integer({ min: 1, max: 10_000 }),
    fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_000_000 })),
  )
  .map(([progress, quantity, cents]) => ({
    ...progress,
    quantity,
    estimatedHoursEach: cents / 100,
  }));

function item(
  status: Status,
  progressCompleted: number,
  weight: { quantity?: number; hours?: number } = {},
): WeighedItem {
  return {
    status,
    progressCompleted,
    quantity: weight.quantity ?? 1,
    estimatedHoursEach: weight.hours ?? 0,
  };
}

describe('an item', () => {
  test.for([
    [
      'COMPLETED without a number is at 100',
      { status: 'IN_PROGRESS', progressCompleted: 30 },
      { status: 'COMPLETED' },
      100,
    ],
    [
      'NOT_STARTED without a number is at 0',
      { status: 'IN_PROGRESS', progressCompleted: 30 },
      { status: 'NOT_STARTED' },
      0,
    ],
    [
      'IN_PROGRESS keeps a number between 1 and 99',
      { status: 'IN_REVIEW', progressCompleted: 93 },
      { status: 'IN_PROGRESS' },
      93,
    ],
    [
      'IN_PROGRESS starts at 50',
      { status: 'NOT_STARTED', progressCompleted: 0 },
      { status: 'IN_PROGRESS' },
      50,
    ],
    [
      'IN_PROGRESS falls back from 100 to 50',
      { status: 'COMPLETED', progressCompleted: 100 },
      { status: 'IN_PROGRESS' },
      50,
    ],
    [
      'IN_REVIEW keeps a number between 1 and 99',
      { status: 'IN_PROGRESS', progressCompleted: 1 },
      { status: 'IN_REVIEW' },
      1,
    ],
    [
      'IN_REVIEW starts at 90',
      { status: 'NOT_STARTED', progressCompleted: 0 },
      { status: 'IN_REVIEW' },
      90,
    ],
    [
      'IN_REVIEW falls back from 100 to 90',
      { status: 'COMPLETED', progressCompleted: 100 },
      { status: 'IN_REVIEW' },
      90,
    ],
  ] as const)('%s', ([_title, current, change, expected]) => {
    expect(withProgress(current, change)).toEqual({
      status: change.status,
      progressCompleted: expected,
    });
  });

  test.each([
    [0, 'IN_PROGRESS', 'NOT_STARTED'],
    [100, 'IN_REVIEW', 'COMPLETED'],
    [1, 'NOT_STARTED', 'IN_PROGRESS'],
    [99, 'COMPLETED', 'IN_PROGRESS'],
    [40, 'IN_REVIEW', 'IN_REVIEW'],
  ] as const)('at %i without a status, from %s, is %s', (progressCompleted, from, expected) => {
    const current = {
      status: from,
      progressCompleted: from === 'NOT_STARTED' ? 0 : from === 'COMPLETED' ? 100 : 50,
    };
    expect(withProgress(current, { progressCompleted })).toEqual({
      status: expected,
      progressCompleted,
    });
  });

  test('refuses a status and a number that contradict each other, and no others', () => {
    const current = { status: 'IN_PROGRESS' as const, progressCompleted: 10 };
    const numbers = [0, 1, 50, 99, 100];
    const agreeing = STATUSES.flatMap((status) =>
      numbers
        .filter((progressCompleted) => withProgress(current, { status, progressCompleted }))
        .map((number) => `${status} ${number}`),
    );
    expect(agreeing).toEqual([
      'NOT_STARTED 0',
      ...[1, 50, 99].map((n) => `IN_PROGRESS ${n}`),
      ...[1, 50, 99].map((n) => `IN_REVIEW ${n}`),
      'COMPLETED 100',
    ]);
  });

  test('is always left in a state in which status and number agree', () => {
    const anyChange = fc.record(
      { status: fc.constantFrom(...STATUSES), progressCompleted: fc.integer({ min: 0, max: 100 }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anyProgress, anyChange, (current, change) => {
        const next = withProgress(current, change);
        if (next === null) return;
        expect(next.progressCompleted === 0).toBe(next.status === 'NOT_STARTED');
        expect(next.progressCompleted === 100).toBe(next.status === 'COMPLETED');
      }),
    );
  });
});

describe('the mean of items', () => {
  test('is 0 without items', () => {
    expect(meanProgress([])).toBe(0);
  });

  test('is weighted by quantity × hours', () => {
    expect(
      meanProgress([
        item('COMPLETED', 100, { quantity: 3, hours: 2 }),
        item('NOT_STARTED', 0, { quantity: 1, hours: 2 }),
      ]),
    ).toBe(75);
  });

  test('is weighted by quantity where no item has hours', () => {
    expect(
      meanProgress([
        item('COMPLETED', 100, { quantity: 1 }),
        item('NOT_STARTED', 0, { quantity: 3 }),
      ]),
    ).toBe(25);
  });

  test('gives items without hours no weight where others have some', () => {
    expect(
      meanProgress([
        item('IN_PROGRESS', 40, { hours: 1 }),
        item('COMPLETED', 100, { quantity: 50 }),
      ]),
    ).toBe(40);
  });

  test('is rounded down', () => {
    expect(
      meanProgress([item('COMPLETED', 100), item('COMPLETED', 100), item('NOT_STARTED', 0)]),
    ).toBe(66);
  });

  test('is at most 99 until every item is COMPLETED', () => {
    expect(meanProgress([item('COMPLETED', 100, { hours: 1 }), item('NOT_STARTED', 0)])).toBe(99);
  });

  test('is 100 once every item is COMPLETED', () => {
    expect(meanProgress([item('COMPLETED', 100, { hours: 1 }), item('COMPLETED', 100)])).toBe(100);
  });

  test('is what exact arithmetic makes of any items', () => {
    fc.assert(
      fc.property(fc.array(anyItem, { minLength: 1, maxLength: 30 }), (items) => {
        const byHours = items.some((one) => one.estimatedHoursEach > 0);
        const weights = items.map(
          (one) =>
            BigInt(one.quantity) *
            (byHours ? BigInt(Math.round(one.estimatedHoursEach * 100)) : 1n),
        );
        const total = weights.reduce((sum, weight) => sum + weight, 0n);
        const done = weights.reduce(
          (sum, weight, index) => sum + weight * BigInt(items[index]?.progressCompleted ?? 0),
          0n,
        );
        const exact = Number(done / total);
        expect(meanProgress(items)).toBe(
          items.every((one) => one.status === 'COMPLETED') ? 100 : Math.min(99, exact),
        );
      }),
    );
  });
});

test('80 times 0.1 hours are 8 hours, to the last hundredth', () => {
  expect(hundredths({ quantity: 80, estimatedHoursEach: 0.1 })).toBe(800);
});
