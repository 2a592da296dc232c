/** Everything that is computed from one client's answers. */
import type { CalendarDay } from '../../platform/time.ts';
import {
  ADULT_AGE_YEARS,
  activityFactorOf,
  ageInYears,
  basalMetabolicRateKcal,
  bmiCategoryOf,
  bodyMassIndex,
  SENIOR_AGE_YEARS,
} from './body.ts';
import { type EnergyNeed, energyTarget, fibreGramsOf, macrosOf } from './energy.ts';
import { heartRateZonesOf, maxHeartRateBpmOf } from './heart-rate.ts';
import { hydrationMlOf, trainingMlPerHourOf } from './hydration.ts';
import { type ComputedInputs, readInputs } from './inputs.ts';
import type { ComputedValues } from './types.ts';
import { weeklyPlanOf } from './weekly-plan.ts';

/**
 * Computes all values from answers by question key (see COMPUTED_INPUTS), with the age on that day.
 */
export function computeValues(answers: Record<string, unknown>, on: CalendarDay): ComputedValues {
  const inputs = readInputs(answers);
  const ageYears = inputs.dateOfBirth === null ? null : ageInYears(inputs.dateOfBirth, on);
  const withAge = { ...inputs, ageYears };
  return {
    ageYears,
    isMinor: ageYears === null ? null : ageYears < ADULT_AGE_YEARS,
    isSenior: ageYears === null ? null : ageYears >= SENIOR_AGE_YEARS,
    ...energyValues(withAge),
    ...hydrationValues(withAge),
    ...heartValues(withAge),
    ...trainingValues(withAge),
  };
}

type InputsWithAge = ComputedInputs & { ageYears: number | null };

function energyValues(inputs: InputsWithAge) {
  const { ageYears, weightKg, heightCm, sex, activityLevel, goal, pregnantOrNursing, mealsPerDay } =
    inputs;
  const bmi = weightKg === null || heightCm === null ? null : bodyMassIndex(weightKg, heightCm);
  const bmrKcal =
    ageYears === null || weightKg === null || heightCm === null || sex === null
      ? null
      : basalMetabolicRateKcal({ ageYears, sex, heightCm, weightKg });
  const activityFactor = activityLevel === null ? null : activityFactorOf(activityLevel);
  const tdeeKcal = bmrKcal === null || activityFactor === null ? null : bmrKcal * activityFactor;
  const need =
    ageYears === null ||
    weightKg === null ||
    bmi === null ||
    bmrKcal === null ||
    tdeeKcal === null ||
    goal === null
      ? null
      : { ageYears, bmi, bmrKcal, tdeeKcal, weightKg, goal, pregnantOrNursing };
  return {
    bmi: bmi === null ? null : Math.round(bmi * 10) / 10,
    bmiCategory:
      bmi === null || ageYears === null || ageYears < ADULT_AGE_YEARS ? null : bmiCategoryOf(bmi),
    bmrKcal: bmrKcal === null ? null : Math.round(bmrKcal),
    activityFactor,
    tdeeKcal: tdeeKcal === null ? null : Math.round(tdeeKcal),
    ...(need === null ? NO_TARGET : targetValues(need, mealsPerDay)),
  };
}

const NO_TARGET = {
  energyStrategy: null,
  energyAdjustmentKcal: null,
  targetKcal: null,
  macros: null,
  proteinGrams: null,
  carbohydrateGrams: null,
  fatGrams: null,
  fibreGrams: null,
  proteinGramsPerMeal: null,
};

function targetValues(need: EnergyNeed, mealsPerDay: number | null) {
  const { strategy, adjustmentKcal, targetKcal } = energyTarget(need);
  const macros = macrosOf(need, targetKcal);
  const gramsOf = (name: string) => macros.find((macro) => macro.name === name)?.grams ?? null;
  const proteinGrams = gramsOf('Protein');
  return {
    energyStrategy: strategy,
    energyAdjustmentKcal: adjustmentKcal,
    targetKcal,
    macros,
    proteinGrams,
    carbohydrateGrams: gramsOf('Carbohydrate'),
    fatGrams: gramsOf('Fat'),
    fibreGrams: fibreGramsOf(targetKcal),
    proteinGramsPerMeal:
      proteinGrams === null || mealsPerDay === null ? null : Math.round(proteinGrams / mealsPerDay),
  };
}

function hydrationValues({ ageYears, weightKg, sex }: InputsWithAge) {
  const hydrationMl =
    ageYears === null || weightKg === null || sex === null
      ? null
      : hydrationMlOf({ ageYears, weightKg, sex });
  return {
    hydrationMl,
    hydrationLitres: hydrationMl === null ? null : Math.round(hydrationMl / 100) / 10,
    hydrationTrainingMlPerHour: ageYears === null ? null : trainingMlPerHourOf(ageYears),
  };
}

/** A measured maximum heart rate takes precedence over the estimate. */
function heartValues({ ageYears, measuredMaxHeartRateBpm, restingHeartRateBpm }: InputsWithAge) {
  const maxHeartRateBpm =
    measuredMaxHeartRateBpm ?? (ageYears === null ? null : maxHeartRateBpmOf(ageYears));
  return {
    maxHeartRateBpm,
    heartRateZones:
      maxHeartRateBpm === null ? null : heartRateZonesOf(maxHeartRateBpm, restingHeartRateBpm),
  };
}

function trainingValues({
  ageYears,
  trainingLevel,
  goal,
  availableDays,
  sessionMinutes,
}: InputsWithAge) {
  const weeklyPlan =
    ageYears === null || trainingLevel === null || goal === null || sessionMinutes === null
      ? null
      : weeklyPlanOf({ ageYears, level: trainingLevel, goal, availableDays, sessionMinutes });
  const sessions = weeklyPlan?.filter((day) => day.minutes > 0);
  return {
    weeklyPlan,
    trainingDaysPerWeek: sessions?.length ?? null,
    weeklyTrainingMinutes: sessions?.reduce((sum, day) => sum + day.minutes, 0) ?? null,
  };
}
