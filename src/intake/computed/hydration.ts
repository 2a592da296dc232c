/** How much to drink a day. */
import { ADULT_AGE_YEARS, SENIOR_AGE_YEARS } from './body.ts';
import { roundTo } from './energy.ts';
import type { SexOption } from './inputs.ts';

/**
 * Drinks for each kilogram of body weight, as reviewed by Vivanti AP, Eur J Clin Nutr 66 (2012): 35
 * ml, 30 ml for older adults. Bounded, since it is linear in weight and the need is not.
 */
const ADULT_ML_PER_KG = 35;
const SENIOR_ML_PER_KG = 30;
const ADULT_MIN_ML = 1_500;
const ADULT_MAX_ML = 3_700;

/**
 * Total water a day by EFSA, Dietary reference values for water (2010); four fifths of it come from
 * drinks.
 */
const DRINKS_SHARE = 0.8;
const CHILD_TOTAL_ML = 1_600;
const TWEEN_TOTAL_ML = { Female: 1_900, Male: 2_100 };
const TEEN_TOTAL_ML = { Female: 2_000, Male: 2_500 };

/**
 * Within 0.4 to 0.8 l an hour: Sawka MN et al., ACSM position stand, Med Sci Sports Exerc 39
 * (2007). Minors: the lower end.
 */
const TRAINING_ML_PER_HOUR = 500;
const MINOR_TRAINING_ML_PER_HOUR = 400;

/** Litres are shown with one decimal; nobody measures drinks more exactly. */
const STEP_ML = 100;

/** Drinks in ml a day, without those for training. */
export function hydrationMlOf({
  ageYears,
  weightKg,
  sex,
}: {
  ageYears: number;
  weightKg: number;
  sex: SexOption;
}): number {
  if (ageYears < ADULT_AGE_YEARS)
    return roundTo(minorTotalMl(ageYears, sex) * DRINKS_SHARE, STEP_ML);
  const perKg = ageYears >= SENIOR_AGE_YEARS ? SENIOR_ML_PER_KG : ADULT_ML_PER_KG;
  return roundTo(Math.min(Math.max(weightKg * perKg, ADULT_MIN_ML), ADULT_MAX_ML), STEP_ML);
}

/** Drinks in ml for each hour of training. */
export function trainingMlPerHourOf(ageYears: number): number {
  return ageYears < ADULT_AGE_YEARS ? MINOR_TRAINING_ML_PER_HOUR : TRAINING_ML_PER_HOUR;
}

function minorTotalMl(ageYears: number, sex: SexOption): number {
  if (ageYears < 9) return CHILD_TOTAL_ML;
  const totals = ageYears < 14 ? TWEEN_TOTAL_ML : TEEN_TOTAL_ML;
  return sex === 'Prefer not to say' ? (totals.Female + totals.Male) / 2 : totals[sex];
}
