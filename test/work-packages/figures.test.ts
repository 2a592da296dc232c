/** The figures that are stored with a package and its phases: the rules, without a server. */
import { describe, expect, test } from 'vitest';
import { computeFigures } from '../../src/work-packages/figures/figures.ts';
import type { WeighedItem } from '../../src/work-packages/figures/progress.ts';

function item(estimatedHoursEach: number, change: Partial<WeighedItem> = {}): WeighedItem {
  return {
    status: 'NOT_STARTED',
    progressCompleted: 0,
    quantity: 1,
    estimatedHoursEach,
    ...change,
  };
}

describe('the figures of a package', () => {
  test('count phases and items, and sum up hours without an error of floating point', () => {
    const figures = computeFigures(null, [[item(0.1, { quantity: 3 }), item(0.2)], [item(0.7)]], 8);
    expect(figures.package).toMatchObject({
      phaseCount: 2,
      itemCount: 3,
      totalEstimatedHours: 1.2,
    });
    expect(figures.phases.map((phase) => [phase.itemCount, phase.totalEstimatedHours])).toEqual([
      [2, 0.5],
      [1, 0.7],
    ]);
  });

  test('have no dates without a start', () => {
    const figures = computeFigures(null, [[item(8)]], 8);
    expect([
      figures.package.expectedEndDate,
      figures.phases[0]?.startDate,
      figures.phases[0]?.expectedEndDate,
    ]).toEqual([null, null, null]);
  });

  test('have no end without phases', () => {
    expect(computeFigures('2026-03-02', [], 8).package).toEqual({
      phaseCount: 0,
      itemCount: 0,
      totalEstimatedHours: 0,
      progress: 0,
      expectedEndDate: null,
    });
  });

  test('end with the last phase', () => {
    const figures = computeFigures('2026-03-02', [[item(16)], [], [item(9)]], 8);
    expect(figures.phases.map((phase) => phase.expectedEndDate)).toEqual([
      '2026-03-03',
      '2026-03-04',
      '2026-03-06',
    ]);
    expect(figures.package.expectedEndDate).toBe('2026-03-06');
  });

  test('weigh the items of all phases together, not the phases', () => {
    const done = item(1, { status: 'COMPLETED', progressCompleted: 100 });
    const figures = computeFigures(null, [[done], [item(9)]], 8);
    expect(figures.phases.map((phase) => phase.progress)).toEqual([100, 0]);
    expect(figures.package.progress).toBe(10);
  });
});
