/**
 * The values that are computed from a client's answers. A value is null when an answer that it
 * needs was not given, so that a template can leave it out.
 */

/** Monday first, in English: they are also the options of a question. */
export const WEEKDAYS = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;
/** A day of the week by its English name. */
export type Weekday = (typeof WEEKDAYS)[number];

/** What the target energy does to the weight. */
export type EnergyStrategy = 'deficit' | 'maintenance' | 'surplus';

/** How much of one macronutrient to eat a day. */
export interface Macro {
  name: 'Protein' | 'Carbohydrate' | 'Fat';
  grams: number;
  kcal: number;
  /** Of the target energy; the three add up to 100. */
  percent: number;
}

/** Zone 1 is the easiest, 5 the hardest; both ends are included. */
export interface HeartRateZone {
  zone: number;
  name: string;
  fromBpm: number;
  toBpm: number;
  /** How it feels, for people who train without a watch. */
  feel: string;
}

/** One day of a training week, as packets print it. */
export interface PlannedDay {
  day: Weekday;
  session: string;
  /** 0 on a day of rest. */
  minutes: number;
  /** Empty on a day of rest. */
  effort: string;
}

/** Templates see each property as `computed.<name>`. Energy, grams and drinks are for one day. */
export interface ComputedValues {
  ageYears: number | null;
  isMinor: boolean | null;
  isSenior: boolean | null;

  bmi: number | null;
  /** Null below 18: minors are classed by percentiles, which takes a professional. */
  bmiCategory: string | null;
  bmrKcal: number | null;
  activityFactor: number | null;
  tdeeKcal: number | null;

  energyStrategy: EnergyStrategy | null;
  /** Target minus TDEE: negative in a deficit. */
  energyAdjustmentKcal: number | null;
  targetKcal: number | null;
  macros: Macro[] | null;
  proteinGrams: number | null;
  carbohydrateGrams: number | null;
  fatGrams: number | null;
  fibreGrams: number | null;
  /** `proteinGrams` divided by the meals a day. */
  proteinGramsPerMeal: number | null;

  hydrationMl: number | null;
  hydrationLitres: number | null;
  /** In addition, for each hour of training. */
  hydrationTrainingMlPerHour: number | null;

  maxHeartRateBpm: number | null;
  heartRateZones: HeartRateZone[] | null;

  /** Monday to Sunday. */
  weeklyPlan: PlannedDay[] | null;
  trainingDaysPerWeek: number | null;
  weeklyTrainingMinutes: number | null;
}
