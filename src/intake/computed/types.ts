/**
 * What is computed from a client's answers. Every value is null when an answer it needs was not
 * given, so that a template can leave out what is not known. Templates see these as
 * `computed.<name>`.
 */

export const WEEKDAYS = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** What the calories aim at. */
export type EnergyStrategy = 'deficit' | 'maintenance' | 'surplus';

export interface Macro {
  name: 'Protein' | 'Carbohydrate' | 'Fat';
  grams: number;
  kcal: number;
  /** Of the target calories; the three add up to 100. */
  percent: number;
}

export interface HeartRateZone {
  zone: number;
  name: string;
  fromBpm: number;
  toBpm: number;
  /** How it feels, for those who train without a watch. */
  feel: string;
}

export interface PlannedDay {
  day: Weekday;
  session: string;
  /** 0 on a day of rest. */
  minutes: number;
  /** Empty on a day of rest. */
  effort: string;
}

export interface ComputedValues {
  ageYears: number | null;
  isMinor: boolean | null;
  isSenior: boolean | null;

  bmi: number | null;
  /** Null below 18: there it takes percentiles, and a professional. */
  bmiCategory: string | null;
  bmrKcal: number | null;
  activityFactor: number | null;
  tdeeKcal: number | null;

  energyStrategy: EnergyStrategy | null;
  /** Target minus TDEE: below 0 in a deficit. */
  energyAdjustmentKcal: number | null;
  targetKcal: number | null;
  macros: Macro[] | null;
  proteinGrams: number | null;
  carbohydrateGrams: number | null;
  fatGrams: number | null;
  fibreGrams: number | null;
  /** Of `proteinGrams` over the answered number of meals. */
  proteinGramsPerMeal: number | null;

  hydrationMl: number | null;
  hydrationLitres: number | null;
  /** On top, for an hour of training. */
  hydrationTrainingMlPerHour: number | null;

  maxHeartRateBpm: number | null;
  heartRateZones: HeartRateZone[] | null;

  /** Monday to Sunday. */
  weeklyPlan: PlannedDay[] | null;
  trainingDaysPerWeek: number | null;
  weeklyTrainingMinutes: number | null;
}
