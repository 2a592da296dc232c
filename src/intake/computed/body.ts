/** Age, body mass index and energy need. */
import type { CalendarDay } from '../../platform/time.ts';
import { ACTIVITY_OPTIONS, type ActivityLevel, type SexOption } from './inputs.ts';

/** From this age on, people are no longer minors. */
export const ADULT_AGE_YEARS = 18;
/** From this age on, the formulas for older adults apply. */
export const SENIOR_AGE_YEARS = 65;
/** Schofield's equations for children begin here. */
const YOUNGEST_AGE_YEARS = 3;
const OLDEST_AGE_YEARS = 120;

/** Whole years on that day; null before birth, above 120 years, or if one is not YYYY-MM-DD. */
export function ageInYears(dateOfBirth: CalendarDay, on: CalendarDay): number | null {
  if (!(isDay(dateOfBirth) && isDay(on))) return null;
  const years =
    Number(on.slice(0, 4)) -
    Number(dateOfBirth.slice(0, 4)) -
    (on.slice(5) < dateOfBirth.slice(5) ? 1 : 0);
  return years >= 0 && years <= OLDEST_AGE_YEARS ? years : null;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

/** kg / m²: Quetelet's index, as in WHO, Technical Report Series 894 (2000). */
export function bodyMassIndex(weightKg: number, heightCm: number): number {
  return weightKg / (heightCm / 100) ** 2;
}

/** The class of an adult, by WHO, Technical Report Series 894 (2000), table 2.1. */
export function bmiCategoryOf(bmi: number): string {
  if (bmi < 18.5) return 'Underweight';
  if (bmi < 25) return 'Normal range';
  if (bmi < 30) return 'Overweight';
  return 'Obesity range';
}

/** What the basal metabolic rate depends on. */
export interface Body {
  ageYears: number;
  sex: SexOption;
  heightCm: number;
  weightKg: number;
}

/**
 * Basal metabolic rate in kcal a day.
 *
 * Adults: Mifflin MD, St Jeor ST et al., Am J Clin Nutr 51 (1990): 10 × kg + 6.25 × cm − 5 × years,
 * + 5 for men, − 161 for women. It was fitted to people of 19 to 78 years. Minors: Schofield
 * WN, Hum Nutr Clin Nutr 39C Suppl 1 (1985), by weight, as FAO/WHO/UNU, Human energy requirements
 * (2004) prints them; null below 3 years. Without a sex: the mean of both.
 */
export function basalMetabolicRateKcal(body: Body): number | null {
  const equation = body.ageYears >= ADULT_AGE_YEARS ? mifflinStJeorKcal : schofieldKcal;
  if (body.ageYears < YOUNGEST_AGE_YEARS) return null;
  if (body.sex === 'Prefer not to say')
    return (equation(body, 'Female') + equation(body, 'Male')) / 2;
  return equation(body, body.sex);
}

function mifflinStJeorKcal({ weightKg, heightCm, ageYears }: Body, sex: 'Female' | 'Male'): number {
  return 10 * weightKg + 6.25 * heightCm - 5 * ageYears + (sex === 'Male' ? 5 : -161);
}

function schofieldKcal({ weightKg, ageYears }: Body, sex: 'Female' | 'Male'): number {
  if (ageYears < 10) return sex === 'Male' ? 22.706 * weightKg + 504.3 : 20.315 * weightKg + 485.9;
  return sex === 'Male' ? 17.686 * weightKg + 658.2 : 13.384 * weightKg + 692.6;
}

/**
 * The customary multipliers of the basal rate, as in McArdle, Katch and Katch, Exercise Physiology
 * (1996).
 */
const ACTIVITY_FACTORS = [1.2, 1.375, 1.55, 1.725, 1.9];

/** The factor that turns the basal rate into the energy need of a day: 1.2 to 1.9. */
export function activityFactorOf(level: ActivityLevel): number {
  return ACTIVITY_FACTORS[ACTIVITY_OPTIONS.indexOf(level)] ?? 1;
}
