/**
 * How much to eat a day, and of what. Deficits stay on the safe side: the page that a coach hands
 * out is made without laboratory values.
 */
import { ADULT_AGE_YEARS, SENIOR_AGE_YEARS } from './body.ts';
import type { GoalKind } from './inputs.ts';
import type { EnergyStrategy, Macro } from './types.ts';

/** What a person's targets depend on. */
export interface EnergyNeed {
  ageYears: number;
  bmi: number;
  bmrKcal: number;
  tdeeKcal: number;
  weightKg: number;
  goal: GoalKind;
  pregnantOrNursing: boolean;
}

const MAX_DEFICIT_SHARE = 0.2;
const MAX_DEFICIT_KCAL = 500;
const SENIOR_MAX_DEFICIT_SHARE = 0.1;
const SURPLUS_SHARE = 0.1;
const MAX_SURPLUS_KCAL = 350;
const UNDERWEIGHT_BMI = 18.5;
const OBESITY_BMI = 30;

/**
 * Deficit: 500 kcal a day at most, the lower end of the 500 to 1,000 of NHLBI, Clinical Guidelines
 * on Overweight and Obesity (1998), and never below the basal rate. From 65 a tenth, and only from
 * BMI 30, since weight loss costs muscle there (Volkert D et al., ESPEN guideline, Clin Nutr 38,
 * 2019). None for minors, who grow; none while pregnant or nursing, none when underweight. Surplus:
 * a tenth, at most 350 kcal (Iraki J et al., Sports 7, 2019: 10 to 20 %, less for the trained).
 */
export function energyTarget(need: EnergyNeed): {
  strategy: EnergyStrategy;
  adjustmentKcal: number;
  targetKcal: number;
} {
  const tdeeKcal = roundTo(need.tdeeKcal, 10);
  const targetKcal = roundTo(need.tdeeKcal - deficitKcal(need) + surplusKcal(need), 10);
  const adjustmentKcal = targetKcal - tdeeKcal;
  return {
    strategy: adjustmentKcal < 0 ? 'deficit' : adjustmentKcal > 0 ? 'surplus' : 'maintenance',
    adjustmentKcal,
    targetKcal,
  };
}

function deficitKcal({
  ageYears,
  bmi,
  bmrKcal,
  tdeeKcal,
  goal,
  pregnantOrNursing,
}: EnergyNeed): number {
  if (goal !== 'lose' || ageYears < ADULT_AGE_YEARS || pregnantOrNursing || bmi < UNDERWEIGHT_BMI)
    return 0;
  const senior = ageYears >= SENIOR_AGE_YEARS;
  if (senior && bmi < OBESITY_BMI) return 0;
  const share = senior ? SENIOR_MAX_DEFICIT_SHARE : MAX_DEFICIT_SHARE;
  return Math.max(0, Math.min(tdeeKcal * share, MAX_DEFICIT_KCAL, tdeeKcal - bmrKcal));
}

function surplusKcal({ ageYears, tdeeKcal, goal }: EnergyNeed): number {
  return goal === 'build' && ageYears >= ADULT_AGE_YEARS
    ? Math.min(tdeeKcal * SURPLUS_SHARE, MAX_SURPLUS_KCAL)
    : 0;
}

/**
 * Grams of protein for each kilogram of body weight. Adults: Jäger R et al., ISSN position stand, J
 * Int Soc Sports Nutr 14 (2017): 1.4 to 2.0 for people who train; the upper half where muscle is
 * built or to be kept in a deficit. From 65 at most 1.2 (Bauer J et al., PROT-AGE, J Am Med Dir
 * Assoc 14, 2013: 1.0 to 1.2).
 */
const PROTEIN_G_PER_KG: Record<GoalKind, number> = {
  lose: 1.8,
  build: 1.8,
  strength: 1.8,
  endurance: 1.5,
  maintain: 1.4,
  mobility: 1.2,
  play: 1.2,
};
const SENIOR_PROTEIN_G_PER_KG = 1.2;
/**
 * Minors: a little more than the RDA, which is 0.95 up to 13 years and 0.85 up to 18 (IOM, Dietary
 * Reference Intakes, 2005), as they are active.
 */
const CHILD_PROTEIN_G_PER_KG = 1;
const TEEN_PROTEIN_G_PER_KG = 1.2;
const TEEN_AGE_YEARS = 14;

/**
 * Shares of energy of IOM, Dietary Reference Intakes (2005): fat 20 to 35 % (minors 25 to 35),
 * protein at most 35 % (minors 30).
 */
const FAT_SHARE = 0.3;
const MAX_PROTEIN_SHARE = 0.35;
const MINOR_MAX_PROTEIN_SHARE = 0.3;

/** Atwater's general factors, in FAO Food and Nutrition Paper 77 (2003). */
const KCAL_PER_G = { protein: 4, carbohydrate: 4, fat: 9 };

/** 14 g for each 1,000 kcal: IOM, Dietary Reference Intakes (2005). */
const FIBRE_G_PER_KCAL = 14 / 1000;

/**
 * Protein by body weight (weight above BMI 30 needs none and does not count), fat by share, the
 * rest carbohydrate.
 */
export function macrosOf(need: EnergyNeed, targetKcal: number): Macro[] {
  const minor = need.ageYears < ADULT_AGE_YEARS;
  const countedKg = minor ? need.weightKg : need.weightKg * Math.min(1, OBESITY_BMI / need.bmi);
  const mostProteinKcal = targetKcal * (minor ? MINOR_MAX_PROTEIN_SHARE : MAX_PROTEIN_SHARE);
  const proteinGrams = Math.floor(
    Math.min(countedKg * proteinPerKg(need), mostProteinKcal / KCAL_PER_G.protein),
  );
  const fatGrams = Math.round((targetKcal * FAT_SHARE) / KCAL_PER_G.fat);
  const proteinKcal = proteinGrams * KCAL_PER_G.protein;
  const fatKcal = fatGrams * KCAL_PER_G.fat;
  const carbohydrateGrams = Math.max(
    0,
    Math.round((targetKcal - proteinKcal - fatKcal) / KCAL_PER_G.carbohydrate),
  );
  const carbohydrateKcal = carbohydrateGrams * KCAL_PER_G.carbohydrate;
  const sumKcal = proteinKcal + fatKcal + carbohydrateKcal;
  const proteinPercent = Math.round((proteinKcal / sumKcal) * 100);
  const fatPercent = Math.round((fatKcal / sumKcal) * 100);
  return [
    { name: 'Protein', grams: proteinGrams, kcal: proteinKcal, percent: proteinPercent },
    {
      name: 'Carbohydrate',
      grams: carbohydrateGrams,
      kcal: carbohydrateKcal,
      percent: 100 - proteinPercent - fatPercent,
    },
    { name: 'Fat', grams: fatGrams, kcal: fatKcal, percent: fatPercent },
  ];
}

/** Grams of fibre a day. */
export function fibreGramsOf(targetKcal: number): number {
  return Math.round(targetKcal * FIBRE_G_PER_KCAL);
}

function proteinPerKg({ ageYears, goal }: EnergyNeed): number {
  if (ageYears < TEEN_AGE_YEARS) return CHILD_PROTEIN_G_PER_KG;
  if (ageYears < ADULT_AGE_YEARS) return TEEN_PROTEIN_G_PER_KG;
  return ageYears >= SENIOR_AGE_YEARS ? SENIOR_PROTEIN_G_PER_KG : PROTEIN_G_PER_KG[goal];
}

/** The multiple of `step` that is nearest to the value. */
export function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step;
}
