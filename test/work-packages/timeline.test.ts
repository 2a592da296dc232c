/** Dates of phases and the timeline status: the rules, without a server. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, fromCalendarDay, toCalendarDay } from '../../src/platform/time.ts';
import {
  phaseDates,
  type Timed,
  timelineStatus,
  workingDays,
} from '../../src/work-packages/figures/timeline.ts';

/** 2026-03-02 is a Monday. */
const MONDAY = '2026-03-02';
const anyDay = fc
  .integer({ min: -20_000, max: 40_000 })
  .map((days) => toCalendarDay(new Date(days * DAY)));

function plus(day: string, days: number): string {
  return toCalendarDay(new Date(fromCalendarDay(day).getTime() + days * DAY));
}

function isWorkingDay(day: string): boolean {
  return ![0, 6].includes(fromCalendarDay(day).getUTCDay());
}

describe('working days', () => {
  test('are Monday to Friday, both ends included', () => {
    expect(workingDays(MONDAY, '2026-03-08')).toBe(5);
  });

  test('are none on a weekend', () => {
    expect(workingDays('2026-03-07', '2026-03-08')).toBe(0);
  });

  test('are none when the last day is before the first', () => {
    expect(workingDays('2026-03-05', MONDAY)).toBe(0);
  });

  test('are what counting them one by one gives, also before 1970', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -10, max: 400 }), (first, length) => {
        let counted = 0;
        for (let offset = 0; offset <= length; offset += 1)
          if (isWorkingDay(plus(first, offset))) counted += 1;
        expect(workingDays(first, plus(first, length))).toBe(counted);
      }),
    );
  });
});

describe('the dates of phases', () => {
  const dates = (start: string, ...hours: number[]) =>
    phaseDates(
      start,
      hours.map((value) => Math.round(value * 100)),
      8,
    ).map((phase) => `${phase.startDate}..${phase.expectedEndDate}`);

  test('begin on the start date itself when that is a working day', () => {
    expect(dates('2026-03-06', 8)).toEqual(['2026-03-06..2026-03-06']);
  });

  test.each(['2026-03-07', '2026-03-08'])(
    'begin on the Monday after the weekend of %s',
    (start) => {
      expect(dates(start, 8)).toEqual(['2026-03-09..2026-03-09']);
    },
  );

  test.each([
    [0, '2026-03-02'],
    [8, '2026-03-02'],
    [8.01, '2026-03-03'],
    [40, '2026-03-06'],
    [40.01, '2026-03-09'],
  ])('give %d hours from a Monday until %s', (hours, end) => {
    expect(dates(MONDAY, hours)).toEqual([`${MONDAY}..${end}`]);
  });

  test('follow each other on the next working day', () => {
    expect(dates('2026-03-05', 16, 1, 0)).toEqual([
      '2026-03-05..2026-03-06',
      '2026-03-09..2026-03-09',
      '2026-03-10..2026-03-10',
    ]);
  });

  test('use the hours of a working day that are set', () => {
    expect(phaseDates(MONDAY, [2_000], 7.5)).toEqual([
      { startDate: MONDAY, expectedEndDate: '2026-03-04' },
    ]);
  });

  test('stop at the year 9999 for work that no calendar holds', () => {
    expect(dates(MONDAY, 500 * 10_000 * 10_000)).toEqual([`${MONDAY}..9999-12-31`]);
  });

  test('lie on working days, without gaps, as long as their hours ask for', () => {
    fc.assert(
      fc.property(
        anyDay,
        fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 12 }),
        (start, hours) => {
          const phases = phaseDates(start, hours, 8);
          let next = start;
          for (const [index, phase] of phases.entries()) {
            while (!isWorkingDay(next)) next = plus(next, 1);
            expect(phase.startDate).toBe(next);
            expect(isWorkingDay(phase.expectedEndDate)).toBe(true);
            expect(workingDays(phase.startDate, phase.expectedEndDate)).toBe(
              Math.max(1, Math.ceil((hours[index] ?? 0) / 800)),
            );
            next = plus(phase.expectedEndDate, 1);
          }
        },
      ),
    );
  });
});

describe('the timeline status', () => {
  /** Ten working days: 2026-03-02 to 2026-03-13. */
  const work = (progress: number, change: Partial<Timed> = {}): Timed => ({
    status: 'ACTIVE',
    progress,
    startDate: MONDAY,
    expectedEndDate: '2026-03-13',
    ...change,
  });

  test.for([
    [
      'COMPLETED by its status, however late',
      work(10, { status: 'COMPLETED' }),
      '2027-01-01',
      'COMPLETED',
    ],
    ['COMPLETED by its progress, even before its start', work(100), '2026-01-01', 'COMPLETED'],
    [
      'NOT_STARTED without a start date',
      work(50, { startDate: null, expectedEndDate: null }),
      '2026-03-04',
      'NOT_STARTED',
    ],
    ['NOT_STARTED on the day before its start', work(0), '2026-03-01', 'NOT_STARTED'],
    ['OVERDUE on the day after its end', work(99), '2026-03-14', 'OVERDUE'],
    ['not OVERDUE on its last day', work(99), '2026-03-13', 'ON_TRACK'],
    [
      'ON_TRACK without phases from its start on',
      work(0, { expectedEndDate: null }),
      '2030-01-01',
      'ON_TRACK',
    ],
    ['ON_TRACK when 19 points behind', work(1), '2026-03-03', 'ON_TRACK'],
    ['AT_RISK when 20 points behind, today counted', work(0), '2026-03-03', 'AT_RISK'],
    ['ON_TRACK on its first day of ten', work(0), '2026-03-02', 'ON_TRACK'],
    ['no worse on a Sunday than on the Friday before', work(31), '2026-03-08', 'ON_TRACK'],
    ['AT_RISK on its last day at 80', work(80), '2026-03-13', 'AT_RISK'],
    ['ON_TRACK on its last day at 81', work(81), '2026-03-13', 'ON_TRACK'],
  ] as const)('is %s', ([_title, timed, today, expected]) => {
    expect(timelineStatus(timed, today)).toBe(expected);
  });

  test('compares the unrounded share: 1 of 3 days is 33.3, which is 20 more than 13 and not than 14', () => {
    const threeDays = (progress: number) => work(progress, { expectedEndDate: '2026-03-04' });
    expect([13, 14].map((progress) => timelineStatus(threeDays(progress), MONDAY))).toEqual([
      'AT_RISK',
      'ON_TRACK',
    ]);
  });
});
