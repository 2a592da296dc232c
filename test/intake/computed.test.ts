import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ageInYears,
  basalMetabolicRateKcal,
  bmiCategoryOf,
  bodyMassIndex,
} from '../../src/intake/computed/body.ts';
import { energyTarget } from '../../src/intake/computed/energy.ts';
import { heartRateZonesOf, maxHeartRateBpmOf } from '../../src/intake/computed/heart-rate.ts';
import { COMPUTED_INPUTS, computeValues } from '../../src/intake/computed/index.ts';
import { GOALS, LEVEL_OPTIONS } from '../../src/intake/computed/inputs.ts';
import { WEEKDAYS } from '../../src/intake/computed/types.ts';
import { STARTER_BLOCKS } from '../../src/intake/starter-set/index.ts';
import { fullClient, TODAY } from './starter-set-answers.ts';

const ADULT = fullClient('INDIVIDUAL').answers;
const CHILD = fullClient('YOUTH').answers;
const SENIOR = fullClient('SENIOR').answers;

function computed(answers: Record<string, unknown>) {
  return computeValues(answers, TODAY);
}

describe('age', () => {
  test('is counted in whole years, and rises on the birthday', () => {
    expect(ageInYears('1990-11-22', '2026-11-21')).toBe(35);
    expect(ageInYears('1990-11-22', '2026-11-22')).toBe(36);
    expect(ageInYears('2008-02-29', '2026-02-28')).toBe(17);
    expect(ageInYears('2008-02-29', '2026-03-01')).toBe(18);
  });

  test('is unknown for the unborn, for the impossibly old and for what is no day', () => {
    expect(ageInYears('2027-01-01', TODAY)).toBeNull();
    expect(ageInYears('1890-01-01', TODAY)).toBeNull();
    expect(ageInYears('yesterday', TODAY)).toBeNull();
  });
});

describe('energy', () => {
  test('at rest is by Mifflin and St Jeor for adults', () => {
    // A woman of 30 years, 165 cm and 60 kg: 600 + 1031.25 − 150 − 161. A man of 40, 180 cm, 80 kg:
    // 800 + 1125 − 200 + 5.
    expect(
      basalMetabolicRateKcal({ ageYears: 30, sex: 'Female', heightCm: 165, weightKg: 60 }),
    ).toBe(1320.25);
    expect(basalMetabolicRateKcal({ ageYears: 40, sex: 'Male', heightCm: 180, weightKg: 80 })).toBe(
      1730,
    );
  });

  test('lies between that of a woman and that of a man for who does not say', () => {
    const body = { ageYears: 40, heightCm: 180, weightKg: 80 };
    expect(basalMetabolicRateKcal({ ...body, sex: 'Prefer not to say' })).toBe((1730 + 1564) / 2);
  });

  test('at rest is by Schofield for minors, and unknown below three years', () => {
    expect(
      basalMetabolicRateKcal({ ageYears: 12, sex: 'Male', heightCm: 150, weightKg: 40 }),
    ).toBeCloseTo(1365.64);
    expect(
      basalMetabolicRateKcal({ ageYears: 8, sex: 'Female', heightCm: 130, weightKg: 27 }),
    ).toBeCloseTo(1034.4, 1);
    expect(
      basalMetabolicRateKcal({ ageYears: 2, sex: 'Female', heightCm: 85, weightKg: 12 }),
    ).toBeNull();
  });

  test.each([
    ['Mostly sitting', 1.2],
    ['Lightly active', 1.375],
    ['Moderately active', 1.55],
    ['Very active', 1.725],
    ['Extremely active', 1.9],
  ])('of a day is %s: × %d', (activityLevel, factor) => {
    const values = computed({
      dateOfBirth: '1986-11-22',
      sexAtBirth: 'Male',
      heightCm: 180,
      weightKg: 80,
      activityLevel,
    });
    expect(values).toMatchObject({
      bmrKcal: 1730,
      activityFactor: factor,
      tdeeKcal: Math.round(1730 * factor),
    });
  });

  test('is reduced for losing weight by at most a fifth, and never below the basal rate', () => {
    const values = computed({ ...ADULT, primaryGoal: 'Lose weight' });
    expect(values.energyStrategy).toBe('deficit');
    expect(values.targetKcal).toBe(1690);
    const need = {
      ageYears: 30,
      bmi: 24,
      weightKg: 70,
      goal: 'lose' as const,
      pregnantOrNursing: false,
    };
    expect(energyTarget({ ...need, bmrKcal: 1500, tdeeKcal: 1600 }).targetKcal).toBe(1500);
    expect(energyTarget({ ...need, bmrKcal: 1900, tdeeKcal: 3600 }).adjustmentKcal).toBe(-500);
  });

  test('is raised for building muscle by a tenth, at most 350 kcal', () => {
    const need = {
      ageYears: 30,
      bmi: 24,
      weightKg: 70,
      goal: 'build' as const,
      pregnantOrNursing: false,
      bmrKcal: 1600,
    };
    expect(energyTarget({ ...need, tdeeKcal: 2500 }).adjustmentKcal).toBe(250);
    expect(energyTarget({ ...need, tdeeKcal: 4200 }).adjustmentKcal).toBe(350);
  });

  test('is never reduced for minors, whatever goal they have', () => {
    const values = computed({
      ...CHILD,
      primaryGoal: 'Lose weight',
      activityLevel: 'Lightly active',
    });
    expect(values).toMatchObject({
      isMinor: true,
      energyStrategy: 'maintenance',
      energyAdjustmentKcal: 0,
    });
  });

  test('is not reduced while pregnant or breastfeeding, nor for the underweight', () => {
    expect(computed({ ...ADULT, pregnancyOrNursing: 'Pregnant' }).energyStrategy).toBe(
      'maintenance',
    );
    expect(computed({ ...ADULT, pregnancyOrNursing: 'Breastfeeding' }).energyStrategy).toBe(
      'maintenance',
    );
    expect(computed({ ...ADULT, weightKg: 50 }).energyStrategy).toBe('maintenance');
  });

  test('is reduced from 65 on only from BMI 30, and by a tenth at most', () => {
    const senior = { ...SENIOR, seniorGoal: 'Lose weight' };
    expect(computed({ ...senior, weightKg: 80 }).energyStrategy).toBe('maintenance');
    const obese = computed({ ...senior, weightKg: 100 });
    expect(obese.energyStrategy).toBe('deficit');
    expect(-(obese.energyAdjustmentKcal ?? 0)).toBeLessThanOrEqual(
      (obese.tdeeKcal ?? 0) * 0.1 + 10,
    );
  });
});

describe('macros', () => {
  test('are protein by weight, fat by share and carbohydrate for the rest', () => {
    const values = computed(ADULT);
    expect(values.macros).toEqual([
      { name: 'Protein', grams: 145, kcal: 580, percent: 34 },
      { name: 'Carbohydrate', grams: 152, kcal: 608, percent: 36 },
      { name: 'Fat', grams: 56, kcal: 504, percent: 30 },
    ]);
    expect(values).toMatchObject({
      proteinGrams: 145,
      carbohydrateGrams: 152,
      fatGrams: 56,
      fibreGrams: 24,
      proteinGramsPerMeal: 36,
    });
  });

  test('give seniors 1.2 g and children 1 g of protein for a kilogram', () => {
    expect(computed({ ...SENIOR, weightKg: 80 }).proteinGrams).toBe(96);
    expect(computed({ ...CHILD, activityLevel: 'Lightly active' }).proteinGrams).toBe(41);
  });

  test('add up to the target, and their shares to 100, for anybody', () => {
    const anybody = fc.record({
      dateOfBirth: fc
        .date({ min: new Date('1930-01-01'), max: new Date('2023-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 10)),
      sexAtBirth: fc.constantFrom('Female', 'Male', 'Prefer not to say'),
      heightCm: fc.integer({ min: 100, max: 220 }),
      weightKg: fc.integer({ min: 15, max: 250 }),
      activityLevel: fc.constantFrom('Mostly sitting', 'Very active'),
      primaryGoal: fc.constantFrom(...Object.keys(GOALS.primaryGoal)),
    });
    fc.assert(
      fc.property(anybody, (answers) => {
        const { macros, targetKcal, bmrKcal, isMinor, energyAdjustmentKcal } = computed(answers);
        if (targetKcal === null || bmrKcal === null || energyAdjustmentKcal === null)
          throw new Error('has every answer that it takes');
        expect(macros?.reduce((sum, macro) => sum + macro.percent, 0)).toBe(100);
        expect(
          Math.abs((macros?.reduce((sum, macro) => sum + macro.kcal, 0) ?? 0) - targetKcal),
        ).toBeLessThanOrEqual(9);
        expect(targetKcal).toBeGreaterThanOrEqual(bmrKcal - 10);
        if (isMinor) expect(energyAdjustmentKcal).toBe(0);
      }),
    );
  });
});

describe('body mass index', () => {
  test('is classed for adults as WHO does', () => {
    expect(bodyMassIndex(70, 175)).toBeCloseTo(22.86, 2);
    expect([18.4, 18.5, 24.9, 25, 29.9, 30].map(bmiCategoryOf)).toEqual([
      'Underweight',
      'Normal range',
      'Normal range',
      'Overweight',
      'Overweight',
      'Obesity range',
    ]);
  });

  test('is not judged for minors', () => {
    expect(computed(CHILD)).toMatchObject({ bmi: 18, bmiCategory: null });
  });
});

describe('drinks', () => {
  test('are 35 ml for a kilogram, 30 ml from 65 on, within bounds', () => {
    expect(computed({ ...ADULT, weightKg: 70 })).toMatchObject({
      hydrationMl: 2500,
      hydrationLitres: 2.5,
    });
    expect(computed({ ...SENIOR, weightKg: 70 }).hydrationMl).toBe(2100);
    expect(computed({ ...ADULT, weightKg: 200 }).hydrationMl).toBe(3700);
    expect(computed({ ...ADULT, weightKg: 40 }).hydrationMl).toBe(1500);
  });

  test('are by age for minors, whatever they weigh', () => {
    expect(computed({ ...CHILD, weightKg: 30 }).hydrationMl).toBe(
      computed({ ...CHILD, weightKg: 70 }).hydrationMl,
    );
    expect(computed(CHILD).hydrationMl).toBe(1500);
  });
});

describe('heart rate', () => {
  test('has its maximum by Tanaka, unless one was measured', () => {
    expect([20, 40, 60].map(maxHeartRateBpmOf)).toEqual([194, 180, 166]);
    expect(
      computed({ dateOfBirth: '1986-11-22', measuredMaxHeartRateBpm: 191 }).maxHeartRateBpm,
    ).toBe(191);
  });

  test('has zones by Karvonen where the resting pulse is known', () => {
    // (180 − 60) × 0.6 + 60 = 132
    expect(heartRateZonesOf(180, 60).map(({ fromBpm, toBpm }) => [fromBpm, toBpm])).toEqual([
      [120, 131],
      [132, 143],
      [144, 155],
      [156, 167],
      [168, 180],
    ]);
  });

  test('has zones by the maximum alone where it is not', () => {
    expect(heartRateZonesOf(180, null).map((zone) => zone.fromBpm)).toEqual([
      90, 108, 126, 144, 162,
    ]);
  });
});

describe('the training week', () => {
  test('lies on available days, as far apart as they allow', () => {
    const days = (availableDays: string[]) =>
      computed({ ...ADULT, trainingLevel: 'Beginner', availableDays })
        .weeklyPlan?.filter((day) => day.minutes > 0)
        .map((day) => day.day);
    expect(days([...WEEKDAYS])).toEqual(['Monday', 'Wednesday', 'Friday']);
    expect(days(['Saturday', 'Sunday'])).toEqual(['Saturday', 'Sunday']);
    expect(days(['Monday', 'Tuesday', 'Wednesday', 'Saturday'])).toHaveLength(3);
  });

  test('keeps to the days, to the time and to a day of rest, for every age, level and goal', () => {
    const anybody = fc.record({
      dateOfBirth: fc.constantFrom('2016-01-01', '1990-01-01', '1950-01-01'),
      trainingLevel: fc.constantFrom(...LEVEL_OPTIONS),
      primaryGoal: fc.constantFrom(...Object.keys(GOALS.primaryGoal)),
      availableDays: fc.subarray([...WEEKDAYS], { minLength: 1 }),
      sessionMinutes: fc.integer({ min: 15, max: 180 }),
    });
    fc.assert(
      fc.property(anybody, (answers) => {
        const { weeklyPlan, trainingDaysPerWeek, weeklyTrainingMinutes } = computed(answers);
        expect(weeklyPlan?.map((day) => day.day)).toEqual(WEEKDAYS);
        const training = weeklyPlan?.filter((day) => day.minutes > 0) ?? [];
        expect(
          training.every(
            (day) =>
              answers.availableDays.includes(day.day) &&
              day.minutes <= answers.sessionMinutes &&
              day.effort !== '',
          ),
        ).toBe(true);
        expect(training.length).toBeGreaterThan(0);
        expect(training.length).toBeLessThan(7);
        expect(trainingDaysPerWeek).toBe(training.length);
        expect(weeklyTrainingMinutes).toBe(training.reduce((sum, day) => sum + day.minutes, 0));
      }),
    );
  });

  test('is never hard for minors, seniors and beginners', () => {
    for (const answers of [
      { ...CHILD, trainingLevel: 'Advanced' },
      { ...SENIOR, trainingLevel: 'Advanced' },
      { ...ADULT, trainingLevel: 'Beginner' },
    ]) {
      expect(
        computed({ ...answers, availableDays: [...WEEKDAYS], sessionMinutes: 180 }).weeklyPlan?.map(
          (day) => day.effort,
        ),
      ).not.toContain('Hard');
      expect(
        computed({ ...answers, sessionMinutes: 180 }).weeklyPlan?.every((day) => day.minutes <= 60),
      ).toBe(true);
    }
  });

  test('is left out without a day to train on', () => {
    expect(computed({ ...ADULT, availableDays: [] }).weeklyPlan).toBeNull();
  });
});

describe('missing and senseless answers', () => {
  test('make null what depends on them, and nothing else', () => {
    expect(Object.values(computed({})).every((value) => value === null)).toBe(true);
    const withoutWeight = computed({ ...ADULT, weightKg: null });
    expect(withoutWeight).toMatchObject({
      ageYears: 38,
      bmi: null,
      bmrKcal: null,
      targetKcal: null,
      hydrationMl: null,
      maxHeartRateBpm: 181,
    });
    expect(withoutWeight.weeklyPlan).not.toBeNull();
  });

  test('of wrong kinds count as missing', () => {
    const senseless = Object.fromEntries(COMPUTED_INPUTS.map((key) => [key, { toString: 'x' }]));
    expect(computed(senseless)).toEqual(computed({}));
    expect(
      computed({ ...ADULT, weightKg: Number.NaN, heightCm: -5, availableDays: 'Monday' }),
    ).toMatchObject({ bmi: null, weeklyPlan: null });
  });
});

describe('what is read', () => {
  test('are exactly the listed question keys', () => {
    const read = new Set<string>();
    const answers = new Proxy(ADULT, {
      get(target, key) {
        read.add(String(key));
        return key === 'primaryGoal' ? undefined : target[String(key)];
      },
    });
    computed(answers);
    expect([...read].sort()).toEqual([...COMPUTED_INPUTS].sort());
  });

  test('are questions of the starter set', () => {
    const keys = STARTER_BLOCKS.flatMap((block) => block.questions.map((question) => question.key));
    expect(keys).toEqual(expect.arrayContaining([...COMPUTED_INPUTS]));
  });
});
